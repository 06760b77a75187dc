"""Every widget has its macro, which names its input, says what is wrong with it, and escapes what people wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from jinja2 import Environment, FileSystemLoader

from builder.fields.contract import InputState, Shown, Widget
from tests.fields.examples import CASES, IDS, TYPE

TEMPLATES = Path(__file__).parents[2] / "builder" / "templates"
HOSTILE = '"><script>alert(1)</script>'
every_case = pytest.mark.parametrize(("one", "settings"), CASES, ids=IDS)


@pytest.fixture(scope="module")
def environment() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"])
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    return made


def draw(environment: Environment, widget: Widget, value: str = "", **state) -> BeautifulSoup:
    macros = environment.get_template(f"fields/{widget.name}.html").module
    html = macros.input("member", value, widget, InputState("f-member", **state))  # type: ignore[attr-defined]
    return BeautifulSoup(html, "lxml")


@every_case
def test_what_people_wrote_is_shown_as_text(environment, one, settings):
    widget = one.widget(settings, Shown())
    hostile = Widget(widget.name, widget.attributes, [(HOSTILE, HOSTILE)])
    state = {"candidates": [(HOSTILE, HOSTILE)], "search": HOSTILE, "search_url": "/desk/x?" + HOSTILE}
    assert not draw(environment, hostile, HOSTILE, **state).find("script")


@every_case
def test_an_input_says_what_is_asked_and_what_is_wrong(environment, one, settings):
    widget = one.widget(settings, Shown())
    drawn = draw(
        environment,
        widget,
        is_required=True,
        is_invalid=True,
        described_by="f-member-problem",
        has_focus=True,
    )
    element = drawn.find(id="f-member")
    assert "f-member-problem" in element["aria-describedby"].split()
    if one.is_computed:
        assert element.name == "output"
        return
    assert element["name"] == "member"
    assert element["aria-invalid"] == "true"
    assert element.has_attr("required")
    assert element.has_attr("data-focus")
    assert element["autocomplete"] == "off"
    assert not [name for name in element.attrs if name.startswith("on")]


@every_case
def test_an_input_holds_the_value_it_was_given(environment, one, settings):
    if one.is_computed:
        return
    from random import Random

    text = one.to_form(one.sample(Random(1), settings), settings)
    element = draw(environment, one.widget(settings, Shown()), text).find(id="f-member")
    if element.name == "select":
        assert element.find("option", selected=True)["value"] == text
    elif element.get("type") == "checkbox":
        assert element.has_attr("checked") == (text == "yes")
    elif element.name == "textarea":
        assert element.text.removeprefix("\n") == text
    else:
        assert element["value"].replace("T", " ") == text.replace("T", " ")


def test_people_filling_in_their_own_details_are_helped_by_the_browser(environment):
    widget = TYPE["phone"].widget({}, Shown())
    assert draw(environment, widget, is_own=True).input["autocomplete"] == "tel"


def test_a_box_that_is_not_ticked_posts_no(environment):
    widget = TYPE["boolean"].widget({"default": False}, Shown())
    boxes = draw(environment, widget, "no").find_all("input")
    assert [(box["type"], box["name"], box["value"]) for box in boxes] == [
        ("hidden", "member", "no"),
        ("checkbox", "member", "yes"),
    ]


def test_a_choice_that_is_offered_no_more_is_not_lost(environment):
    widget = TYPE["select"].widget({"options": [{"value": "a"}]}, Shown())
    assert draw(environment, widget, "gone").find("option", selected=True)["value"] == "gone"


def test_a_reference_is_searched_and_chosen(environment):
    widget = TYPE["reference"].widget({"to": "member"}, Shown())
    state = {
        "candidates": [("7", "Li Mei"), ("12", "Wang")],
        "search": "li",
        "search_url": "/desk/order/candidates",
    }
    drawn = draw(environment, widget, "12", **state)
    search = drawn.find("input", type="search")
    assert (search["name"], search["value"], search["aria-controls"]) == ("member__search", "li", "f-member")
    assert (
        search["hx-include"] == search["hx-target"] == "#f-member"
    )  # the chosen record is sent along and kept
    assert [option["value"] for option in drawn.find_all("option")] == ["", "7", "12"]
    assert drawn.find("option", selected=True).text == "Wang"


def test_a_record_that_no_search_found_stays_chosen(environment):
    widget = TYPE["reference"].widget({"to": "member"}, Shown())
    assert (
        draw(environment, widget, "12", candidates=[("7", "Li Mei")]).find("option", selected=True)["value"]
        == "12"
    )


def test_the_candidates_alone_are_the_input_itself(environment):
    given = {
        "name": "member",
        "value": "",
        "widget": Widget("reference"),
        "state": InputState("f-member", candidates=[("7", "Li")]),
    }
    drawn = BeautifulSoup(environment.get_template("fields/_choices.html").render(given), "lxml")
    assert drawn.body.find(True)["id"] == "f-member"


def test_a_value_that_cannot_be_changed_is_not_posted_as_another(environment):
    drawn = draw(
        environment, TYPE["select"].widget({"options": [{"value": "a"}]}, Shown()), "a", is_readonly=True
    )
    assert drawn.find("select").has_attr("disabled")
    drawn = draw(environment, TYPE["text"].widget({}, Shown()), "a", is_readonly=True)
    assert drawn.input.has_attr("readonly")
