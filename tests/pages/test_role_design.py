"""A role is put together without a script: boxes for rights, levels for fields, a condition for records."""

from __future__ import annotations

import time

import pytest

from builder.events import Cause
from builder.publishing.publish import publish
from tests.kinds.workshop import field
from tests.pages.condition_shop import posted, send
from tests.pages.test_design import do, draft_of, live_of, was

CLERK = "/studio/role/clerk/design"
NEW = "/studio/role/new/design"


def ticked(page):
    form = posted(page)
    return {
        name.removeprefix("d/entities/").removesuffix("#may"): sorted(form.getlist(name))
        for name in form
        if name.endswith("#may")
    }


def kept(reader, path, page, **changes):
    form = posted(page)
    for name, value in changes.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    form["save"] = "1"
    return send(reader, path, form)


def test_every_entity_is_there_with_what_is_granted(ada):
    assert ticked(ada.get(CLERK)) == {
        "member": ["create", "read", "update"],
        "order": ["create", "read"],
        "store": ["read"],
        "task": ["read", "update"],
    }
    assert ada.get(NEW).all("#d-entities tbody th") == ["Members", "Orders", "Stores", "Tasks"]
    assert ticked(ada.get(NEW)) == {}


def test_a_role_from_nothing(shop, ada):
    path = NEW
    page = do(
        ada,
        path,
        ada.get(path),
        "open:/entities/order",
        **{"d/label/en": "Auditor", "d/entities/store#may": "read"},
    )
    assert page.one("#d-entities-order-more")
    form = {"d/entities/order#may": "read", "d/entities/order/fields/amount": "hide", "d/may": ["", "export"]}
    assert kept(ada, path, page, **form).status == 303
    assert draft_of(shop, "role", "auditor") == {
        "key": "auditor",
        "label": {"en": "Auditor"},
        "entities": {"store": {"read": True}, "order": {"read": True, "fields": {"amount": "hide"}}},
        "may": ["export"],
    }


def test_only_the_open_row_shows_fields_and_a_condition(shop, ada):
    page = do(ada, CLERK, ada.get(CLERK), "open:/entities/task")

    assert len(page.soup.select(".rule-place")) == 1
    assert page.one("input[name='d/entities/task/fields/title'][checked]")["value"] == "write"
    assert not page.soup.select("[name^='d/entities/member/fields/']")
    page = do(ada, CLERK, page, "close:/entities/task")
    assert not page.soup.select(".rule-place")
    assert "Status is “Open”" in page.one("#d-entities-task").text
    assert was(page) == live_of(shop, "role", "clerk")


def test_a_closed_row_says_how_many_fields_are_less(ada):
    assert "Hidden: 1 · Read only: 3" in ada.get(CLERK).one("#d-entities-member").get_text(" ")


def test_what_is_worked_out_can_only_be_read_or_hidden(ada):
    page = do(ada, CLERK, ada.get(CLERK), "open:/entities/member")

    values = [one["value"] for one in page.soup.select("[name='d/entities/member/fields/order_count']")]
    assert values == ["write", "hide"]
    labels = [one["aria-label"] for one in page.soup.select("[name='d/entities/member/fields/order_count']")]
    assert labels == ["Orders: Read only", "Orders: Hidden"]


def test_all_fields_are_hidden_with_one_button(ada):
    page = do(ada, CLERK, ada.get(CLERK), "open:/entities/store")
    page = do(ada, CLERK, page, "all:/entities/store/fields:hide")

    assert set(was(page)["entities"]["store"]["fields"].values()) == {"hide"}
    assert len(page.soup.select("#d-entities-store-fields input[value=hide][checked]")) == len(
        was(page)["entities"]["store"]["fields"]
    )


def test_the_rows_are_those_of_the_person(shop, ada):
    page = do(ada, CLERK, ada.get(CLERK), "open:/entities/member")
    page = do(ada, CLERK, page, "", **{"r.entities.member.rows.do": "row"})
    page = do(ada, CLERK, page, "", **{"r.entities.member.rows.0.field": "points"})
    page = do(ada, CLERK, page, "", **{"r.entities.member.rows.0.form": "==.user"})

    assert "is the current user’s" in page.text
    assert kept(ada, CLERK, page, **{"r.entities.member.rows.0.value.0": "$user.id"}).status == 303
    rights = draft_of(shop, "role", "clerk")["entities"]["member"]
    assert rights["rows"] == {"==": [{"var": "points"}, {"var": "$user.id"}]}


def test_what_it_means_stands_beside_it_in_words(ada):
    page = ada.get(CLERK)

    assert "Sees, adds, changes: every record" in page.one("#beside").get_text(" ")
    assert "Hidden: Total spent" in page.one("#beside").get_text(" ")
    assert "Sees, changes: Status is “Open”" in page.one("#beside").get_text(" ")
    assert "sees no records" in ada.get(NEW).one("#beside").get_text(" ")


def test_records_are_counted_when_somebody_asks(shop, ada):
    for number in (1, 2, 3):
        shop.member(number)
    asked = shop.statements()
    page = ada.get(CLERK)
    assert not [one for one in asked if "count(" in one.lower()]
    assert "3 records" not in page.text

    form = posted(page)
    form["d.count"] = "1"
    page = send(ada, CLERK, form)
    assert page.all("#beside .count") == ["3 records", "0 records", "0 records", "0 records"]


def test_what_is_wrong_in_a_closed_row_is_said_there(shop, ada):
    page = ada.get(CLERK)
    form = posted(page)
    form["d.was"] = form["d.was"].replace('"total_spent"', '"total_lost"')
    form["save"] = "1"
    page = send(ada, CLERK, form)

    assert page.status == 422
    assert "does not exist" in page.one("#d-entities-member .form-error").text
    assert page.one("#problems a[href='#d-entities-member']")


def test_the_page_of_a_role_leads_to_its_designer(ada):
    assert ada.get("/studio/role/clerk").link("Edit") == CLERK


def test_somebody_without_the_right_is_refused(shop):
    assert shop.reader("service").get(CLERK).status == 403


@pytest.fixture
def large(shop):
    """Twenty entities with 200 fields each, and a role that says something about most of them."""
    bodies = {}
    for number in range(20):
        key = f"thing{number}"
        fields = {f"field{at}": field("text", label=f"Field {at}") for at in range(200)}
        bodies["entity", key] = {
            "type": "object",
            "properties": fields,
            "x-tessera": {
                "key": key,
                "label": f"Thing {number}",
                "label_plural": f"Things {number}",
                "title_field": "field0",
            },
        }
    levels = {f"field{at}": "hide" for at in range(150)}
    rights = {
        f"thing{number}": {"read": True, "rows": {"==": [{"var": "field1"}, "x"]}, "fields": levels}
        for number in range(20)
    }
    bodies["role", "large"] = {"key": "large", "label": "Large", "entities": rights}
    publish(shop.house, bodies, cause=Cause("command"))
    return shop


def test_twenty_entities_of_200_fields_are_one_light_page(large):
    ada = large.reader()
    path = "/studio/role/large/design"
    ada.get(path)
    asked, began = large.statements(), time.perf_counter()
    page = ada.get(path)
    closed = len(asked)
    assert time.perf_counter() - began < 3
    assert len(page.html) - len(dict(posted(page))["d.was"]) < 120_000
    assert closed < 12

    page = do(ada, path, page, "open:/entities/thing7")
    assert len(page.soup.select("[name^='d/entities/thing7/fields/field']")) == 600
    assert len(page.html) - len(dict(posted(page))["d.was"]) < 300_000
    assert kept(ada, path, page).status == 303
    assert draft_of(large, "role", "large") == live_of(large, "role", "large")
