"""The first build: what comes next is told from facts; it goes when all is done, or when somebody puts it away."""

from __future__ import annotations

from datetime import date

import pytest

from builder.access import users
from builder.events import Cause
from builder.pages import first_build
from schema_store import drafts
from tests import make
from tests.pages.workshop import bare  # noqa: F401 - a fixture

LABEL = {"en": "Book", "zh": "书"}
BODY = {
    "properties": {"title": {"x-tessera": {"type": "text", "label": {"en": "Title", "zh": "书名"}}}},
    "x-tessera": {"key": "book", "label": LABEL},
}


def following(page):
    """The step that comes next."""
    return page.one(".step.is-next .step-name").text


def kept(shop, name, body):
    with shop.house.writing(Cause("form")) as work:
        drafts.save_draft(work.connection, name, body, base=None, turn=0, by="user:1", at=work.now)


def somebody(shop):
    with shop.house.database.writing() as connection:
        users.create(connection, email="bo@shop.example", at=shop.house.clock.now())


@pytest.mark.parametrize("address", ["/desk", "/studio"])
def test_it_begins_with_an_application(bare, address):  # noqa: F811
    page = bare.reader().get(address)
    assert following(page) == "Choose an application"
    assert page.link("Look at the applications") == "/studio/packages"


def test_it_speaks_chinese(bare):  # noqa: F811
    assert following(bare.reader("admin", language="zh").get("/desk")) == "选择一个应用"


def test_a_draft_of_an_entity_is_to_be_published_next(bare):  # noqa: F811
    reader = bare.reader()
    kept(bare, ("entity", "book"), BODY)
    somebody(bare)
    assert following(reader.get("/studio")) == "Publish"


def test_rows_come_after_publishing_then_rules_then_people(shop, ada):
    assert following(ada.get("/desk")) == "Bring in rows"
    shop.member(1, joined_on=date(2026, 1, 1))
    page = ada.get("/desk")
    assert following(page) == "Say who may work here"
    assert "4 of 5 done" in page.text


def test_it_goes_when_all_is_done(shop, ada):
    shop.member(1)
    somebody(shop)
    assert not ada.get("/desk").soup.select(".first-build")
    kept(shop, ("view", "more"), {"key": "more", "label": "More", "entity": "member", "columns": ["name"]})
    assert following(ada.get("/desk")) == "Publish"


def test_it_is_put_away_for_one_person(shop, ada):
    page = ada.get("/desk")
    ada.post("/first-build", page.form(".first-build form"))
    assert not ada.get("/desk").soup.select(".first-build")
    assert not ada.get("/studio").soup.select(".first-build")


def test_it_is_not_for_who_may_not_publish(shop):
    assert not shop.reader("clerk").get("/desk").soup.select(".first-build")


def test_it_costs_one_statement_however_much_there_is(shop, ada):
    ada.get("/studio")
    asked = shop.statements()
    ada.get("/studio")
    assert len([one for one in asked if "user_account" in one and "rec_member" in one]) == 1


def test_single_keys_are_switched_off_in_the_account(ada):
    form = ada.get("/account").form("form[action='/account/keys']")
    assert form["keys"] == "on"
    del form["keys"]
    ada.post("/account/keys", form)
    assert ada.get("/desk").one("body")["data-keys"] == "off"
    ada.post("/account/keys", form | {"keys": "on"})
    assert "data-keys" not in ada.get("/desk").one("body").attrs


def test_the_facts_are_told_by_both_databases(database_copy, tmp_path):
    house = make.house(database_copy("membership", make.membership), data=tmp_path)
    with house.reading() as work:
        known = first_build.facts(work)
    house.database.close()
    assert known == first_build.Facts(
        entities=True, is_published=True, rows=False, rules=True, people=False, drafts=False
    )
