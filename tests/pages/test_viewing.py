"""View as: an administrator looks at the desk as a role sees it, and cannot change anything meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from builder.audit import audit_entries


@pytest.fixture
def as_clerk(shop, ada):
    """Ada, who looks as a shop clerk does."""
    shop.member(1)
    assert ada.post("/studio/view-as", {"role": "clerk"}).where == "/desk"
    return ada


def test_the_menu_and_the_pages_are_those_of_the_role(as_clerk):
    assert "Studio" not in as_clerk.get("/desk").all(".side-title")
    assert as_clerk.get("/studio/people").status == 403
    assert as_clerk.get("/desk/member").all("tbody tr")
    assert not any("Total" in one for one in as_clerk.get("/desk/member").all("thead th"))


def test_every_page_says_so_and_ends_it(as_clerk):
    for path in ("/desk", "/desk/member", "/studio/people", "/desk/nothing_here"):
        bar = as_clerk.get(path).one(".mode-bar")
        assert "Shop clerk" in bar.text

    answer = as_clerk.post("/studio/view-as/end", {"next": "/desk/member"})
    assert answer.where == "/desk/member"
    page = as_clerk.get("/desk/member")
    assert not page.soup.select(".mode-bar")
    assert "Studio" in page.all(".side-title")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/desk/member/new", {"member_no": "M9", "name": "Eve"}),
        ("/desk/member/1/edit", {"name": "Eve", "version": "1"}),
        ("/account", {"name": "Eve"}),
    ],
)
def test_nothing_is_written_while_viewing(shop, as_clerk, path, fields):
    refused = as_clerk.post(path, fields)

    assert refused.status == 403
    assert "nothing was written" in refused.text
    as_clerk.post("/studio/view-as/end", {})
    assert "Eve" not in as_clerk.get("/desk/member").text + as_clerk.get("/account").text


def test_language_and_signing_out_still_work(as_clerk):
    as_clerk.post("/preferences", {"language": "zh", "next": "/desk"})
    assert "店员" in as_clerk.get("/desk").one(".mode-bar").text
    assert as_clerk.post("/sign-out", {}).where == "/sign-in"


def test_the_audit_tells_who_looked_as_whom(shop, as_clerk):
    as_clerk.post("/studio/view-as/end", {})

    with shop.house.reading() as work:
        rows = work.connection.execute(select(audit_entries).order_by(audit_entries.c.id)).mappings().all()
    noted = [
        (one["action"], one["actor"], one["details"]) for one in rows if one["action"].startswith("view")
    ]
    assert noted == [("view_as", "user:1", '{"roles":["clerk"]}'), ("view_as_end", "user:1", "{}")]


def test_several_roles_show_what_somebody_with_all_of_them_sees(ada):
    ada.post("/studio/view-as", {"role": ["clerk", "marketing"]})

    assert "Shop clerk, Marketing" in ada.get("/desk").one(".mode-bar").text
    assert "Studio" in ada.get("/desk").all(".side-title")


def test_a_role_has_to_be_chosen(ada):
    page = ada.post("/studio/view-as", {})

    assert page.status == 422
    assert "Tick at least one role." in page.text


def test_from_one_role_to_another(as_clerk):
    page = as_clerk.get("/studio/view-as")
    assert page.one("input[value=clerk]").has_attr("checked")

    as_clerk.post("/studio/view-as", {"role": "service"})
    assert "Service" in as_clerk.get("/desk").one(".mode-bar").text


def test_only_who_manages_users_may_look(shop):
    clerk = shop.reader("clerk")

    assert clerk.get("/studio/view-as").status == 403
    assert clerk.post("/studio/view-as", {"role": "manager"}).status == 403
    assert not clerk.get("/desk").soup.select(".mode-bar")


def test_the_page_of_a_role_has_the_button(ada):
    page = ada.get("/studio/role/clerk")

    assert page.one("form[action='/studio/view-as'] button")["value"] == "clerk"


def test_a_view_costs_no_more_statements_than_a_page(shop, as_clerk):
    as_clerk.get("/desk/member")
    asked = shop.statements()
    as_clerk.get("/desk/member")
    as_role = len(asked)
    as_clerk.post("/studio/view-as/end", {})
    as_clerk.get("/desk/member")
    del asked[:]
    as_clerk.get("/desk/member")
    assert as_role == len(asked)
