"""What a role does not show is nowhere: one role, every door, values that nobody could guess.

Mary is in Suzhou, Max is not; the watcher sees Suzhou's members without their phone, e-mail and tags, and paid orders
without their amounts; may change names and read cities; sees no store at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest

from builder.access import tokens, users
from builder.events import Cause
from builder.publishing.publish import publish
from builder.records import save
from builder.workflows import notices
from tests import make
from tests.api.conftest import Program
from tests.pages.shop import Reader, Shop

SECRET = "zq7vexlo"
"""Stands in all that the watcher must not see, and nowhere else."""
START = SECRET[:5]
"""What people type to find it: enough for a search, and not the whole of it, which pages say back."""
PHONE, OLD_PHONE, AMOUNT = "+8613912345678", "+8613987654321", 7_654_321
HIDDEN = (SECRET, "13912345678", "139 1234 5678", "13987654321", "139 8765 4321", "76543.21", "76,543.21")
SUZHOU = {"==": [{"var": "city"}, "Suzhou"]}
WATCHER = {
    "key": "watcher",
    "label": "Watcher",
    "entities": {
        "member": {
            "read": True,
            "create": True,
            "update": True,
            "rows": SUZHOU,
            "fields": {
                "phone": "hide",
                "email": "hide",
                "tags": "hide",
                "total_spent": "hide",
                "points": "read",
                "city": "read",
            },
        },
        "order": {
            "read": True,
            "create": True,
            "rows": {"==": [{"var": "status"}, "paid"]},
            "fields": {"amount": "hide"},
        },
        "task": {"read": True},
    },
    "may": ["export", "import"],
}
LIST = {
    "key": "watched",
    "label": "Watched",
    "entity": "member",
    "type": "table",
    "columns": ["name", "phone", "email", "store", "tags", "total_spent"],
    "sort": ["-phone", "name"],
}
SHELF = {
    "key": "watching",
    "label": "Watching",
    "menu": [{"view": "watched"}],
    "home": {"views": ["watched"]},
}


@dataclass
class World:
    """The shop with what there is to hide, and the watcher at its doors."""

    shop: Shop
    ids: dict[str, int] = field(default_factory=dict)
    desk: Any = None
    api: Any = None

    def path(self, text: str) -> str:
        return text.format(**self.ids)


@pytest.fixture(scope="module")
def world(sqlite_databases):
    url = sqlite_databases.copy("membership", make.membership)
    found = World(Shop(url))
    house = found.shop.house
    publish(
        house,
        {("role", "watcher"): WATCHER, ("view", "watched"): LIST, ("app", "watching"): SHELF},
        cause=Cause("command"),
    )
    _fill(found)
    found.desk = found.shop.reader("watcher")
    found.api = _program(found.shop)
    yield found
    house.database.close()
    sqlite_databases.drop(url)


def _fill(world: World) -> None:
    shop, ids = world.shop, world.ids
    ids["store"] = make.record(shop.house, "store", {"store_no": f"S-{SECRET}", "name": f"Store {SECRET}"})
    ids["mary"] = shop.member(
        1, name="Mary", city="Suzhou", phone=OLD_PHONE, email=f"{SECRET}@mary.example", store=ids["store"]
    )
    with shop.house.writing(Cause("command")) as work:
        changes = {"phone": PHONE, "tags": frozenset({f"tag-{SECRET}"})}
        save.save(work, "member", changes, policy=make.OPERATOR, id=ids["mary"])
    ids["max"] = shop.member(2, member_no=f"M-{SECRET}", name=f"Max {SECRET}", city="Hangzhou", points=7)
    ids["paid"] = shop.order(1, ids["mary"], amount=AMOUNT, status="paid", store=ids["store"])
    ids["refund"] = shop.order(2, ids["mary"], order_no=f"O-{SECRET}", status="refunded", quantity=77)
    ids["foreign"] = shop.order(3, ids["max"], status="paid")
    ids["task"] = make.record(
        shop.house, "task", {"title": "Call", "member": ids["max"], "store": ids["store"]}
    )
    ids["none"] = 987_654
    with shop.house.writing(Cause("command")) as work:
        notices.write(work, {"en": f"For managers: {SECRET}"}, role="manager")
        notices.write(work, {"en": "For watchers"}, role="watcher")


def _program(shop: Shop) -> Program:
    with shop.house.database.writing() as connection:
        user = users.of_email(connection, "watcher@shop.example")
        assert user
        text = tokens.create(connection, user.id, ("admin",), at=shop.house.clock.now())[1]
    return Program(shop.app.test_client(), text)


PAGES = (
    "/desk",
    "/desk/member",
    "/desk/member?view=watched",
    "/desk/member?view=all_members&count=1",
    "/desk/member?q=Mary",
    f"/desk/member?q=Max {START}",
    "/desk/member?q=1391234567",
    "/desk/member?sort=phone",
    "/desk/member?sort=-total_spent",
    "/desk/member?w=phone.is_filled.",
    "/desk/member?w=store.==.id:{store}",
    "/desk/order?w=member.==.id:{max}",
    f"/desk/order?w=order_no.starts_with.O-{START}",
    "/desk/member/{mary}",
    "/desk/member/{mary}?history=100",
    "/desk/member/{mary}/edit",
    "/desk/member/{max}",
    "/desk/member/new",
    "/desk/member/export?format=csv",
    "/desk/member/export?view=watched",
    "/desk/order",
    "/desk/order/{paid}",
    "/desk/order/{refund}",
    "/desk/order/{foreign}",
    "/desk/order/new",
    f"/desk/order/new?member__search=Max {START}",
    "/desk/order/new?member={max}",
    f"/desk/order/choices/member?q=Max {START}",
    "/desk/order/choices/member",
    "/desk/order/choices/store",
    "/desk/order/export",
    "/desk/task",
    "/desk/task/{task}",
    "/desk/task/export",
    "/desk/store",
    "/desk/store/{store}",
    f"/desk/lookup?q=Max {START}",
    "/desk/lookup?q=1391234567",
    f"/desk/lookup?q=M-{START}",
    f"/find?q=Max {START}",
    "/desk/lookup?q=Mary",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_what_is_hidden(world: World, path: str):
    page = world.desk.client.get(world.path(path), follow_redirects=True)

    assert page.status_code < 500
    assert not _shown(page.text), path


def _shown(text: str) -> list[str]:
    """The markers that stand in a text."""
    return [one for one in HIDDEN if one in text]


CALLS = (
    "/records/member?count=1",
    "/records/member/{mary}",
    "/records/member/{mary}/history",
    "/records/member/{max}",
    "/records/member/{max}/history",
    "/records/member?fields=phone",
    "/records/member?sort=phone",
    "/records/member?fields=store",
    "/records/member/{mary}/explain?definition=view/dormant_members",
    "/records/order?count=1",
    "/records/order/{paid}",
    "/records/order/{foreign}",
    "/records/order/{refund}/history",
    "/records/task",
    "/records/task/{task}",
    "/records/task/{task}/history",
    "/records/store",
    "/records/store/{store}",
    "/openapi.json",
)


@pytest.mark.parametrize("path", CALLS)
def test_no_call_tells_what_is_hidden(world: World, path: str):
    answer = world.api.get(world.path(path))

    assert answer.status_code < 500
    assert not _shown(answer.text), path


def test_the_api_describes_no_field_and_no_entity_that_is_hidden(world: World):
    described = json.loads(world.api.get("/openapi.json").text)

    assert "/records/store" not in str(described["paths"])
    member = json.dumps([one for name, one in described["components"]["schemas"].items() if "ember" in name])
    assert '"name"' in member
    assert not [key for key in ('"phone"', '"email"', '"total_spent"') if key in member]


ORDERS = {"var": "orders"}
QUESTIONS = {
    "a hidden field": ({"==": [{"var": "phone"}, PHONE]}, {"==": [{"var": "phone"}, "+8613900000000"]}),
    "a hidden field of a record that it points to": (
        {"==": [{"var": "store.name"}, f"Store {SECRET}"]},
        {"==": [{"var": "store.name"}, "Store"]},
    ),
    "hidden child records": (
        {"some": [ORDERS, {"==": [{"var": "quantity"}, 77]}]},
        {"some": [ORDERS, {"==": [{"var": "quantity"}, 78]}]},
    ),
    "the number of child records": (
        {"==": [{"count": [ORDERS]}, 2]},
        {"==": [{"count": [ORDERS]}, 3]},
    ),
    "a hidden field of child records": (
        {"some": [ORDERS, {"==": [{"var": "amount"}, "76543.21"]}]},
        {"some": [ORDERS, {"==": [{"var": "amount"}, "1.00"]}]},
    ),
    "hidden tags": ({"in": [f"tag-{SECRET}", {"var": "tags"}]}, {"in": ["other", {"var": "tags"}]}),
}


@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_question_about_what_is_hidden_is_answered_like_any_wrong_guess(world: World, asked: str):
    right, wrong = (
        world.api.get(f"/records/member?count=1&where={quote(json.dumps(one))}") for one in QUESTIONS[asked]
    )

    assert right.status_code == wrong.status_code
    if right.status_code == 200:
        assert right.json["records"] == wrong.json["records"] == []


def test_a_record_behind_a_reference_that_is_hidden_answers_nothing(world: World):
    for guess in (f"Max {SECRET}", "Moritz"):
        where = quote(json.dumps({"==": [{"var": "member.name"}, guess]}))
        assert world.api.get(f"/records/order?where={where}").json["records"] == []
    points = quote(json.dumps({">": [{"var": "member.points"}, 0]}))
    assert world.api.get(f"/records/task?where={points}").json["records"] == []


def test_what_is_shown_is_still_found_through_relations(world: World):
    for where in (
        {"some": [ORDERS, {"==": [{"var": "order_no"}, "O0001"]}]},
        {"==": [{"count": [ORDERS]}, 1]},
    ):
        found = world.api.get(f"/records/member?where={quote(json.dumps(where))}").json["records"]
        assert [one["name"] for one in found] == ["Mary"]


@pytest.mark.parametrize("part", ["", "/edit", "/delete"])
@pytest.mark.parametrize(("entity", "hidden"), [("member", "max"), ("order", "refund"), ("store", "store")])
def test_a_hidden_record_is_answered_as_an_absent_one_by_pages(
    world: World, entity: str, hidden: str, part: str
):
    told = [world.desk.get(f"/desk/{entity}/{world.ids[one]}{part}") for one in (hidden, "none")]

    assert told[0].status == told[1].status
    assert told[0].status in (403, 404)
    assert told[0].one("main").text == told[1].one("main").text


@pytest.mark.parametrize("call", [("GET", ""), ("GET", "/history"), ("PATCH", ""), ("DELETE", "")])
@pytest.mark.parametrize(("entity", "hidden"), [("member", "max"), ("order", "refund"), ("store", "store")])
def test_a_hidden_record_is_answered_as_an_absent_one_by_the_api(
    world: World, entity: str, hidden: str, call: tuple[str, str]
):
    method, part = call
    document = {"name": "Eve"} if method == "PATCH" else None
    told = [
        world.api.call(method, f"/records/{entity}/{world.ids[one]}{part}", document)
        for one in (hidden, "none")
    ]

    assert told[0].status_code == told[1].status_code
    assert told[0].data == told[1].data


@pytest.mark.parametrize(
    "changes", [{"phone": "+8613900000000"}, {"points": 9}, {"email": "eve@example.com"}]
)
def test_what_is_hidden_or_only_read_is_written_by_no_door(world: World, changes: dict[str, Any]):
    before = make.read(world.shop.house, "member", world.ids["mary"]).values
    assert world.api.patch(f"/records/member/{world.ids['mary']}", changes).status_code == 422

    path = f"/desk/member/{world.ids['mary']}/edit"
    form = world.desk.get(path).form()
    assert not set(changes) & set(form)
    world.desk.post(path, form | {key: str(value) for key, value in changes.items()})
    after = make.read(world.shop.house, "member", world.ids["mary"]).values
    assert after == before


def test_a_record_is_not_moved_out_of_sight_nor_made_there(world: World):
    made = world.api.post("/records/member", {"member_no": "M77", "city": "Hangzhou"})
    assert made.status_code == 422
    form = world.desk.get("/desk/member/new").form()
    page = world.desk.post("/desk/member/new", form | {"member_no": "M78", "name": "Eve", "city": "Hangzhou"})
    assert page.status == 422


@pytest.mark.parametrize("hidden", [("member", "max"), ("store", "store")])
def test_nobody_points_to_what_they_may_not_see(world: World, hidden: tuple[str, str]):
    told = []
    for key in (hidden[1], "none"):
        order = {"order_no": "N1", "member": world.ids["mary"], "ordered_on": "2026-03-01"}
        answer = world.api.post("/records/order", order | {hidden[0]: world.ids[key]})
        told.append((answer.status_code, answer.text.replace(f"“{world.ids[key]}”", "N")))

    assert told[0] == told[1]
    assert told[0][0] == 422


def test_what_already_points_there_may_stay(world: World):
    """Mary's store is out of sight; her name can be changed all the same."""
    answer = world.api.patch(f"/records/member/{world.ids['mary']}", {"store": world.ids["store"]})
    assert answer.status_code == 200


def test_notices_are_those_of_ones_own_roles(world: World):
    page = world.desk.get("/desk").text

    assert "For watchers" in page
    assert "For managers" not in page


def test_the_sheet_holds_the_same_fields_and_rows_as_the_list(world: World):
    sheet = world.desk.client.get("/desk/member/export?view=watched").text

    assert "Mary" in sheet
    assert "phone" not in sheet.lower().replace("telephone", "")
    assert len(sheet.strip().splitlines()) == 2


def test_viewing_as_the_role_shows_what_the_role_sees(world: World):
    """An administrator who looks as the watcher gets the watcher's pages."""
    ada: Reader = world.shop.reader()
    ada.post("/studio/view-as", {"role": "watcher"})
    for path in PAGES:
        page = ada.client.get(world.path(path), follow_redirects=True)
        assert not _shown(page.text), path


def test_the_addresses_of_this_test_are_real(world: World):
    """Ada, who may everything, finds the markers: the test would see them."""
    ada: Reader = world.shop.reader()
    seen = {
        path
        for path in PAGES
        if any(one in ada.client.get(world.path(path), follow_redirects=True).text for one in HIDDEN)
    }
    assert {"/desk/member", "/desk/member/{mary}", "/desk/member/{max}", "/desk/task", "/desk/store"} <= seen
