"""The three main paths in a real browser; the first two also by keyboard alone and without a script."""

from __future__ import annotations

from tests import make


def test_a_clerk_finds_a_member_by_phone_and_mends_the_number(shop, signed_in):
    page = signed_in()
    page.keyboard.press("/")
    page.keyboard.type("13800138000")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/member/1")
    page.keyboard.press("e")
    page.wait_for_url("**/edit")
    page.fill("#f-city", "Suzhou")
    page.fill("#f-phone", "12")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#f-phone-error")
    assert page.evaluate("document.activeElement.id") == "f-phone"
    assert page.input_value("#f-city") == "Suzhou"
    assert page.inner_text("#status") == "Not saved. Look at the marked fields."
    page.fill("#f-phone", "139 0013 9000")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/desk/member/1")
    assert make.read(shop.house, "member", 1).values["phone"] == "+8613900139000"


def test_a_marketer_builds_a_filter_and_pages_through(signed_in):
    page = signed_in()
    page.goto("/desk/member")
    page.click("#filter")
    page.select_option("#filter-field", "level")
    page.wait_for_selector("#filter-op")
    page.check("input[name=value][value=gold]")
    page.click("#filter button")
    page.wait_for_selector(".chip")
    assert page.inner_text(".chip span") == "Level is Gold"
    assert page.locator("tbody tr").count() == 50
    page.click("a[rel=next]")
    page.wait_for_selector("a[rel=prev]")
    assert page.locator("tbody tr").count() == 10
    assert "w=level" in page.url
    page.reload()
    assert page.locator("tbody tr").count() == 10
    page.go_back()
    page.wait_for_selector("a[rel=next]")
    assert page.locator("tbody tr").count() == 50


def test_an_admin_rehearses_runs_and_undoes(shop, signed_in):
    page = signed_in()
    page.goto("/studio/workflows/member_dormant")
    page.click("text=What would happen now?")
    page.wait_for_selector("#matched")
    assert page.inner_text("#matched") == "1"
    page.click("text=Run it now")
    page.wait_for_url("**/studio/runs/*")
    page.wait_for_selector("#run .badge:has-text('done')")
    assert make.read(shop.house, "member", 1).values["stage"] == "dormant"
    page.click("text=Undo …")
    page.click("button:has-text('Undo it')")
    page.wait_for_selector("#run .badge:has-text('undone')")
    assert make.read(shop.house, "member", 1).values["stage"] == "active"


def test_everything_works_without_a_script(shop, signed_in):
    page = signed_in(java_script_enabled=False, width=390)
    page.click(".house-toggle")
    page.click(".side-link:has-text('Members') >> nth=0")
    page.click("#filter")
    page.select_option("#filter-field", "level")
    page.click("#filter button")
    page.check("input[name=value][value=gold]")
    page.click("#filter button")
    assert page.inner_text(".chip span") == "Level is Gold"
    page.fill("#search", "Chen")
    page.press("#search", "Enter")
    page.click("text=M0001")
    page.click("a:has-text('Edit')")
    page.fill("#f-phone", "12")
    page.click("button:has-text('Save')")
    assert "not a telephone number" in page.inner_text("#f-phone-error")
    page.fill("#f-phone", "139 0013 9000")
    page.click("button:has-text('Save')")
    assert page.inner_text("#flashes").strip() == "Saved."
    assert make.read(shop.house, "member", 1).values["phone"] == "+8613900139000"


def test_the_keyboard_reaches_what_the_mouse_does(signed_in):
    page = signed_in()
    page.goto("/desk/member")
    page.keyboard.press("Tab")
    assert page.inner_text(":focus") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.focus("#filter")
    page.keyboard.press("Enter")
    page.wait_for_selector("#filter-field")
    assert page.evaluate("document.activeElement.id") == "filter-field"
    page.keyboard.press("Escape")
    assert page.locator("#filter-field").is_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_double_click_saves_once(shop, signed_in):
    page = signed_in()
    page.goto("/desk/member/new")
    page.fill("#f-member_no", "M9999")
    page.dblclick("button:has-text('Save')")
    page.wait_for_url("**/desk/member/61")
    assert page.inner_text("#history strong") == "Created"


def test_the_focus_stays_where_it_was_when_a_list_is_exchanged(signed_in):
    page = signed_in()
    page.goto("/desk/member")
    for words, arrived in (("Name", "sort=name"), ("No order yet", "view=prospects")):
        page.focus(f"#list a:has-text('{words}')")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{arrived}*")
        page.wait_for_selector(f"#list a:focus:has-text('{words}')")
    page.goto("/desk/member?q=Chen")
    page.focus(".chip a")
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip", state="detached")
    assert page.evaluate("document.activeElement.id") == "list"


def test_waiting_is_shown_and_an_answer_that_never_comes_is_said(signed_in):
    page = signed_in()
    page.goto("/desk/member")
    held = []

    def hold(route):  # the driver cannot take held.append itself
        held.append(route)

    page.route("**/desk/member?sort=*", hold)
    page.click("thead a:has-text('Name')")
    page.wait_for_selector("html.is-busy")
    assert page.inner_text("#status") == "Working …"
    held[0].abort()
    page.wait_for_selector("#flashes .note.is-bad")
    assert page.inner_text("#flashes").strip() == "No answer came. Check the connection, then try again."
    assert page.locator("html.is-busy").count() == 0
    page.unroute("**/desk/member?sort=*")
    page.click("thead a:has-text('Name')")
    page.wait_for_selector("th[aria-sort=ascending]")
    assert page.inner_text("#flashes").strip() == ""


def test_enter_in_a_picker_goes_to_what_it_found_and_saves_nothing(signed_in):
    page = signed_in()
    page.goto("/desk/order/new")
    page.focus("#f-member-search")
    page.keyboard.type("M0001")
    page.keyboard.press("Enter")
    page.wait_for_selector("#f-member option[selected]:has-text('Chen Jing · M0001')", state="attached")
    assert page.evaluate("document.activeElement.id") == "f-member"
    assert page.inner_text("#status") == "1 found"
    assert page.locator("#problems").count() == 0
    assert page.input_value("#f-member") == "1"


def test_what_has_the_focus_is_never_behind_the_bars(signed_in):
    page = signed_in(width=390)
    page.goto("/desk/member/1/edit")
    page.focus("#f-member_no")
    hidden = """() => {
        const place = document.activeElement, box = place.getBoundingClientRect();
        const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return over === place || place.contains(over) || over.contains(place) ? "" : place.id;
    }"""
    for key in ["Tab"] * 14 + ["Shift+Tab"] * 14:
        page.keyboard.press(key)
        assert page.evaluate(hidden) == ""
