"""A record's page and a menu are designed without a script: folded parts keep what they say, the preview is live."""

from __future__ import annotations

from tests.pages.test_design import do, draft_of, live_of, pressed, was
from tests.pages.test_design import posted as form_of

PAGE = "/studio/page/member_page/design"
APP = "/studio/app/membership/design"


def test_folded_parts_keep_what_they_say(shop, ada):
    page = ada.get(PAGE)
    assert page.soup.select("#d-tabs-0-parts-1-fold[aria-expanded=false]")
    assert not page.soup.select("#d-tabs-0-parts-1-relation")
    assert pressed(ada, PAGE, form_of(page), save="1").status == 303
    assert draft_of(shop, "page", "member_page") == live_of(shop, "page", "member_page")


def test_one_part_is_open_at_a_time_and_is_called_by_what_it_shows(ada):
    page = do(ada, PAGE, ada.get(PAGE), "open:/tabs/0/parts/1")
    assert page.all("#d-tabs-0-parts-1-relation option[selected]") == ["Orders"]
    assert page.all(".design-fold[aria-expanded=true] strong") == ["2 Related records: Orders"]
    page = do(ada, PAGE, page, "open:/actions/1")
    assert page.all(".design-fold[aria-expanded=true] strong") == ["2 New related record: Orders"]
    assert not page.soup.select("#d-tabs-0-parts-1-relation")


def test_the_columns_of_related_records_are_theirs(shop, ada):
    page = do(ada, PAGE, ada.get(PAGE), "open:/tabs/0/parts/1")
    assert page.soup.select("#d-tabs-0-parts-1-columns-add-amount")
    assert not page.soup.select("#d-tabs-0-parts-1-columns-add-birthday")
    page = do(ada, PAGE, page, "add:/tabs/0/parts/1/columns:amount")
    assert was(page)["tabs"][0]["parts"][1]["columns"] == ["amount"]
    assert page.all(".design-fold[aria-expanded=true] strong") == ["2 Related records: Orders"]


def test_a_part_that_was_added_is_open_and_goes_on_into_the_next_tab(ada):
    page = do(ada, PAGE, ada.get(PAGE), "add:/tabs/0/parts:note")
    assert page.soup.select("#d-tabs-0-parts-3-text-en")
    page = do(ada, PAGE, page, "down:/tabs/0/parts/3", **{"d/tabs/0/parts/3/text/en": "Be kind."})
    assert was(page)["tabs"][1]["parts"][0] == {"type": "note", "text": {"en": "Be kind."}}
    assert page.soup.select("#d-tabs-1-parts-0-text-en")


def test_a_part_is_dragged_beside_the_others_and_to_where_none_is_yet(ada):
    page = do(ada, PAGE, ada.get(PAGE), "move:/tabs/0/parts/2:/tabs/0/beside/0")
    assert [one["type"] for one in was(page)["tabs"][0]["beside"]] == ["related", "timeline"]
    page = do(ada, PAGE, page, "move:/tabs/0/parts/1:/tabs/1/beside/0")
    assert was(page)["tabs"][1]["beside"][0]["relation"] == "orders"
    same = do(ada, PAGE, page, "move:/tabs/0/parts/0:/actions/0")
    assert was(same) == was(page)


def test_what_is_wrong_in_a_folded_part_is_shown(shop, ada):
    page = do(ada, PAGE, ada.get(PAGE), "add:/tabs/0/parts:related")
    page = do(ada, PAGE, page, "close:/tabs/0/parts/3")
    page = pressed(ada, PAGE, form_of(page), save="1")
    assert page.status == 422
    assert page.soup.select("#d-tabs-0-parts-3-relation[aria-invalid=true]")
    assert "Nothing was kept yet" in page.text


def test_the_preview_shows_a_real_record_as_a_chosen_role_sees_it(shop, ada):
    first = shop.member(1, name="Chen Jing")
    shop.order(1, first)
    second = shop.member(2, name="Lin Mei")
    page = ada.get(PAGE)
    assert page.one("#page-preview .preview-title").text == "Chen Jing"
    page = do(ada, PAGE, page, "", **{"try.record": str(second)})
    assert page.one("#page-preview .preview-title").text == "Lin Mei"
    page = do(ada, PAGE, page, "", **{"try.record": str(first)})
    assert "Total spent" in page.one("#page-preview").text
    page = do(ada, PAGE, page, "", **{"try.record": str(first), "try.role": "clerk"})
    shown = page.one("#page-preview").text
    assert "Chen Jing" in shown
    assert "Total spent" not in shown
    assert page.all("#page-preview .preview-actions > span") == ["Edit", "New: Order"]


def test_a_new_page_begins_for_the_entity_of_the_address(ada, shop):
    shop.member(1, name="Chen Jing")
    page = ada.get("/studio/page/new/design?entity=member")
    assert was(page)["entity"] == "member"
    assert page.all("#d-actions .design-fold strong") == ["1 Edit", "2 Delete …"]
    assert page.one("#page-preview .preview-title").text == "Chen Jing"


def test_a_menu_is_previewed_as_the_role_sees_it(shop, ada):
    page = do(ada, APP, ada.get(APP), "add:/menu")
    at = len(was(page)["menu"]) - 1
    page = do(ada, APP, page, "", **{f"d/menu/{at}#way": "heading"})
    page = do(ada, APP, page, "add:/menu", **{f"d/menu/{at}/heading/en": "For the office"})
    page = do(ada, APP, page, "", **{f"d/menu/{at + 1}#way": "link"})
    office = {f"d/menu/{at + 1}/link": "/studio/people", f"d/menu/{at + 1}/label/en": "People"}
    page = do(ada, APP, page, "", **office)
    assert page.all("#app-preview .side-list li")[-2:] == ["For the office", "People"]
    page = do(ada, APP, page, "", **{"try.role": "clerk"})
    assert page.all("#app-preview .side-list li")[-1] == "Stores"


def test_an_icon_is_chosen_among_pictures(shop, ada):
    page = ada.get(APP)
    assert page.soup.select("#d-icon input[value=users][checked]")
    page = do(ada, APP, page, "", **{"d/icon": "crown"})
    assert was(page)["icon"] == "crown"
    assert page.soup.select("#d-icon input[value=crown][checked]")
