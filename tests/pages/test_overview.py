"""The studio's overview: searched in all that definitions say; and where each of them, and each field, is used."""

from __future__ import annotations

from copy import deepcopy

import pytest

from builder.events import Cause
from builder.pages.studio import searching
from schema_store import drafts


def drafted(shop, name, body, *, by="user:1"):
    with shop.house.writing(Cause("form")) as work:
        is_live = name in work.catalog.bodies
        drafts.save_draft(
            work.connection, name, body, base=1 if is_live else None, turn=0, by=by, at=work.now
        )


def why(page, key):
    """What is said of one definition that was found."""
    lines = [
        tag for tag in page.soup.select("#definitions .row-link") if tag.select_one(".row-key").text == key
    ]
    assert len(lines) == 1
    return " ".join(lines[0].get_text(" ").split()).replace(" :", ":")


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("gold", "member", "Option of Level: Gold"),
        ("birthday", "member", "Field: Birthday"),
        ("refunded", "refunded_orders", "Refunded orders"),
        ("180 days", "member_dormant", "180 days"),
        ("please call", "member_dormant", "Members went dormant: please call them."),
    ],
)
def test_it_is_found_by_what_it_says_and_the_reason_is_shown(ada, text, key, reason):
    assert reason in why(ada.get("/studio", q=text), key)


def test_words_of_the_other_language_are_found_too(ada):
    assert "Option of Level" in why(ada.get("/studio", q="金卡"), "member")


def test_names_come_before_other_reasons(ada):
    labels = ada.get("/studio", q="dormant", kind="").all("section[aria-labelledby=view] .row-main")
    assert labels[0] == "Dormant members"


def test_a_kind_has_a_tab_with_all_of_it(shop, ada):
    for number in range(20):
        drafted(
            shop,
            ("view", f"many_{number}"),
            {"key": f"many_{number}", "label": f"Many {number:02}", "entity": "member", "columns": ["name"]},
        )
    page = ada.get("/studio")
    assert "Many 00" in page.text
    assert "Many 19" not in page.text
    more = page.link("Show")
    assert more == "/studio?kind=view"
    assert "Many 19" in ada.get(more).text
    assert len(ada.get("/studio", kind="drafts").all(".row-main")) == 20


def test_a_draft_is_searched_as_it_is_written(shop, ada):
    body = deepcopy(dict(shop_body(shop, "view", "prospects"))) | {"label": "Zebras"}
    drafted(shop, ("view", "prospects"), body)
    assert "draft waits" in why(ada.get("/studio", q="zebras"), "prospects")


def shop_body(shop, kind, key):
    with shop.house.reading() as work:
        return work.catalog.bodies[kind, key]


@pytest.mark.parametrize("body", [{"columns": {"label": 3}}, {"label": {"en": ["x"]}, "where": 5}])
def test_a_draft_that_is_no_document_does_not_break_the_search(shop, ada, body):
    drafted(shop, ("view", "odd"), body)
    page = ada.get("/studio", q="odd")
    assert (page.status, page.all(".row-key")) == (200, ["odd"])


def test_every_text_of_a_document_is_found():
    body = {"label": "A", "sections": [{"label": {"zh": "乙"}, "help": "C"}], "key": "no"}
    assert dict(searching.texts(body)) == {
        "/label": "A",
        "/sections/0/label": {"zh": "乙"},
        "/sections/0/help": "C",
    }


def test_where_a_definition_is_used_is_said_and_counted(ada):
    page = ada.get("/studio/entity/store")
    assert "1 application" in page.text
    assert page.link("Application: Membership") == "/studio/app/membership"


def test_a_use_leads_to_its_exact_place(ada):
    page = ada.get("/studio/entity/member/fields/stage")
    addresses = {str(tag["href"]) for tag in page.soup.select(".places a")}
    assert "/studio/view/dormant_members/condition?at=%2Fwhere" in addresses
    assert "/studio/workflow/member_dormant/design#d-actions-0-field" in addresses
    assert "Actions › 1. Set a field › Field" in page.text
    for address in addresses:
        assert ada.get(address.partition("#")[0]).status == 200, address
    design = ada.get("/studio/workflow/member_dormant/design")
    assert design.soup.select_one("#d-actions-0-field")


def test_a_use_in_a_draft_says_whose_it_is(shop, ada):
    body = {"key": "stages", "label": "Stages", "entity": "member", "columns": ["stage"]}
    drafted(shop, ("view", "stages"), body)
    page = ada.get("/studio/entity/member/fields/stage")
    assert "in a draft by Ada" in page.text
    assert page.link("View: Stages") == "/studio/view/stages"


def test_a_use_that_a_draft_ends_says_so(shop, ada):
    body = dict(shop_body(shop, "view", "prospects")) | {"columns": ["name"]}
    drafted(shop, ("view", "prospects"), body)
    assert "no more in a draft by Ada" in ada.get("/studio/entity/member/fields/stage").text


def test_what_nothing_names_says_so(shop, ada):
    body = {"key": "unused", "label": "Unused", "entity": "member", "columns": ["name"]}
    drafted(shop, ("view", "unused"), body)
    assert "Nothing names it yet, not even a draft." in ada.get("/studio/view/unused").text


@pytest.mark.parametrize("label", [3, {"en": ["x"]}, [], None])
def test_a_use_in_a_draft_without_words_is_shown_by_its_key(shop, ada, label):
    body = {"key": "odd", "label": label, "entity": "member", "columns": ["stage"]}
    drafted(shop, ("view", "odd"), body)
    page = ada.get("/studio/entity/member/fields/stage")
    assert page.status == 200
    assert page.link("View: odd") == "/studio/view/odd"


@pytest.mark.parametrize(
    "body", [{"label": 3}, {"label": {"en": ["x"]}, "sections": [[[]]]}, {"x-tessera": 5}]
)
def test_no_draft_breaks_the_pages_that_tell_of_it(shop, ada, body):
    for kind in shop.house.registry.kinds:
        drafted(shop, (kind, "odd"), body)
    for kind in shop.house.registry.kinds:
        assert ada.get(f"/studio/{kind}/odd").status == 200, kind
        assert ada.get(f"/studio/{kind}/odd/words?all=1").status == 200, kind
    assert ada.get("/studio?q=odd").status == ada.get("/find?q=odd").status == 200
