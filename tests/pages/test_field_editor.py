"""The editor of fields by plain posts: settings by their schema, problems in their place, nobody's work lost."""

from __future__ import annotations

from copy import deepcopy

import pytest

from builder.events import Cause
from builder.publishing.publish import publish
from schema_store import drafts
from tests.pages.workshop import send

BASE = "/studio/entity/member"


def draft(shop, kind="entity", key="member"):
    with shop.house.reading() as work:
        found = drafts.draft(work.connection, kind, key)
    return found.body if found else None


def field(shop, key):
    return draft(shop)["properties"][key]["x-tessera"]


def edited(ada, key, changes, **more):
    path = f"{BASE}/fields/{key}"
    return send(ada, path, ada.get(path), {"save": "1", **changes}, **more)


def test_the_fields_stand_on_the_page_of_the_entity(ada):
    page = ada.get(BASE)
    first = page.one("#field-member_no").get_text(" ", strip=True)
    assert first.startswith("Member number member_no used in 8 places Text required unique")
    assert "number of Orders, where Status is “Paid”" in page.one("#field-order_count").text
    assert page.all(".field-line .row-main")[:3] == ["Member number", "Name", "Phone"]


def test_who_may_not_publish_sees_the_fields_and_no_buttons(shop):
    page = shop.reader("marketing").get(BASE)
    assert "Member number" in page.text
    assert page.soup.select("#fields") == []
    assert shop.reader("marketing").get(f"{BASE}/fields/name").status == 403


def test_opening_and_keeping_changes_nothing(ada, shop):
    for key in (
        "member_no",
        "level",
        "stage",
        "store",
        "total_spent",
        "tags",
        "joined_on",
        "name",
        "order_count",
    ):
        assert edited(ada, key, {}).where == BASE
    plan = ada.get("/studio/publish")
    assert "These drafts say the same as what is live." in plan.text


def test_labels_in_both_languages_and_settings_of_the_type(ada, shop):
    done = edited(
        ada, "name", {"s/label/en": "Full name", "s/label/zh": "姓名", "s/max_length": "80", "publish": "1"}
    )
    assert done.where == "/studio/publish"
    assert field(shop, "name") == {
        "type": "text", "label": {"en": "Full name", "zh": "姓名"}, "max_length": 80, "column": "name"
    }  # fmt: skip
    assert "Name is now called Full name." in ada.get("/studio/publish").text.replace("“", "").replace(
        "”", ""
    )


@pytest.mark.parametrize(
    ("key", "changes", "place", "words"),
    [
        ("name", {"s/max_length": "many"}, "#s-max-length-error", "This must be"),
        ("name", {"s/max_length": "5000"}, "#s-max-length-error", "at most 1000"),
        ("name", {"s/label/en": "", "s/label/zh": ""}, "#problems", "“label” is missing"),
        (
            "level",
            {"s/options/1/value": "base"},
            "#s-options-1-error, #s-options-1-value-error",
            "cannot be told apart",
        ),
        ("level", {"s/default": "none"}, "#s-default-error", "is not one of the options"),
        ("total_spent", {"s/of": ""}, "#s-of-error, #problems", "Say which field is gathered."),
        ("joined_on", {"s/default": "2023-02-29"}, "#s-default-error", "There is no day"),
        ("phone", {"s/region": "XX"}, "#s-region-error", "is not a country"),
    ],
)
def test_problems_stand_beside_their_input(ada, shop, key, changes, place, words):
    page = edited(ada, key, changes)
    assert page.status == 422
    assert words in " ".join(page.all(place))
    assert draft(shop) is None


def test_options_are_added_renamed_coloured_moved_and_taken_away(ada, shop):
    path = f"{BASE}/fields/level"
    page = send(ada, path, ada.get(path), {"do": "add:/options"})
    page = send(ada, path, page, {"s/options/4/label/en": "Diamond", "s/options/4/label/zh": "钻石"})
    page = send(
        ada, path, page, {"do": "up:/options/4", "s/options/0/label/en": "Basic", "s/options/0/colour": "red"}
    )
    page = send(ada, path, page, {"do": "remove:/options/1"})
    assert send(ada, path, page, {"save": "1"}).where == BASE
    assert [
        (one["value"], one["label"]["en"], one.get("colour")) for one in field(shop, "level")["options"]
    ] == [
        ("base", "Basic", "red"),
        ("gold", "Gold", "yellow"),
        ("Diamond", "Diamond", None),
        ("black", "Black", "indigo"),
    ]


def test_what_is_stored_of_a_published_option_stays(ada):
    page = ada.get(f"{BASE}/fields/level")
    assert page.one("#s-options-0-value").has_attr("readonly")
    assert page.one("#s-options-0-value")["value"] == "base"


def test_a_new_field_lands_in_form_and_list(ada, shop):
    path = f"{BASE}/fields/new"
    page = send(ada, path, ada.get(path), {"type": "money", "s/label/en": "Credit limit"})
    assert page.soup.select("#s-currency")
    done = send(ada, path, page, {"s/min": "0", "publish": "1"})
    assert done.where == "/studio/publish"
    assert field(shop, "credit_limit") == {"type": "money", "label": {"en": "Credit limit"}, "min": "0"}
    assert draft(shop, "form", "member_form")["sections"][-1]["fields"][-1] == "credit_limit"
    assert draft(shop, "view", "all_members")["columns"][-1] == "credit_limit"
    plan = ada.get("/studio/publish")
    assert ada.post("/studio/publish", plan.form()).where == "/studio"
    shop.member()
    assert "Credit limit" in ada.get("/desk/member").all("thead th")


def test_a_new_fields_key_may_be_chosen_and_must_be_free(ada, shop):
    path = f"{BASE}/fields/new"
    page = send(ada, path, ada.get(path), {"s/label/zh": "备注", "key": "name", "save": "1"})
    assert "taken already" in page.one("#key-error").text
    assert send(ada, path, page, {"key": "remark", "save": "1"}).where == BASE
    assert field(shop, "remark")["label"] == {"zh": "备注"}


def test_a_rollup_is_made_with_its_condition(ada, shop):
    path = f"{BASE}/fields/new"
    page = send(ada, path, ada.get(path), {"type": "rollup", "s/label/en": "Large orders"})
    page = send(ada, path, page, {"s/relation": "orders", "s/aggregate": "sum"})
    assert {"ordered_on", "amount"} <= {tag["value"] for tag in page.soup.select("#s-of option")}
    page = send(ada, path, page, {"s/of": "amount", "rule-where.do": "row:"})
    page = send(ada, path, page, {"rule-where.0.field": "status", "rule-where.do": ""})
    page = send(ada, path, page, {"rule-where.0.value.0": "paid"}, without=["rule-where.do"])
    done = send(ada, path, page, {"save": "1"})
    assert done.where == BASE
    made = field(shop, "large_orders")
    assert (made["relation"], made["aggregate"], made["of"]) == ("orders", "sum", "amount")
    assert made["where"] == {"==": [{"var": "status"}, "paid"]}


def test_an_unfinished_condition_is_marked_and_nothing_is_kept(ada, shop):
    path = f"{BASE}/fields/total_spent"
    page = send(ada, path, ada.get(path), {"rule-where.do": "row:"})
    page = send(ada, path, page, {"save": "1"})
    assert page.status == 422
    assert draft(shop) is None


def test_a_formula_is_kept_as_what_it_gives(ada, shop):
    path = f"{BASE}/fields/new"
    page = send(ada, path, ada.get(path), {"type": "formula", "s/label/en": "Double points"})
    page = send(ada, path, page, {"s/gives/type": "integer"})
    rule = '{"*": [{"var": "points"}, 2]}'
    assert send(ada, path, page, {"rule-formula.text": rule, "save": "1"}).where == BASE
    assert field(shop, "double_points") == {
        "type": "formula", "label": {"en": "Double points"}, "gives": {"type": "integer"},
        "formula": {"*": [{"var": "points"}, 2]},
    }  # fmt: skip


def test_fields_are_moved_in_the_draft(ada, shop):
    page = ada.get(BASE)
    assert send(ada, f"{BASE}/fields", page, {"do": "down:member_no"}).where == f"{BASE}#field-member_no"
    assert list(draft(shop)["properties"])[:2] == ["name", "member_no"]
    assert "Member: the fields stand in another order." in ada.get(BASE).text
    swapped = ada.post(f"{BASE}/fields", {"do": "up:member_no"}, htmx="fields")
    assert swapped.html.lstrip().startswith('<div class="stack" id="fields"')


def test_a_field_is_retired_left_out_of_lists_and_used_again(ada, shop):
    path = f"{BASE}/fields/city/retire"
    page = ada.get(path)
    assert "Form: Member" in page.text
    assert send(ada, path, page, {"publish": "1"}).where == "/studio/publish"
    assert field(shop, "city")["retired"] is True
    assert "city" not in str(draft(shop, "form", "member_form"))
    assert ada.post("/studio/publish", ada.get("/studio/publish").form()).where == "/studio"
    assert "City" not in ada.get("/desk/member/new").all("label.form-label")
    assert ada.post(f"{BASE}/fields", {"do": "restore:city"}).where.startswith(BASE)
    assert "retired" not in field(shop, "city")


def test_what_a_rule_asks_about_is_named_before_it_is_retired(ada):
    assert "must be changed first" in ada.get(f"{BASE}/fields/last_order_on/retire").text


def test_two_people_at_different_fields_keep_both(ada, shop):
    mine, theirs = ada.get(f"{BASE}/fields/name"), ada.get(f"{BASE}/fields/city")
    assert send(ada, f"{BASE}/fields/city", theirs, {"s/label/en": "Town", "save": "1"}).where == BASE
    assert send(ada, f"{BASE}/fields/name", mine, {"s/label/en": "Full name", "save": "1"}).where == BASE
    assert (field(shop, "city")["label"]["en"], field(shop, "name")["label"]["en"]) == ("Town", "Full name")


def test_two_people_at_one_field_see_each_other(ada, shop):
    mine = ada.get(f"{BASE}/fields/name")
    edited(ada, "name", {"s/label/en": "Theirs"})
    page = send(ada, f"{BASE}/fields/name", mine, {"s/label/en": "Mine", "save": "1"})
    assert page.status == 409
    assert "Theirs" in page.one(".note.is-warning").text
    assert page.one("#s-label-en")["value"] == "Mine"
    assert send(ada, f"{BASE}/fields/name", page, {"save": "1"}).where == BASE
    assert field(shop, "name")["label"]["en"] == "Mine"


def published(shop, change):
    """Somebody publishes the entity as `change` makes it, past the draft."""
    with shop.house.reading() as work:
        body = deepcopy(work.registry.kinds["entity"].authored(work.catalog.bodies["entity", "member"]))
    change(body["properties"])
    publish(shop.house, {("entity", "member"): body}, cause=Cause("command"))


def test_a_draft_that_others_published_past_is_brought_up_to_date(ada, shop):
    edited(ada, "name", {"s/label/en": "Full name"})
    published(shop, lambda fields: fields.update(extra={"x-tessera": {"type": "text", "label": "Extra"}}))
    assert edited(ada, "city", {"s/label/en": "Town"}).where == BASE
    after = draft(shop)["properties"]
    assert after["name"]["x-tessera"]["label"]["en"] == "Full name"
    assert "extra" in after


def test_where_draft_and_publish_clash_nothing_is_written_over(ada, shop):
    edited(ada, "name", {"s/label/en": "Full name"})
    published(shop, lambda fields: fields["name"]["x-tessera"]["label"].update(en="Name in full"))
    page = edited(ada, "city", {"s/label/en": "Town"})
    assert page.status == 409
    assert "A newer version of this was published" in page.text
    assert page.all(".clash legend") == ["Name › Label › English"]
    assert field(shop, "city")["label"]["en"] == "City"
    send(ada, f"{BASE}/merge", page, {"at:/properties/name/x-tessera/label/en": "theirs", "save": "1"})
    assert (field(shop, "city")["label"]["en"], field(shop, "name")["label"]["en"]) == (
        "Town",
        "Name in full",
    )


def test_the_entity_itself_is_edited_by_its_shape(ada, shop):
    path = f"{BASE}/settings"
    page = ada.get(path)
    assert page.one("#s-title-field option[selected]")["value"] == "name"
    wrong = send(ada, path, page, {"s/key_field": "city", "save": "1"})
    assert "must be a text that is required and unique" in wrong.one("#s-key-field-error").text
    assert (
        send(
            ada, path, page, {"s/label_plural/en": "Guests", "s/search": ["phone", "name"], "save": "1"}
        ).where
        == BASE
    )
    head = draft(shop)["x-tessera"]
    assert (head["label_plural"]["en"], head["search"]) == ("Guests", ["name", "phone"])
    assert head["key"] == "member"
    assert head["indexes"]


@pytest.mark.parametrize("path", ["/fields/nothing", "/fields/nothing/retire", "/fields/new?type=nothing"])
def test_what_is_not_there_is_no_fault(ada, path):
    assert ada.get(BASE + path).status in (200, 404)
    assert ada.get("/studio/entity/nothing/fields/name").status == 404


def test_hostile_posts_are_no_fault(ada):
    path = f"{BASE}/fields/level"
    for changes in (
        {"s/options/0/colour": "<script>"},
        {"do": "up:/options/999"},
        {"do": "remove:/../../etc"},
        {"do": "add:/type"},
        {"type": "nothing"},
        {"seen": "x", "save": "1"},
        {"drawn": ["s/options", "s/options/0", "s/options/77"]},
        {"s/default": "x" * 10_000, "save": "1"},
    ):
        page = send(ada, path, ada.get(path), changes)
        assert page.status in (200, 303, 404, 409, 422), changes
        assert "<script>&" not in page.html
