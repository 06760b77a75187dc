"""An empty workspace, and an admin who builds in it by plain posts, as a browser without a script does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from tests import make
from tests.pages.shop import Page, Reader, Shop


def empty(url: str) -> None:
    made = make.house(url)
    make.own_tables(made)
    made.database.close()


@pytest.fixture
def bare(sqlite_databases):
    """A workspace in which nothing was made yet."""
    url = sqlite_databases.copy("empty", empty)
    found = Shop(url)
    yield found
    found.house.database.close()
    sqlite_databases.drop(url)


def filled_in(page: Page, selector: str = "main form[method=post]") -> MultiDict[str, str]:
    """All that a form would post as it stands, fields of one name too."""
    found: MultiDict[str, str] = MultiDict()
    form = page.soup.select(selector)[0]
    for tag in form.select("input[name], textarea[name], select[name]"):
        if tag.get("type") in ("checkbox", "radio") and not tag.has_attr("checked"):
            continue
        if tag.get("type") == "file":
            continue
        found.add(str(tag["name"]), _value(tag))
    return found


def _value(tag: Any) -> str:
    if tag.name == "textarea":
        return tag.get_text().removeprefix("\n")
    if tag.name == "select":
        chosen = tag.select_one("option[selected]") or tag.select_one("option")
        return str(chosen["value"]) if chosen else ""
    return str(tag.get("value", ""))


def send(reader: Reader, path: str, page: Page, changes: dict[str, Any], without: Iterable[str] = ()) -> Page:
    """Post the form of `page` with these fields changed, and unticked those in `without`."""
    posted = filled_in(page)
    for name in without:
        posted.poplist(name)
    for name, value in changes.items():
        posted.setlist(name, value if isinstance(value, list) else [value])
    return Page(reader.client.post(path, data=posted))
