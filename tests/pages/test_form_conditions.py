"""The conditions of a form are kept by the server: what is hidden or locked is not written, what must be is missed."""

from __future__ import annotations

import pytest

from tests import make
from tests.pages.form_shop import IS_DORMANT, IS_GOLD, fill_in, open_shop, placed, values
from tests.pages.shop import Page
from tests.pages.workshop import filled_in

__all__ = ["open_shop"]

BASE = ["member_no", "name", "level", "stage"]
RULES = {
    "show": placed("city", show=IS_GOLD),
    "require": placed("city", require=IS_GOLD),
    "read_only": placed("city", read_only=IS_GOLD),
    "both": placed("city", show=IS_GOLD, require=True),
}


def with_entry(open_shop, rule):
    return open_shop({"fields": [*BASE, RULES[rule]]})


@pytest.mark.parametrize(
    ("rule", "level", "typed", "saved"),
    [
        ("show", "gold", "Xi'an", "Xi'an"),
        ("show", "base", "Xi'an", None),
        ("read_only", "gold", "Xi'an", None),
        ("read_only", "base", "Xi'an", "Xi'an"),
        ("require", "base", "", None),
        ("require", "gold", "Xi'an", "Xi'an"),
        ("require", "gold", "", "refused"),
        ("both", "gold", "", "refused"),
        ("both", "base", "Xi'an", None),
    ],
)
def test_a_new_record_follows_the_conditions(open_shop, rule, level, typed, saved):
    shop = with_entry(open_shop, rule)
    done = fill_in(shop.reader(), "/desk/member/new", member_no="M1", level=level, city=typed)
    if saved == "refused":
        assert done.status == 422
        assert "This field needs a value." in done.one("#f-city-error").text
        assert done.one("#f-city").has_attr("data-focus")
        assert not done.one("#row-city").has_attr("hidden")
    else:
        assert done.status == 303, done.text
        assert values(shop, int(done.where.rpartition("/")[2]))["city"] == saved


@pytest.mark.parametrize(
    ("rule", "level", "typed", "saved"),
    [
        ("show", "gold", "Xi'an", "Xi'an"),
        ("show", "base", "Xi'an", "Wuhan"),
        ("read_only", "gold", "Xi'an", "Wuhan"),
        ("read_only", "base", "Xi'an", "Xi'an"),
        ("require", "base", "", None),
        ("require", "gold", "", "refused"),
        ("both", "gold", "", "refused"),
        ("both", "base", "", "Wuhan"),
    ],
)
def test_a_changed_record_keeps_what_its_conditions_hold_back(open_shop, rule, level, typed, saved):
    shop = with_entry(open_shop, rule)
    member = shop.member(1, level="silver", city="Wuhan")
    done = fill_in(shop.reader(), f"/desk/member/{member}/edit", level=level, city=typed)
    if saved == "refused":
        assert done.status == 422
        assert "This field needs a value." in done.one("#f-city-error").text
        assert values(shop, member)["city"] == "Wuhan"
    else:
        assert done.status == 303
        assert values(shop, member)["city"] == saved


def test_what_is_hidden_may_hold_anything(open_shop):
    shop = open_shop({"fields": [*BASE, placed("birthday", show=IS_GOLD)]})
    done = fill_in(shop.reader(), "/desk/member/new", member_no="M1", birthday="yesterday")
    assert done.status == 303


def test_all_that_is_missing_is_said_at_once(open_shop):
    shop = open_shop({"fields": [*BASE, placed("city", require=IS_GOLD), "birthday"]})
    done = fill_in(shop.reader(), "/desk/member/new", level="gold", birthday="yesterday")
    assert done.all("#problems a") == ["Member number", "City", "Birthday"]


def test_what_the_entity_and_what_the_form_requires_is_missed_together(open_shop):
    shop = open_shop({"fields": [*BASE, placed("city", require=IS_GOLD)]})
    done = fill_in(shop.reader(), "/desk/member/new", level="gold")
    assert done.all("#problems a") == ["Member number", "City"]


def test_a_hidden_part_is_not_asked_and_not_written(open_shop):
    shop = open_shop(
        {"fields": BASE}, {"label": "Gold only", "show": IS_GOLD, "fields": [placed("city", require=True)]}
    )
    page = shop.reader().get("/desk/member/new")
    assert page.one("#part-1").has_attr("hidden")
    done = fill_in(shop.reader(), "/desk/member/new", member_no="M1", city="Xi'an")
    assert values(shop, int(done.where.rpartition("/")[2]))["city"] is None
    refused = fill_in(shop.reader(), "/desk/member/new", member_no="M2", level="gold")
    assert refused.status == 422
    assert not refused.one("#part-1").has_attr("hidden")


def test_a_field_that_locks_itself_can_be_set_once(open_shop):
    shop = open_shop({"fields": ["member_no", "level", placed("stage", read_only=IS_DORMANT)]})
    member, ada = shop.member(1, stage="active"), shop.reader()
    path = f"/desk/member/{member}/edit"
    assert fill_in(ada, path, stage="dormant").status == 303
    assert values(shop, member)["stage"] == "dormant"
    assert ada.get(path).one("#f-stage").has_attr("disabled")
    fill_in(ada, path, stage="active", level="gold")
    assert (values(shop, member)["stage"], values(shop, member)["level"]) == ("dormant", "gold")


def test_what_hangs_on_a_hidden_field_hangs_on_its_stored_value(open_shop):
    entries = [placed("stage", show=IS_GOLD), placed("city", show=IS_DORMANT)]
    shop = open_shop({"fields": ["member_no", "level", *entries]})
    member = shop.member(1, level="base", stage="active", city="Wuhan")
    fill_in(shop.reader(), f"/desk/member/{member}/edit", stage="dormant", city="Xi'an")
    assert values(shop, member)["city"] == "Wuhan"
    fill_in(shop.reader(), f"/desk/member/{member}/edit", level="gold", stage="dormant", city="Xi'an")
    assert values(shop, member)["city"] == "Xi'an"


def test_a_condition_may_ask_the_record_that_is_being_chosen(open_shop):
    rule = {"==": [{"var": "store.region"}, "east"]}
    shop = open_shop({"fields": [*BASE, "store", placed("city", require=rule)]})
    east = make.record(shop.house, "store", {"store_no": "S1", "name": "East", "region": "east"})
    west = make.record(shop.house, "store", {"store_no": "S2", "name": "West", "region": "west"})
    assert fill_in(shop.reader(), "/desk/member/new", member_no="M1", store=str(west)).status == 303
    assert fill_in(shop.reader(), "/desk/member/new", member_no="M2", store=str(east)).status == 422


def test_a_condition_may_ask_who_fills_in_the_form(open_shop):
    rule = {"in": ["service", {"var": "$user.roles"}]}
    shop = open_shop({"fields": [*BASE, placed("city", read_only=rule)]})
    member = shop.member(1, city="Wuhan")
    path = f"/desk/member/{member}/edit"
    fill_in(shop.reader("service"), path, city="Xi'an")
    assert values(shop, member)["city"] == "Wuhan"
    fill_in(shop.reader(), path, city="Xi'an")
    assert values(shop, member)["city"] == "Xi'an"


def live(reader, path, form, **texts):
    """What htmx is answered after a change."""
    for name, text in texts.items():
        form.setlist(name, [text])
    form["_live"] = "1"
    return Page(
        reader.client.post(path, data=form, headers={"HX-Request": "true", "HX-Target": "div#row-level"})
    )


def test_a_change_draws_only_what_stands_otherwise(open_shop):
    shop = open_shop(
        {"fields": [*BASE, placed("city", show=IS_GOLD), placed("email", require=IS_GOLD), "phone"]}
    )
    ada = shop.reader()
    page = ada.get("/desk/member/new")
    assert page.one("#row-level").has_attr("data-live")
    assert not page.one("#row-name").has_attr("data-live")
    form = filled_in(page, "#record-form")
    answer = live(ada, "/desk/member/new", form, level="gold", city="Xi'an", phone="not yet")
    assert [one["hx-target"] for one in answer.soup.select("hx-partial")] == [
        "#marks",
        "#row-city",
        "#row-email",
    ]
    assert answer.one("#f-city")["value"] == "Xi'an"
    assert answer.one("#f-email").has_attr("required")
    form["_marks"] = answer.one("#marks")["value"]
    assert [one["hx-target"] for one in live(ada, "/desk/member/new", form).soup.select("hx-partial")] == [
        "#marks"
    ]


def test_a_part_that_appears_is_drawn_whole(open_shop):
    shop = open_shop({"fields": BASE}, {"tab": "More", "label": "Gold", "show": IS_GOLD, "fields": ["city"]})
    ada = shop.reader()
    page = ada.get("/desk/member/new")
    assert page.one("#tab-1").has_attr("hidden")
    answer = live(ada, "/desk/member/new", filled_in(page, "#record-form"), level="gold")
    assert [one["hx-target"] for one in answer.soup.select("hx-partial")] == [
        "#marks",
        "#form-tabs",
        "#part-1",
    ]


def test_what_was_typed_before_a_field_was_locked_comes_back(open_shop):
    shop = open_shop({"fields": [*BASE, placed("city", read_only=IS_GOLD)]})
    ada = shop.reader()
    form = filled_in(ada.get("/desk/member/new"), "#record-form")
    locked = live(ada, "/desk/member/new", form, level="gold", city="Typed")
    assert locked.one("input[name='stored.city']")["value"] == ""
    assert locked.one("input[type=hidden][name=city]")["value"] == "Typed"
    form["_marks"] = locked.one("#marks")["value"]
    assert live(ada, "/desk/member/new", form, level="base").one("#f-city")["value"] == "Typed"


def test_without_a_script_a_button_shows_what_changed(open_shop):
    shop = open_shop({"fields": [*BASE, placed("city", show=IS_GOLD)]})
    page = fill_in(shop.reader(), "/desk/member/new", level="gold", name="Typed", _live="1")
    assert page.status == 200
    assert not page.one("#row-city").has_attr("hidden")
    assert page.one("#f-name")["value"] == "Typed"


def test_tabs_are_links_to_parts_with_headings(open_shop):
    shop = open_shop(
        {"fields": BASE}, {"tab": "Address", "fields": ["city"]}, {"tab": {"en": "Notes"}, "fields": ["tags"]}
    )
    page = shop.reader().get("/desk/member/new")
    assert [one["href"] for one in page.soup.select("#form-tabs a")] == ["#tab-1", "#tab-2"]
    assert page.all("#tab-1 h2, #tab-2 h2") == ["Address", "Notes"]
    assert page.one("#tab-1").select_one("#f-city")
    assert not page.one("#part-0").find_parent(class_="tab-panel")


def test_a_mistake_is_counted_at_its_tab(open_shop):
    shop = open_shop({"fields": BASE}, {"tab": "Dates", "fields": ["birthday"]})
    page = fill_in(shop.reader(), "/desk/member/new", member_no="M1", birthday="yesterday")
    assert page.all("#form-tabs a") == ["Dates 1 1 mistake"]


def test_the_help_of_a_form_stands_in_place_of_the_fields_own(open_shop):
    shop = open_shop(
        {"columns": 3, "fields": [*BASE, placed("city", help={"en": "Where they live.", "zh": "居住地"})]}
    )
    page = shop.reader().get("/desk/member/new")
    assert page.one("#f-city-help").text == "Where they live."
    assert "is-triple" in page.one("#part-0 .form-grid")["class"]


def test_conditions_ask_the_database_equally_often_for_any_number_of_fields(open_shop):
    few = open_shop({"fields": [*BASE, placed("city", show=IS_GOLD)]})
    keys = ["city", "email", "phone", "gender", "birthday", "source", "points", "tags"]
    many = open_shop({"fields": [*BASE, *(placed(key, show=IS_GOLD, require=IS_DORMANT) for key in keys)]})
    counts = []
    for shop in (few, many):
        member, ada = shop.member(1), shop.reader()
        ada.get(f"/desk/member/{member}/edit")
        asked = shop.statements()
        ada.get(f"/desk/member/{member}/edit")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_record_shows_its_details_on_the_tabs_of_its_form(open_shop):
    shop = open_shop({"fields": ["member_no"]}, {"tab": "Address", "columns": 3, "fields": ["city", "phone"]})
    page = shop.reader().get(f"/desk/member/{shop.member(1, city='Wuhan')}")
    assert page.all("#details [data-tab-list] a") == ["Address"]
    assert page.all("#details .tab-panel dd")[0] == "Wuhan"
    assert page.one("#details .tab-panel dl")["class"][-1] == "is-triple"


def test_the_record_leaves_out_what_its_form_hides_unless_it_holds_something(open_shop):
    shop = open_shop({"fields": [*BASE, placed("city", show=IS_GOLD), placed("email", show=IS_GOLD)]})
    page = shop.reader().get(f"/desk/member/{shop.member(1, level='base', city='Wuhan')}")
    labels = page.all(".facts.is-record dt")
    assert "City" in labels
    assert "E-mail" not in labels
