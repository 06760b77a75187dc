"""The view designer makes every way to show records, by plain posts; beside it the view as it will be."""

from __future__ import annotations

from datetime import date

import pytest

from tests import make
from tests.pages.test_design import do, draft_of, posted, pressed, was

NEW = "/studio/view/new/design"
CONDITION = "r.colours.0.when"


def begun(ada, type_="table", **more):
    """A new view of tasks with a title, of this type."""
    page = do(ada, NEW, ada.get(NEW), "", **{"d/label/en": "Mine", "d/entity": "task"})
    page = do(ada, NEW, page, "add:/columns:title")
    page = do(ada, NEW, page, "", **{"d/type": type_})
    return do(ada, NEW, page, "", **{f"d/{key}": value for key, value in more.items()}) if more else page


def kept(shop, ada, page):
    answer = pressed(ada, NEW, posted(page), save="1")
    assert answer.status == 303, answer.text
    return draft_of(shop, "view", "mine")


MADE = {
    "kanban": {"by": "status"},
    "calendar": {"date": "due_on"},
    "timeline": {"date": "due_on"},
    "gallery": {},
    "table": {"group": "status"},
}


@pytest.mark.parametrize("type_", MADE)
def test_each_way_is_made_and_kept(shop, ada, type_):
    body = kept(shop, ada, begun(ada, type_, **MADE[type_]))
    wanted = {"key": "mine", "label": {"en": "Mine"}, "entity": "task", "columns": ["title"], "type": type_}
    assert {**wanted, **MADE[type_]}.items() <= body.items()


def test_choosing_a_type_shows_its_settings_only(ada):
    page = begun(ada, "kanban")
    assert page.soup.select("#d-by")
    assert [one["value"] for one in page.soup.select("#d-by option[value!='']")] == [
        "member",
        "store",
        "status",
    ]
    assert not page.soup.select("#d-group, #d-date")
    page = do(ada, NEW, page, "", **{"d/type": "calendar"})
    assert [one["value"] for one in page.soup.select("#d-date option[value!='']")] == [
        "due_on",
        "created_at",
        "updated_at",
    ]
    assert not page.soup.select("#d-by")


def test_an_old_view_without_a_type_shows_that_it_is_a_table(ada):
    page = ada.get("/studio/view/prospects/design")
    assert page.one("#d-type option[selected]")["value"] == "table"


def test_what_is_missing_is_told_at_its_input(ada):
    page = pressed(ada, NEW, posted(begun(ada, "kanban")), save="1")
    assert page.status == 422
    assert page.one("#d-by")["aria-invalid"] == "true"


@pytest.mark.parametrize(
    ("type_", "shown"),
    [
        ("kanban", ".board-card"),
        ("calendar", ".days-card"),
        ("timeline", ".stream-card"),
        ("gallery", ".gallery-card"),
        ("table", "tbody th[scope=row]"),
    ],
)
def test_the_view_is_beside_as_it_will_be_drawn(shop, ada, type_, shown):
    make.record(shop.house, "task", {"title": "Call Chen", "due_on": date(2026, 3, 5)})
    page = begun(ada, type_, **MADE[type_])
    assert "Call Chen" in page.one(f"#beside {shown}").text
    assert "1 record" in page.one("#beside .card-header").text
    assert "Offered to everybody." in page.one("#beside").text
    assert not page.soup.select("#beside [hx-get], #beside [data-board], #beside form")


def test_a_board_that_is_not_finished_says_when_it_will_be_shown(ada):
    assert "As soon as the marked places are right" in begun(ada, "kanban").one("#beside").text


def test_for_whom_it_opens_is_said(ada):
    page = do(ada, NEW, begun(ada), "add:/roles:clerk")
    form = posted(page)
    form.setlist("d/default", ["", "1"])
    form["d.do"] = ""
    page = pressed(ada, NEW, form)
    assert (
        "Opens first for: Store clerk." in page.one("#beside").text
        or "Opens first for: " in page.one("#beside").text
    )


def test_a_button_is_added_with_a_value_of_its_field(shop, ada):
    page = do(ada, NEW, begun(ada), "add:/actions:set_field")
    page = do(ada, NEW, page, "", **{"d/actions/0/field": "status", "d/actions/0/label/en": "Done"})
    form = posted(page)
    form["d/actions/0/value"] = "done"
    answer = pressed(ada, NEW, form, save="1")
    assert answer.status == 303, answer.text
    assert draft_of(shop, "view", "mine")["actions"] == [
        {"type": "set_field", "field": "status", "label": {"en": "Done"}, "value": "done"}
    ]


def test_a_colour_has_a_condition_of_its_own(ada):
    page = do(ada, NEW, begun(ada), "add:/colours")
    page = do(ada, NEW, page, "", **{"d/colours/0/colour": "red"})
    assert page.soup.select(f"[name^='{CONDITION}']")
    assert was(page)["colours"][0]["colour"] == "red"


def test_another_type_lets_go_of_what_it_does_not_know(ada):
    page = begun(ada, "calendar", date="due_on", until="due_on")
    page = do(ada, NEW, page, "", **{"d/type": "timeline"})
    assert was(page)["date"] == "due_on"
    assert "until" not in was(page)
    page = do(ada, NEW, page, "", **{"d/type": "kanban"})
    assert "date" not in was(page)


def test_a_view_in_words_says_how_it_is_shown_and_for_whom(ada):
    page = ada.get("/studio/view/members_by_stage")
    assert "Board (Lanes by: Stage)" in page.text
    assert "Offered to everybody." in page.text
