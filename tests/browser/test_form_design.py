"""Forms in a real browser: dragged and by keyboard, conditions that act while one types, tabs; accessible in all."""

from __future__ import annotations

import pytest

from schema_store import strict_json
from tests.chromium import page_problems
from tests.pages.form_shop import IS_GOLD, placed, publish_form

FORM = "/studio/form/member_form/design"
SECTIONS = (
    {"label": {"en": "Person", "zh": "基本信息"}, "fields": ["member_no", "name", "level"]},
    {
        "label": {"en": "More", "zh": "更多"},
        "fields": [placed("city", show=IS_GOLD), placed("email", require=IS_GOLD)],
    },
)


def sections(page):
    return [one["fields"] for one in strict_json.read(page.input_value("[name='d.was']"))["sections"]]


def until(page, wanted):
    """The document as it is once the page has answered."""
    page.wait_for_function(
        "wanted => JSON.stringify(JSON.parse(document.querySelector(\"[name='d.was']\").value)"
        ".sections.map(one => one.fields)) === JSON.stringify(wanted)",
        arg=wanted,
    )


def drag(page, source, target, *, below=False):
    """With the mouse, in small steps, as a hand does."""
    start, end = page.locator(source).bounding_box(), page.locator(target).bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + start["height"] / 2)
    page.mouse.down()
    x, y = end["x"] + end["width"] / 2, end["y"] + end["height"] * (0.9 if below else 0.3)
    page.mouse.move(start["x"] + 30, start["y"] + start["height"] / 2 + 12, steps=4)
    page.mouse.move(x, y, steps=12)
    page.mouse.move(x, y + 1, steps=2)
    page.wait_for_timeout(200)
    page.mouse.up()


@pytest.fixture
def page(shop, signed_in):
    publish_form(
        shop, {"columns": 1, "fields": ["member_no", "name"]}, {"columns": 1, "fields": ["level", "stage"]}
    )
    page = signed_in(width=1440)
    page.set_viewport_size({"width": 1440, "height": 1600})
    page.goto(FORM)
    return page


def test_a_field_is_dragged_from_the_tray_to_its_place_and_on(page):
    drag(page, "#d-sections-tray-city", "#d-sections-1-fields-0")
    page.wait_for_selector("#status:has-text('It was added.')", state="attached")
    found = sections(page)
    assert "city" in found[1]
    at = found[1].index("city")
    drag(page, f"#d-sections-1-fields-{at} [data-drag-grip]", "#d-sections-0-fields-0")
    page.wait_for_selector("#status:has-text('It was moved.')", state="attached")
    assert "city" in sections(page)[0]
    assert "city" not in sections(page)[1]


def test_fields_change_places_and_go_back_to_the_tray_by_dragging(page):
    drag(page, "#d-sections-0-fields-1 [data-drag-grip]", "#d-sections-0-fields-0")
    until(page, [["name", "member_no"], ["level", "stage"]])
    drag(page, "#d-sections-1-fields-0 [data-drag-grip]", "#d-sections-tray")
    until(page, [["name", "member_no"], ["stage"]])
    assert page.locator("#d-sections-tray-level").count() == 1


def test_parts_change_places_by_dragging(page):
    drag(page, "#d-sections-1 > .canvas-head [data-drag-grip]", "#d-sections-0 > .canvas-head")
    until(page, [["level", "stage"], ["member_no", "name"]])


def test_the_same_is_done_by_keyboard_alone(page):
    page.focus("#d-sections-1-open")
    page.keyboard.press("Enter")
    page.wait_for_selector("#d-sections-1-label-en")
    page.focus("#d-sections-add-city")
    page.keyboard.press("Enter")
    until(page, [["member_no", "name"], ["level", "stage", "city"]])
    page.focus("#d-sections-1-fields-2-open")
    page.keyboard.press("Enter")
    page.wait_for_selector("#canvas-up")
    for arranged in (
        [["member_no", "name"], ["level", "city", "stage"]],
        [["member_no", "name"], ["city", "level", "stage"]],
        [["member_no", "name", "city"], ["level", "stage"]],
    ):
        page.wait_for_selector("#canvas-up")
        page.focus("#canvas-up")
        page.keyboard.press("Enter")
        until(page, arranged)
    page.focus("#canvas-remove")
    page.keyboard.press("Enter")
    until(page, [["member_no", "name"], ["level", "stage"]])


def test_the_tray_is_narrowed_while_one_types(page):
    page.fill("[data-narrow]", "birth")
    page.wait_for_function("document.querySelectorAll('#d-sections-tray li:not([hidden])').length === 1")
    assert page.inner_text("#d-sections-tray li:not([hidden]) span") == "Birthday"


def test_the_preview_follows_as_a_role_and_its_conditions_live(shop, page):
    page.select_option("#try-role", "service")
    page.wait_for_selector("#see-f-name")
    page.click("#d-sections-0-fields-1-open")
    page.click("#d-sections-0-fields-1-show-ask")
    page.wait_for_selector("#r-sections-0-fields-1-show-0-field:focus")
    page.select_option("#r-sections-0-fields-1-show-0-field", "stage")
    page.wait_for_selector("#r-sections-0-fields-1-show-0-value-0")
    page.select_option("#r-sections-0-fields-1-show-0-value-0", "dormant")
    page.wait_for_selector("#form-preview #row-name", state="hidden")
    page.select_option("#see-f-stage", "dormant")
    page.wait_for_selector("#form-preview #row-name", state="visible")
    assert page.input_value("#try-role") == "service"


def test_a_form_changes_while_it_is_filled_in_and_nothing_typed_is_lost(shop, signed_in):
    publish_form(shop, *SECTIONS)
    page = signed_in()
    page.goto("/desk/member/new")
    page.fill("#f-name", "Typed")
    assert page.is_hidden("#f-city")
    page.focus("#f-level")
    page.select_option("#f-level", "gold")
    page.wait_for_selector("#f-city", state="visible")
    assert page.evaluate("document.activeElement.id") == "f-level"
    assert page.input_value("#f-name") == "Typed"
    assert page.get_attribute("#f-email", "required") is not None
    page.fill("#f-city", "Wuhan")
    page.select_option("#f-level", "base")
    page.wait_for_selector("#f-city", state="hidden")
    page.select_option("#f-level", "gold")
    page.wait_for_selector("#f-city", state="visible")
    assert page.input_value("#f-city") == "Wuhan"


def test_tabs_open_by_keyboard_and_at_a_mistake(shop, signed_in):
    tabs = (
        {"tab": {"en": "Dates"}, "fields": ["birthday"]},
        {"tab": {"en": "Place"}, "fields": ["city", "phone"]},
    )
    publish_form(shop, {"fields": ["member_no"]}, *tabs)
    page = signed_in()
    page.goto("/desk/member/new")
    assert page.is_visible("#f-birthday")
    assert page.is_hidden("#f-city")
    page.focus("#tab-1-link")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#f-city", state="visible")
    assert page.get_attribute("#tab-2-link", "aria-selected") == "true"
    page.keyboard.press("Home")
    page.fill("#f-member_no", "M9")
    page.evaluate("document.getElementById('f-phone').value = '12'")
    page.click("#record-form button[type=submit]")
    page.wait_for_selector("#f-phone:focus")
    assert page.is_visible("#f-phone")
    assert page.is_hidden("#f-birthday")
    page.click("#tab-1-link")
    page.click("#problems a")
    page.wait_for_selector("#f-phone", state="visible")


def test_without_a_script_every_part_is_there(shop, pages):
    publish_form(shop, {"fields": ["member_no"]}, {"tab": {"en": "Place"}, "fields": ["city"]})
    page = pages.open(base_url=shop.address, java_script_enabled=False)
    page.goto("/sign-in")
    page.fill("#email", "ada@shop.example")
    page.fill("#password", "tile by tile")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    page.goto("/desk/member/new")
    assert page.is_visible("#tab-1 h2")
    assert page.is_visible("#f-city")


@pytest.mark.parametrize(
    ("language", "dark", "width"),
    [("en", False, 1440), ("zh", True, 1440), ("zh", False, 390), ("en", True, 390)],
)
def test_every_state_of_it_is_accessible(shop, signed_in, language, dark, width):
    publish_form(
        shop, *SECTIONS, {"tab": {"en": "Notes", "zh": "备注"}, "columns": 3, "fields": ["tags", "phone"]}
    )
    page = signed_in(language=language, dark=dark, width=width)
    found = {}

    def look(name):
        page.wait_for_timeout(300)
        found[name] = page_problems(page)

    page.goto(FORM)
    look("design")
    page.click("#d-sections-1-fields-0-open")
    page.wait_for_selector("#canvas-remove")
    look("a field open")
    page.click("#d-sections-2-open")
    page.wait_for_selector("#d-sections-2-tab-en")
    look("a part open")
    page.goto("/studio/form/new/design")
    page.click("#design button[name=save]")
    page.wait_for_selector("#problems")
    look("refused")
    page.goto("/desk/member/new")
    look("form")
    page.select_option("#f-level", "gold")
    page.wait_for_selector("#f-city", state="visible")
    page.click("#record-form button[type=submit]")
    page.wait_for_selector("#problems")
    look("form refused")
    page.goto("/desk/member/1")
    look("record")
    page.goto("/studio/form/member_form")
    look("definition")
    assert {name: problems for name, problems in found.items() if problems} == {}
