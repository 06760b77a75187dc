"""A record's page as its definition says: by role, never more than the policy shows, at a constant cost."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pytest

from builder.events import Cause
from builder.kinds.page_parts import Drawn, PagePart
from builder.publishing.publish import publish
from tests import make
from tests.pages.shop import Shop


def published(shop, *bodies: dict[str, Any]) -> None:
    named = {("page" if "tabs" in one else "role", one["key"]): one for one in bodies}
    publish(shop.house, named, cause=Cause("command"))


def page(**more: Any) -> dict[str, Any]:
    tabs = [{"label": {"en": "All", "zh": "全部"}, "parts": [{"type": "details", "fields": ["name"]}]}]
    key = "their_page" if "roles" in more else "member_page"
    return {"key": key, "label": "Mine", "entity": "member", "tabs": tabs, **more}


@pytest.fixture
def chen(shop) -> int:
    return shop.member(1, name="Chen Jing", phone="+8613800138000", level="gold", points=7)


def test_the_shipped_page_of_a_member_says_who_they_are_and_what_is_worked_out(shop, ada, chen):
    shop.order(1, chen)
    found = ada.get(f"/desk/member/{chen}")
    assert found.all(".record-line > span") == ["Member number: M0001", "Phone: 138 0013 8000"]
    assert found.all(".badges-list .badge") == ["New", "Gold"]
    assert found.all(".figure dt") == ["Orders", "Total spent", "Last order on", "Points"]
    assert found.all("#tab nav a") == ["Overview", "Timeline"]
    assert found.link("New: Order") == f"/desk/order/new?member={chen}"


def test_a_tab_has_an_address_of_its_own_and_is_swapped_alone(ada, chen):
    link = ada.get(f"/desk/member/{chen}").link("Timeline")
    assert link == f"/desk/member/{chen}?tab=1"
    whole, part = ada.get(link), ada.swap(link, "tab")
    for found in (whole, part):
        assert found.all("#tab [aria-current=page]") == ["Timeline"]
        assert found.all("#history strong") == ["Created"]
    assert part.soup.select("h1") == []
    assert ada.get(f"/desk/member/{chen}?tab=99").all("#tab [aria-current=page]") == ["Overview"]


def test_the_timeline_tells_of_related_records_in_one_stream(shop, ada, chen):
    order, other = shop.order(1, chen), shop.member(2)
    shop.order(2, other)
    form = ada.get(f"/desk/order/{order}/edit").form()
    ada.post(f"/desk/order/{order}/edit", form | {"amount": "20.00"})
    lines = ada.get(f"/desk/member/{chen}?tab=1").all("#history > .card-body > ol > li")
    assert [line.split(" by ")[0] for line in lines] == [
        "Order: O0001 Changed",
        "Order: O0001 Created",
        "Created",
    ]
    assert "Amount:" in lines[0]


def test_a_longer_timeline_is_swapped_for_the_short_one(shop, ada, chen):
    published(shop, page(tabs=[{"label": "T", "parts": [{"type": "timeline", "limit": 2}]}]))
    for name in ("One", "Two", "Three"):
        form = ada.get(f"/desk/member/{chen}/edit").form()
        ada.post(f"/desk/member/{chen}/edit", form | {"name": name})
    found = ada.get(f"/desk/member/{chen}")
    assert len(found.all("#history > .card-body > ol > li")) == 2
    longer = ada.swap(found.link("Show older changes"), "history")
    assert len(longer.all("#history > .card-body > ol > li")) == 4
    assert longer.soup.select("h1, #tab") == []


def test_each_role_has_its_own_page_and_nobody_else_sees_it(shop, ada, chen):
    published(shop, page(roles=["clerk"]))
    clerk, manager = shop.reader("clerk"), shop.reader("manager")
    assert clerk.get(f"/desk/member/{chen}").all(".facts dt") == ["Name"]
    assert manager.get(f"/desk/member/{chen}").all("#tab nav a") == ["Overview", "Timeline"]


def test_what_a_role_hides_is_nowhere_on_the_page(shop, chen):
    shop.order(1, chen)
    everywhere = ["total_spent", "name"]
    parts = [
        {"type": "details", "fields": everywhere},
        {"type": "details", "form": "member_form", "rest": True},
        {"type": "timeline"},
    ]
    published(
        shop,
        page(
            header={"title_field": "total_spent", "subtitle": everywhere},
            figures=everywhere,
            actions=[
                {"type": "open_link", "address": "/x?{total_spent}", "label": "Leak"},
                {"type": "edit", "where": {">": [{"var": "total_spent"}, 1]}},
            ],
            tabs=[{"label": "T", "parts": parts}],
        ),
    )
    found = shop.reader("clerk").get(f"/desk/member/{chen}")
    assert found.status == 200
    for secret in ("12.50", "Total spent", "Leak", "/edit"):
        assert secret not in found.html, secret
    assert found.one("h1").text == "Chen Jing"


def test_related_records_that_may_not_be_read_are_left_out(shop, chen):
    shop.order(1, chen)
    published(
        shop,
        {"key": "door", "label": "Door", "entities": {"member": {"read": True}}, "may": []},
        page(
            actions=[{"type": "new_related", "relation": "orders"}, {"type": "edit"}, {"type": "delete"}],
            tabs=[
                {
                    "label": "T",
                    "parts": [
                        {"type": "related", "relation": "orders"},
                        {"type": "timeline", "relations": ["orders"]},
                    ],
                }
            ],
        ),
    )
    found = shop.reader("door").get(f"/desk/member/{chen}")
    assert "O0001" not in found.html
    assert found.all("main .head-actions > *") == []
    assert found.all(".card-title") == ["History"]


def test_a_related_list_has_the_columns_order_condition_and_number_that_were_chosen(shop, ada, chen):
    for number in range(1, 6):
        shop.order(
            number, chen, ordered_on=date(2026, 2, number), status="paid" if number > 1 else "refunded"
        )
    related = {
        "type": "related",
        "relation": "orders",
        "columns": ["order_no", "ordered_on"],
        "sort": ["-ordered_on"],
        "where": {"==": [{"var": "status"}, "paid"]},
        "limit": 3,
        "new": False,
    }
    published(shop, page(tabs=[{"label": "T", "parts": [related]}]))
    found = ada.get(f"/desk/member/{chen}")
    assert found.all("#tab thead th") == ["Order number", "Ordered on"]
    assert found.all("#tab tbody th") == ["O0005", "O0004", "O0003"]
    assert "New" not in found.one("#tab").get_text()
    assert "Show all" in found.text


def test_statements_do_not_grow_with_rows(shop, ada, chen):
    url = f"/desk/member/{chen}"
    ada.get(url), ada.get(f"{url}?tab=1")
    counts, asked = [], shop.statements()
    for numbers in (range(1, 13), range(13, 40)):
        for number in numbers:
            shop.order(number, chen)
        for path in (url, f"{url}?tab=1"):
            asked.clear()
            ada.get(path)
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 8


def test_the_page_of_an_entity_without_one_shows_everything(shop, ada):
    store = make.record(shop.house, "store", {"store_no": "S1", "name": "Bund"})
    shop.member(1, store=store)
    found = ada.get(f"/desk/store/{store}")
    assert found.soup.select("#tab nav") == []
    assert {"Members", "History"} <= set(found.all(".card-title"))
    assert "M0001" in found.text


class Weather(PagePart):
    """What a plugin might bring."""

    key = "weather"
    label = "Weather"
    settings: ClassVar[dict[str, Any]] = {
        "type": "object",
        "properties": {"place": {"type": "string", "x-names": {"fields_of": "/entity"}}},
        "required": ["place"],
        "additionalProperties": False,
    }

    def draw(self, seen, settings):
        return Drawn("desk/parts/note.html", {"text": f"Sun in {seen.text(settings['place'])}"})


def test_a_plugin_brings_a_part_and_takes_it_along(shop, ada):
    member = shop.member(1, city="Nanjing")
    shop.house.registry.page_parts.add("weather", Weather(), by="almanac")
    parts = [{"type": "details", "fields": ["name"]}, {"type": "weather", "place": "city"}]
    published(shop, page(tabs=[{"label": "T", "parts": parts}]))
    assert "Sun in Nanjing" in ada.get(f"/desk/member/{member}").text
    assert "Weather" in ada.get("/studio/page/member_page/design").text
    shop.house.registry.page_parts.take_back("almanac")
    without = ada.get(f"/desk/member/{member}")
    assert without.status == 200
    assert without.all(".facts dt") == ["Name"]


# --- actions ---


def pressed(reader, path: str, words: str, **changes: str):
    """Somebody presses the button with these words, and follows to where that leads."""
    found = reader.get(path)
    for form in found.soup.select("main form[method=post]"):
        button = form.select_one("button")
        if button and button.get_text(strip=True).startswith(words):
            fields = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[name]")}
            fields |= {"action": str(button["value"])} | changes
            answer = reader.post(str(form["action"]), fields)
            return answer if answer.status != 303 else reader.get(answer.where)
    raise AssertionError(f"no button “{words}”")


def with_actions(shop, *actions: dict[str, Any]) -> None:
    published(shop, page(actions=list(actions)))


GOLD = {
    "type": "set_field",
    "field": "level",
    "value": "black",
    "label": {"en": "Make black", "zh": "升为黑金"},
}


def test_one_click_sets_a_field_as_the_one_who_clicks(shop, ada, chen):
    with_actions(shop, GOLD)
    found = pressed(ada, f"/desk/member/{chen}", "Make black")
    assert "Saved." in found.text
    assert make.read(shop.house, "member", chen).values["level"] == "black"
    assert "Make black" not in found.one("main").get_text()
    story = ada.get(f"/desk/member/{chen}/edit")
    assert story.status == 200


def test_who_may_not_write_the_field_has_no_button_and_cannot_press_it(shop, ada, chen):
    with_actions(shop, GOLD)
    clerk = shop.reader("clerk")
    assert "Make black" not in clerk.get(f"/desk/member/{chen}").text
    form = ada.get(f"/desk/member/{chen}").soup.select("main form[method=post]")[0]
    fields = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[name]")}
    fields["action"] = str(form.select_one("button")["value"])
    clerk.post(f"/desk/member/{chen}/do", fields)
    assert make.read(shop.house, "member", chen).values["level"] == "gold"


def test_a_stale_page_overwrites_nothing(shop, ada, chen):
    with_actions(shop, GOLD)
    found = pressed(ada, f"/desk/member/{chen}", "Make black", version="7")
    assert "Somebody else changed this record" in found.text
    assert make.read(shop.house, "member", chen).values["level"] == "gold"


def test_an_action_that_the_page_no_longer_has_does_nothing(shop, ada, chen):
    with_actions(shop, GOLD)
    found = pressed(ada, f"/desk/member/{chen}", "Make black", action="0000")
    assert "Nothing was done" in found.text
    assert make.read(shop.house, "member", chen).values["level"] == "gold"


def test_pressing_twice_does_it_once(shop, ada, chen):
    with_actions(shop, {"type": "set_field", "field": "points", "value": {"+": [{"var": "points"}, 1]}})
    form = ada.get(f"/desk/member/{chen}").soup.select("main form[method=post]")[0]
    fields = {str(one["name"]): str(one.get("value", "")) for one in form.select("input[name]")}
    fields["action"] = str(form.select_one("button")["value"])
    for _time in (1, 2):
        assert ada.post(f"/desk/member/{chen}/do", fields).status == 303
    assert make.read(shop.house, "member", chen).values["points"] == 8


def test_an_action_is_there_only_where_its_condition_holds(shop, ada, chen):
    with_actions(shop, {**GOLD, "where": {">": [{"var": "points"}, 100]}})
    assert "Make black" not in ada.get(f"/desk/member/{chen}").one("main").get_text()
    rich = shop.member(2, points=500, level="gold")
    assert "Make black" in ada.get(f"/desk/member/{rich}").one("main").get_text()


def test_a_workflow_is_run_for_this_record_alone(shop, ada, chen):
    for number in (2, 3):
        sleeper = shop.member(number, stage="active", joined_on=date(2024, 1, 1))
        shop.order(number, sleeper, ordered_on=date(2024, 2, 1))
    with_actions(
        shop, {"type": "run_workflow", "workflow": "member_dormant", "label": {"en": "Check", "zh": "检查"}}
    )
    found = pressed(ada, f"/desk/member/{sleeper}", "Check")
    assert "has run for this record" in found.text
    assert make.read(shop.house, "member", sleeper).values["stage"] == "dormant"
    assert make.read(shop.house, "member", sleeper - 1).values["stage"] == "active"
    assert "does not hold" in pressed(ada, f"/desk/member/{chen}", "Check").text
    assert "Check" not in shop.reader("clerk").get(f"/desk/member/{chen}").one("main").get_text()


def test_a_link_carries_the_record_with_it(shop, ada, chen):
    with_actions(
        shop,
        {
            "type": "open_link",
            "address": "https://erp.example/{member_no}?n={name}&id={id}",
            "label": {"en": "ERP"},
        },
        {"type": "open_link", "address": "https://erp.example/{email}", "label": {"en": "Mail"}},
    )
    found = ada.get(f"/desk/member/{chen}")
    link = found.one("main a[href^='https://erp']")
    assert link["href"] == f"https://erp.example/M0001?n=Chen%20Jing&id={chen}"
    assert link["rel"] == ["noopener", "noreferrer"]
    assert "Mail" not in found.one("main").get_text()


def test_a_loan_is_given_back_with_one_click(sqlite_databases):
    url = sqlite_databases.copy("loans", make.application("loans"))
    desk = Shop(url)
    ada = desk.reader()
    item = make.record(desk.house, "item", {"item_no": "I1", "name": "Camera"})
    borrower = make.record(desk.house, "borrower", {"borrower_no": "B1", "name": "Chen Jing"})
    values = {"loan_no": "L1", "item": item, "borrower": borrower}
    days = {"lent_on": date(2026, 2, 1), "due_on": date(2026, 2, 8)}
    loan = make.record(desk.house, "loan", values | days)
    found = pressed(ada, f"/desk/loan/{loan}", "Give back today")
    assert "Give back today" not in found.one("main").get_text()
    assert make.read(desk.house, "loan", loan).values["returned_on"] == date(2026, 3, 2)
    assert "None yet." in ada.get(f"/desk/borrower/{borrower}").one("#tab").get_text()
    assert "L1" in ada.get(f"/desk/borrower/{borrower}?tab=1").one("#tab").get_text()
    desk.house.database.close()
    sqlite_databases.drop(url)
