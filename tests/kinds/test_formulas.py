"""Formula fields: what may be published."""

from __future__ import annotations

import pytest

from tests.kinds.workshop import entity, field, membership, problems, published, said

MARGIN = {"-": [{"var": "price"}, {"var": "cost"}]}
PLACE = "/entity/article/properties/margin/x-tessera/formula"


def article(formula, gives=None, **more):
    fields = {key: field("money") for key in ("price", "cost")}
    made = field("formula", formula=formula, gives=gives or {"type": "money"})
    return entity("article", {"name": field("text"), **fields, "margin": made, **more})


def test_a_formula_is_a_read_only_property_of_what_it_gives():
    document = published(article(MARGIN)).entities["article"].document["properties"]["margin"]
    assert (document["type"], document["readOnly"]) == ("string", True)
    assert "column" not in document["x-tessera"]


@pytest.mark.parametrize(
    ("formula", "gives", "code", "place"),
    [
        ({"-": [{"var": "price"}, {"var": "costs"}]}, "money", "field.unknown", "/-/1"),
        (MARGIN, "date", "type.mismatch", ""),
        ({"/": [{"var": "price"}, {"var": "cost"}]}, "money", "type.mismatch", ""),
        ({"+": [{"var": "margin"}, 1]}, "money", "formula.depth", "/+/0"),
        ({"if": [{"==": [{"var": "$user.id"}, 3]}, 1, 2]}, "integer", "formula.user", "/if/0/==/0"),
        ({"changed": [{"var": "price"}]}, "boolean", "op.trigger", ""),
        ({"frobnicate": []}, "money", "op.unknown", ""),
    ],
)
def test_a_formula_that_is_wrong_is_told_where(formula, gives, code, place):
    assert said(article(formula, {"type": gives})) == {PLACE + place: code}


def test_formulas_may_read_one_another_but_not_in_a_circle_or_endlessly():
    def one(*reads):
        return field(
            "formula", formula={"+": [1, *({"var": name} for name in reads)]}, gives={"type": "integer"}
        )

    assert not problems(entity("club", {"size": field("integer"), "a": one("b"), "b": one("size")}))
    circle = {"name": field("text"), "a": one("b"), "b": one("a")}
    assert set(said(entity("club", circle)).values()) == {"formula.depth"}
    chain = {"size": field("integer"), "a": one("b"), "b": one("c"), "c": one("size")}
    assert "formula.depth" in said(entity("club", chain)).values()


@pytest.mark.parametrize(
    "gives", [{"type": "tags"}, {"type": "money", "colour": "red"}, {"type": "decimal", "scale": 99}]
)
def test_what_it_gives_is_a_field_that_rules_can_work_out(gives):
    assert problems(article(MARGIN, gives))


@pytest.mark.parametrize(
    "head", [{"title_field": "margin"}, {"search": ["margin"]}, {"indexes": [["margin"]]}]
)
def test_a_formula_has_no_column(head):
    bodies = article(MARGIN)
    bodies["entity", "article"]["x-tessera"] |= head
    assert problems(bodies)


def test_a_formula_is_no_key_and_takes_no_default():
    for settings in ({"unique": True}, {"index": True}, {"default": 1}):
        made = field("formula", formula=MARGIN, gives={"type": "money"}, **settings)
        assert problems(article(MARGIN, other=made))


def test_a_rollup_gathers_no_formula():
    bodies = membership()
    order, member = (bodies["entity", key]["properties"] for key in ("order", "member"))
    order["worth"] = field("formula", formula={"var": "amount"}, gives={"type": "money"})
    member["worth"] = field("rollup", relation="orders", aggregate="sum", of="worth")
    assert said(bodies) == {"/entity/member/properties/worth/x-tessera/of": "settings.of"}


def test_whoever_reads_a_formula_reads_what_it_is_made_of():
    catalog = published(article(MARGIN))
    kind = catalog.registry.kinds["entity"]
    [rule] = kind.rules(catalog.bodies["entity", "article"], catalog)
    assert (rule.entity, rule.document, rule.is_value) == ("article", MARGIN, True)
