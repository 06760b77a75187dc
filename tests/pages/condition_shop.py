"""A workspace with the entities of the rules' own test world, and forms posted as a browser without a script would."""

from __future__ import annotations

import re
from typing import Any

from bs4 import Tag
from werkzeug.datastructures import MultiDict

from builder.events import Cause
from builder.publishing.publish import publish
from schema_store import drafts
from tests import make
from tests.pages.shop import Page, Reader
from tests.rules import world

TYPES = {"boolean": "boolean", "integer": "integer", "decimal": "decimal", "text": "text", "date": "date"}
TYPES |= {"datetime": "datetime", "tags": "tags", "enum": "select", "ref": "reference"}
CALENDARS = {
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "datetime-local": re.compile(
        r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,3})?)?"
    ),
}
VIEW = ("view", "made")


def the_world(url: str) -> None:
    """Fill an empty database with the entities of `tests.rules.world` and a view of its members."""
    made = make.house(url)
    make.own_tables(made)
    bodies: dict[tuple[str, str], Any] = {("entity", key): _entity(key) for key in world.FACTS}
    bodies[VIEW] = {
        "key": "made",
        "label": "Made",
        "entity": "member",
        "type": "table",
        "columns": ["name"],
        "where": True,
    }
    publish(made, bodies, cause=Cause("command"))
    made.database.close()


def _entity(key: str) -> dict[str, Any]:
    fields = {
        name: {"x-tessera": _field(key, name)}
        for name in world.FACTS[key]
        if name not in {"id", "created_at"}
    }
    return {
        "properties": fields,
        "required": [],
        "x-tessera": {
            "key": key,
            "label": key,
            "label_plural": f"{key}s",
            "icon": "users",
            "title_field": next(
                name for name in fields if world.FACTS[key][name].type.name in {"text", "integer"}
            ),
            "search": [],
        },
    }


def _field(entity: str, name: str) -> dict[str, Any]:
    of = world.FACTS[entity][name].type
    settings: dict[str, Any] = {"type": TYPES[of.name], "label": name}
    if of.name == "decimal":
        settings["scale"] = of.scale
    if of.name == "enum":
        settings["options"] = [{"value": one} for one in of.options]
    if of.name == "ref":
        inverse = next(
            (
                one.key
                for one in world.RELATIONS[of.entity].values()
                if (one.entity, one.via) == (entity, name)
            ),
            f"{entity}_{name}",
        )
        settings |= {"to": of.entity, "inverse": {"key": inverse}, "on_delete": "restrict"}
    return settings


def posted(page: Page, selector: str = "main form[method=post]") -> MultiDict[str, str]:
    """What a browser would post of the form, as it stands; calendars drop what they cannot show."""
    found: MultiDict[str, str] = MultiDict()
    for tag in page.soup.select(selector)[0].select("input[name], textarea[name], select[name]"):
        for value in _values(tag):
            found.add(str(tag["name"]), value)
    return found


def _values(tag: Tag) -> list[str]:
    sort = str(tag.get("type", "text"))
    if tag.name == "select":
        chosen = tag.select_one("option[selected]") or tag.select_one("option")
        return [str(chosen["value"])] if chosen else []
    if tag.name == "textarea":
        return [tag.get_text().removeprefix("\n").replace("\n", "\r\n")]
    if sort in {"checkbox", "radio"}:
        return [str(tag["value"])] if tag.has_attr("checked") else []
    value = str(tag.get("value", ""))
    if sort == "hidden":
        return [value]
    if sort in CALENDARS:
        return [value if CALENDARS[sort].fullmatch(value) else ""]
    return [value.replace("\r", "").replace("\n", "")]


def send(reader: Reader, path: str, form: MultiDict[str, str]) -> Page:
    """Post a form with all its values, those of one name too."""
    if "csrf_token" not in form:
        form.add("csrf_token", reader.token())
    return Page(reader.client.post(path, data=form))


def keep_draft(house: Any, name: tuple[str, str], body: Any) -> None:
    """Put a draft there, whatever stood there before."""
    with house.writing(Cause("form")) as work:
        held = drafts.draft(work.connection, *name)
        drafts.save_draft(
            work.connection, name, body, base=1, turn=held.turn if held else 0, by="ada", at=work.now
        )


def draft_of(house: Any, name: tuple[str, str]) -> Any:
    with house.reading() as work:
        held = drafts.draft(work.connection, *name)
    return held.body if held else None
