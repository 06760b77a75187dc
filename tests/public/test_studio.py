"""A public form in the studio: made without code, its addresses and QR codes, on and off, its poster."""

from __future__ import annotations

from io import BytesIO
from xml.etree import ElementTree

import pytest

from schema_store import drafts
from tests import make
from tests.pages.workshop import send
from tests.public.street import FORM
from tests.public.visiting import KEY, MEI

HERE = f"/studio/public_form/{KEY}"
NEW = "/studio/public_form/new/design"


def pressed(ada, page, do, **changes):
    return send(ada, NEW, page, {"d.do": do, **changes}, without=["d.do"])


def test_its_page_tells_the_addresses_and_the_answers(street):
    make.record(street.house, "member", {"member_no": "M1", "phone": MEI["phone"]})
    street.visitor().send()
    street.visitor().send(phone="13800138001")
    page = street.reader().get(HERE)
    assert page.status == 200
    assert [tag["value"] for tag in page.soup.select(".form-address input")] == [
        f"http://localhost{FORM}",
        f"http://localhost{FORM}?from=poster",
    ]
    assert "Answers so far 2" in page.text
    assert "Of them from people who were known 1" in page.text
    assert "by Phone: nothing is written" in page.text
    assert page.all(".card-header .badge")[0] == "open"


def test_its_page_costs_as_much_with_a_thousand_answers_as_with_one(street):
    from builder.mechanics.public_forms.tables import answers

    ada = street.reader()
    ada.get(HERE)
    asked = street.statements()
    ada.get(HERE)
    few = len(asked)
    rows = [
        {"nonce": str(one), "form": KEY, "visitor": "v", "digest": "d", "at": make.NOON}
        for one in range(1000)
    ]
    with street.house.database.writing() as connection:
        connection.execute(answers.insert(), rows)
    asked.clear()
    ada.get(HERE)
    assert len(asked) == few
    assert not any("count(" in one.lower() for one in asked)


def test_the_code_leads_to_the_address(street):
    ada = street.reader()
    svg = ada.client.get(f"{HERE}/qr/svg", query_string={"from": "poster"})
    assert svg.content_type == "image/svg+xml"
    assert ElementTree.fromstring(svg.data).tag.endswith("svg")
    png = ada.client.get(f"{HERE}/qr/png")
    assert (png.content_type, png.data[:4]) == ("image/png", b"\x89PNG")
    assert svg.headers["Content-Disposition"] == f'inline; filename="{KEY}-poster.svg"'


def test_the_code_is_the_one_of_this_address_and_of_no_other(street):
    import segno

    ada = street.reader()
    drawn = BytesIO()
    segno.make(f"http://localhost{FORM}?from=poster", error="m", micro=False).save(
        drawn, kind="svg", border=4, dark="#000000", light="#ffffff", scale=8
    )
    assert ada.client.get(f"{HERE}/qr/svg?from=poster").data == drawn.getvalue()
    assert ada.client.get(f"{HERE}/qr/svg").data != drawn.getvalue()


@pytest.mark.parametrize("path", ["qr/gif", "qr/svg?from=nowhere", "poster?from=nowhere"])
def test_what_is_not_there_is_not_drawn(street, path):
    assert street.reader().get(f"{HERE}/{path}").status == 404


def test_only_the_studio_sees_codes_and_switches(street):
    clerk = street.reader("clerk")
    for path in ("", "/qr/svg", "/poster"):
        assert clerk.get(HERE + path).status in (403, 404)
    assert clerk.post(f"{HERE}/switch", {"enabled": "0"}).status == 403
    assert street.visitor().get().status == 200


def test_it_is_switched_off_and_on_as_a_version(street):
    ada = street.reader()
    assert ada.post(f"{HERE}/switch", {"enabled": "0"}).where == HERE
    assert street.visitor().get().status == 403
    assert "Switched off" in ada.get(HERE).text
    ada.post(f"{HERE}/switch", {"enabled": "1"})
    assert street.visitor().get().status == 200


def test_the_poster_speaks_either_language(street):
    ada = street.reader()
    poster = ada.get(f"{HERE}/poster", lang="zh", **{"from": "poster"})
    assert poster.one("html")["lang"] == "zh-CN"
    assert poster.one(".poster h1").text == "加入会员"
    assert poster.one(".poster-address").text == f"http://localhost{FORM}?from=poster"
    assert ada.get(f"{HERE}/poster").one(".poster h1").text == "Become a member"


def test_a_form_is_made_without_a_script(street):
    ada = street.reader()
    page = ada.get(NEW)
    assert page.status == 200
    page = pressed(ada, page, "", **{"d/label/en": "Event", "d/entity": "member"})
    page = pressed(ada, page, "add:/sections/0/fields:name")
    page = pressed(ada, page, "add:/sections/0/fields:phone")
    page = pressed(ada, page, "add:/required:name")
    page = pressed(ada, page, "add:/set:source")
    page = pressed(ada, page, "", **{"d/set/source": "event"})
    page = pressed(ada, page, "add:/dated:joined_on")
    page = pressed(ada, page, "add:/tags:")
    changes = {
        "d/number/field": "member_no",
        "d/number/prefix": "E",
        "d/tags/0/field": "tags",
        "d/tags/0/tag": "fair",
        "d/consent/text/en": "I agree",
        "d/opens": "2026-03-01",
        "d/limit/total": "500",
        "d/enabled": ["", "1"],
    }
    page = pressed(ada, page, "", **changes)
    preview = page.one("#beside")
    assert "I agree" in preview.get_text()
    assert [tag["name"] for tag in preview.select("fieldset[disabled] input[name]")] == ["name", "phone"]
    kept = send(ada, NEW, page, {"save": "1"}, without=["d.do"])
    assert (kept.status, kept.where) == (303, "/studio/public_form/event")
    with street.house.reading() as work:
        body = drafts.draft(work.connection, "public_form", "event").body
    assert body["set"] == {"source": "event"}
    assert body["number"] == {"field": "member_no", "prefix": "E"}
    assert body["tags"] == [{"field": "tags", "tag": "fair"}]
    assert (body["opens"], body["limit"], body["enabled"]) == ("2026-03-01", {"total": 500}, True)


def test_what_cannot_work_is_told_while_it_is_made(street):
    ada = street.reader()
    page = pressed(ada, ada.get(NEW), "", **{"d/label/en": "Event", "d/entity": "member"})
    page = pressed(ada, page, "add:/sections/0/fields:name")
    refused = send(ada, NEW, page, {"save": "1"}, without=["d.do"])
    assert refused.status == 422
    assert "leaves out required fields: member_no" in refused.text


def test_only_what_strangers_may_fill_in_is_offered(street):
    ada = street.reader()
    page = pressed(ada, ada.get(NEW), "", **{"d/label/en": "Event", "d/entity": "member"})
    offered = {
        tag["value"].rpartition(":")[2]
        for tag in page.soup.select("button[name='d.do']")
        if tag["value"].startswith("add:/sections/0/fields:")
    }
    assert {"name", "phone", "birthday"} <= offered
    assert not {"store", "tags", "order_count", "total_spent"} & offered
    assert {"member_no"} == {
        tag["value"] for tag in page.soup.select("select[name='d/number/field'] option") if tag["value"]
    }


def test_editing_the_shipped_form_and_keeping_it_changes_nothing(street):
    ada = street.reader()
    page = ada.get(f"{HERE}/design")
    kept = send(ada, f"{HERE}/design", page, {"save": "1"}, without=["d.do"])
    assert kept.status == 303, kept.text
    with street.house.reading() as work:
        live = work.catalog.bodies["public_form", KEY]
        assert drafts.draft(work.connection, "public_form", KEY).body == live


def test_the_preview_of_a_draft_gives_nobody_its_rights(street):
    """The rights of the live form are worked out once; a draft with another field must not be in them."""
    ada = street.reader()
    page = ada.get(f"{HERE}/design")
    path = f"{HERE}/design"
    send(ada, path, page, {"d.do": "add:/sections/0/fields:level"}, without=["d.do"])
    sent = street.visitor().send(level="black")
    assert sent.status == 303
    assert make.read(street.house, "member", 1).values["level"] == "base"
