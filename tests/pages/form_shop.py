"""A shop whose form for members asks by conditions; people fill it in by plain posts, as a browser without a script."""

from __future__ import annotations

from typing import Any

import pytest

from builder.events import Cause
from builder.publishing.publish import publish
from tests import make
from tests.pages.shop import Page, Reader, Shop
from tests.pages.workshop import filled_in

IS_GOLD = {"==": [{"var": "level"}, "gold"]}
IS_DORMANT = {"==": [{"var": "stage"}, "dormant"]}


def placed(key: str, **said: Any) -> dict[str, Any]:
    return {"field": key, **said}


def publish_form(shop: Shop, *sections: Any, key: str = "member_form", **more: Any) -> None:
    """The form for members, made of these sections, is live."""
    body = {
        "key": key,
        "label": {"en": "Member", "zh": "会员"},
        "entity": "member",
        "sections": list(sections),
        **more,
    }
    publish(shop.house, {("form", key): body}, cause=Cause("command"))


@pytest.fixture
def open_shop(sqlite_databases):
    """`open_shop(*sections)`: a shop with such a form for members."""
    opened = []

    def open_it(*sections: Any) -> Shop:
        url = sqlite_databases.copy("membership", make.membership)
        found = Shop(url)
        opened.append((found, url))
        publish_form(found, *sections)
        return found

    yield open_it
    for found, url in opened:
        found.house.database.close()
        sqlite_databases.drop(url)


def fill_in(reader: Reader, path: str, **texts: str) -> Page:
    """Open the form at a path, fill in some inputs and send it."""
    form = filled_in(reader.get(path), "#record-form")
    for name, text in texts.items():
        form.setlist(name, [text])
    return Page(reader.client.post(path, data=form))


def values(shop: Shop, record_id: int) -> dict[str, Any]:
    return dict(make.read(shop.house, "member", record_id).values)
