"""Five hundred hostile definitions at the studio's doors: refused whole with a place, or shown inert; never a fault."""

from __future__ import annotations

from typing import Any

import pytest

from builder.events import Cause
from builder.publishing import going_back
from builder.upkeep import checks
from schema_store import change_sets, drafts, store, strict_json
from schema_store.documents import is_key
from tests import make
from tests.pages.hostile_definitions import ALL, Case, cases
from tests.pages.shop import Shop

BATCHES = 25
CASES = cases()
STAFF = ("/desk", "/desk/member", "/desk/member/1", "/desk/member/new", "/desk/member/1/edit", "/desk/store")


@pytest.fixture(scope="module")
def watched(sqlite_databases):
    """A shop whose faults are kept: `shop.faults`."""
    url = sqlite_databases.copy("membership", make.membership)
    shop = Shop(url)
    shop.member(1, name="Chen Jing")
    shop.ada = shop.reader()
    yield shop
    shop.house.database.close()
    sqlite_databases.drop(url)


def answers(page: Any) -> Any:
    assert page.status < 500, page.text[:500]
    assert_inert(page)
    return page


def assert_inert(page: Any) -> None:
    """No tag of the page comes from somebody's words."""
    if "html" not in page.response.headers.get("Content-Type", ""):
        return
    for tag in page.soup.select("script, svg, img, title, iframe"):
        assert "alert(1)" not in str(tag.attrs), str(tag)[:200]
        assert tag.name != "script" or "alert(1)" not in tag.text
    assert "49" not in page.all("h1")


def keep(shop: Any, case: Case) -> bool:
    """Hand it in as text, "anyway"; True where it is kept as a draft, else it was refused, with words."""
    kind, _key, body = case
    key = key_of(body)
    with shop.house.reading() as work:
        live = store.live_one(work.connection, kind, key) if is_key(key) else None
    form = {
        "text": strict_json.write(body),
        "base": str(live.version if live else 0),
        "turn": "0",
        "anyway": "1",
    }
    page = answers(shop.ada.post(f"/studio/{kind}/{key if live else 'new'}/text", form))
    if page.status == 303:
        return True
    assert page.status in (404, 409, 413, 422), page.status
    if page.status == 422:
        assert page.all("[role=alert]") or page.all(".is-bad, .problem, .form-error"), page.text[:300]
    return False


def key_of(body: Any) -> Any:
    head = body.get("x-tessera", body) if isinstance(body, dict) else {}
    return head.get("key") if isinstance(head, dict) else None


def look(shop: Any, kind: str, key: str, turn: int) -> None:
    """Its page, and in turn another one of the studio that has to do with it."""
    base = f"/studio/{kind}/{key}"
    others = (
        f"{base}/text",
        f"{base}/design",
        "/studio",
        f"{base}/words",
        f"{base}/retire",
        f"/find?q={key}",
    )
    answers(shop.ada.get(base))
    answers(shop.ada.get(others[turn % len(others)]))


def publish_if_it_goes(shop: Any) -> None:
    """Through the page; what went live is used by staff, and taken back whole."""
    plan = answers(shop.ada.get("/studio/publish"))
    if not plan.soup.select("main form button.btn-primary"):
        return
    before = newest(shop)
    answers(shop.ada.post("/studio/publish", plan.form("main form[action='/studio/publish']")))
    if newest(shop) != before:
        for path in STAFF:
            assert answers(shop.ada.get(path)).status in (200, 404)
        going_back.undo(shop.house, newest(shop), cause=Cause("command"))


def newest(shop: Any) -> int:
    """The last change set."""
    with shop.house.reading() as work:
        return change_sets.recent(work.connection, limit=1)[0].id


def forget_drafts(shop: Any) -> None:
    with shop.house.writing(Cause("command")) as work:
        for name in drafts.drafts(work.connection):
            drafts.discard_draft(work.connection, *name)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_nothing_hostile_gets_through(watched, batch):
    for turn, case in enumerate(CASES[batch::BATCHES]):
        kind, _key, body = case
        if keep(watched, case):
            name = str(key_of(body))
            assert is_key(name)
            look(watched, kind, name, turn)
            publish_if_it_goes(watched)
        forget_drafts(watched)
    assert checks.run(watched.house, whole=True).findings == ()


def test_there_are_five_hundred_of_them():
    assert len(CASES) == ALL
    assert len({strict_json.write([kind, body]) for kind, _key, body in CASES if writable(body)}) > ALL * 0.95


def writable(body: Any) -> bool:
    try:
        strict_json.write(body)
    except (ValueError, TypeError, RecursionError):
        return False
    return True
