"""Entities: what may be published, and what publishing writes out."""

from __future__ import annotations

import jsonschema
import pytest

from schema_store.documents import same
from tests.kinds.workshop import entity, field, membership, problems, published, registry, said

MEMBER = {
    "member_no": "M001",
    "name": "王小明",
    "stage": "new",
    "total_spent": "12.50",
    "order_count": 2,
    "last_order_on": "2026-03-01",
    "tags": ["vip"],
    "store": 3,
    "id": 7,
    "version": 1,
    "created_at": "2026-03-01T09:00:00Z",
}


def validator(key: str) -> jsonschema.Draft202012Validator:
    document = published(membership()).entities[key].document
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


@pytest.mark.parametrize("key", ["member", "order", "store", "task"])
def test_a_published_entity_is_a_json_schema(key):
    assert validator(key)


def test_a_json_schema_validator_accepts_an_exported_record():
    validator("member").validate(MEMBER)


@pytest.mark.parametrize(
    "wrong",
    [
        {"stage": "nobody"},
        {"total_spent": 12.5},
        {"last_order_on": "01/03/2026"},
        {"store": "S1"},
        {"tags": "vip"},
        {"unknown": 1},
        {"created_at": "yesterday"},
        {"name": None},
    ],
)
def test_a_json_schema_validator_refuses_a_bad_record(wrong):
    assert not validator("member").is_valid(MEMBER | wrong)


def test_a_record_without_its_required_field_is_refused():
    assert not validator("member").is_valid({"name": "王小明"})


def test_completing_twice_changes_nothing():
    catalog = published(membership())
    for key, one in catalog.entities.items():
        kind = registry().kinds["entity"]
        again = kind.complete(kind.settle(one.document, one.document, {}, registry()), registry())
        assert again["x-tessera"] == one.document["x-tessera"], key
    again = published(catalog.bodies)
    assert all(same(again.bodies[name], body) for name, body in catalog.bodies.items())


def test_completing_writes_the_value_schema_and_the_system_fields():
    document = published(entity("club", {"size": field("integer")})).entities["club"].document
    assert document["properties"]["size"]["type"] == "integer"
    assert document["properties"]["id"] == {"type": "integer", "minimum": 1, "readOnly": True}
    assert document["additionalProperties"] is False
    assert document["x-tessera"]["title_field"] == "size"


def test_a_computed_field_is_read_only():
    document = published(membership()).entities["member"].document
    assert document["properties"]["order_count"]["readOnly"] is True


def test_a_keyword_that_contradicts_the_type_is_a_problem():
    bodies = entity("club", {"size": field("integer") | {"type": "string"}})
    assert said(bodies) == {"/entity/club/properties/size/type": "entity.contradiction"}


def test_a_keyword_that_says_what_the_type_says_is_fine():
    assert said(entity("club", {"size": field("integer") | {"type": "integer"}})) == {}


@pytest.mark.parametrize("key", ["id", "version", "created_at", "updated_at", "rowid", "xmin"])
def test_a_reserved_field_key_is_refused(key):
    assert "field.reserved" in said(entity("club", {key: field("text")})).values()


@pytest.mark.parametrize("key", ["Club", "1st", "a-b", "a" * 31, "rec;drop", "", "ключ", "new"])
def test_a_hostile_or_reserved_entity_key_is_refused(key):
    assert problems(entity(key))


@pytest.mark.parametrize("key", ["Size", "1st", "a b", "a" * 31, "$where", "__proto__", "尺寸"])
def test_a_hostile_field_key_is_refused(key):
    assert problems(entity("club", {key: field("text")}))


def test_a_hostile_label_is_just_text():
    hostile = "<script>alert(1)</script> {{7*7}} {name} '; drop table x; --"
    assert (
        published(entity("club", {"name": field("text", label=hostile)}))
        .entities["club"]
        .fields["name"]
        .label
        == hostile
    )


def test_an_unknown_field_type_says_which_was_meant():
    [problem] = problems(entity("club", {"size": field("intger")}))
    assert problem.pointer == "/entity/club/properties/size/x-tessera/type"
    assert "integer" in problem.hinted()


def test_an_unknown_setting_says_which_was_meant():
    [problem] = problems(entity("club", {"name": field("text", max_lenght=3)}))
    assert "max_length" in problem.hinted()


def test_a_field_without_settings_is_a_problem():
    assert said(entity("club", {"name": {"type": "string"}})) == {
        "/entity/club/properties/name": "entity.field"
    }


def test_an_option_may_stand_only_once():
    options = [{"value": "a", "label": "A"}, {"value": "a", "label": "B"}]
    assert problems(entity("club", {"kind": field("select", options=options)}))


def test_a_default_must_be_a_value_of_its_field():
    options = [{"value": "a", "label": "A"}]
    assert "/entity/club/properties/kind/x-tessera/default" in said(
        entity("club", {"kind": field("select", options=options, default="b")})
    )


def test_more_than_500_fields_are_refused():
    fields = {f"f{number}": field("boolean") for number in range(501)}
    assert said(entity("club", fields)) == {"/entity/club/properties": "entity.fields"}
    del fields["f0"]
    assert said(entity("club", fields)) == {}


def test_the_key_field_is_a_text_that_is_required_and_unique():
    fields = {"no": field("text", unique=True), "size": field("integer", unique=True)}
    assert said(entity("club", fields, ["no"], key_field="no")) == {}
    assert said(entity("club", fields, key_field="no")) == {
        "/entity/club/x-tessera/key_field": "entity.key_field"
    }
    assert said(entity("club", fields, ["size"], key_field="size")) == {
        "/entity/club/x-tessera/key_field": "entity.key_field"
    }


def test_key_title_search_and_indexes_name_fields_that_exist():
    bodies = entity(
        "club", required=["nobody"], key_field="no", title_field="no", search=["no"], indexes=[["no"]]
    )
    assert set(said(bodies)) == {
        "/entity/club/required/0",
        "/entity/club/x-tessera/key_field",
        "/entity/club/x-tessera/title_field",
        "/entity/club/x-tessera/search/0",
        "/entity/club/x-tessera/indexes/0/0",
    }


def test_a_reference_to_an_unknown_entity_says_which_was_meant():
    [problem] = problems(entity("club") | entity("person", {"club": field("reference", to="clubb")}))
    assert problem.pointer == "/entity/person/properties/club/x-tessera/to"
    assert problem.hinted() == "Did you mean “club”?"


def test_two_references_cannot_share_the_way_back():
    inverse = {"key": "people"}
    bodies = entity("club") | entity(
        "person",
        {
            "club": field("reference", to="club", inverse=inverse),
            "first_club": field("reference", to="club", inverse=inverse),
        },
    )
    assert set(said(bodies).values()) == {"relation.twice"}


def test_the_way_back_cannot_be_called_as_a_field_there():
    bodies = entity("club") | entity(
        "person", {"club": field("reference", to="club", inverse={"key": "name"})}
    )
    assert set(said(bodies).values()) == {"relation.field"}


def test_a_relation_without_a_key_is_called_after_entity_and_field():
    catalog = published(entity("club") | entity("person", {"club": field("reference", to="club")}))
    assert catalog.relations("club")["person_club"].via == "club"


def test_an_entity_may_refer_to_itself():
    catalog = published(entity("person", {"friend": field("reference", to="person")}))
    assert catalog.relations("person")["person_friend"].entity == "person"
