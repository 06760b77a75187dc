"""A place inside a definition: what people call it, and where exactly it is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.kinds.contract import Kind
from builder.pages.reader import Reader
from builder.pages.studio import rule_places
from builder.publishing import checking
from builder.registry import Registry
from schema_store.documents import Body
from schema_store.shapes import titles
from schema_store.texts import Text

SILENT = ("properties", "x-tessera")
"""Steps that only the document has."""


def called(here: Reader, label: Any, key: str) -> str:
    """What something is called; its key where a draft, which may be any JSON, has no words for it."""
    return here.label(label, key)


def words(here: Reader, body: Body, place: str) -> str:
    """A place in words, outermost first: "Actions › 1. Change a field › Field"."""
    return " › ".join(_steps(here, body, place))


def _steps(here: Reader, body: Body, place: str) -> Iterator[str]:
    known, at, about = (
        here.catalog.cached("studio.titles", lambda: _titles(here.catalog.registry)),
        "",
        str(body.get("entity", "")),
    )
    steps = place.split("/")[1:]
    for number, step in enumerate(steps):
        at += f"/{step}"
        value = rule_places.read(body, at)
        if step in SILENT:
            continue
        if step.isdecimal():
            if isinstance(value, Mapping) and (called := _called(here, value)):
                yield f"{int(step) + 1}. {called}"
        elif step in known and not (number and steps[number - 1] in SILENT):
            yield here.label(known[step], step)
        else:
            yield _named(here, step, value, about)
            about = step if step in here.catalog.entities else about


def _called(here: Reader, value: Mapping[str, Any]) -> str:
    """What one of a list is: by its label, or as a part of a shelf."""
    if "label" in value:
        return called(here, value["label"], "")
    for shelf in here.catalog.registry.shelves():
        part = shelf.get(str(value.get("type", "")))
        if part is not None and hasattr(part, "settings") and shelf.sort != "field type":
            return here.label(getattr(part, "label", ""), part.key)
    return ""


def _named(here: Reader, step: str, value: Any, about: str) -> str:
    """A step that is a key of the workspace: a field of this document or of the entity `about`, or an entity."""
    settings = value.get("x-tessera", value) if isinstance(value, Mapping) else {}
    label = settings.get("label") if isinstance(settings, Mapping) else None
    entity, others = here.catalog.entities.get(step), here.catalog.entities.get(about)
    field = others.fields.get(step) if others else None
    return called(here, label or (field.label if field else entity.label_plural if entity else None), step)


def address(here: Reader, kind: Kind, key: str, place: str, *, is_rule: bool) -> str:
    """Where what stands at a place is changed; for those who may not, where it is shown."""
    base = f"/studio/{kind.key}/{key}"
    if not here.policy.may("publish"):
        return base
    if is_rule:
        return rule_places.address(kind.key, key, place)
    steps = place.split("/")[1:]
    if steps[0] == "properties" and len(steps) > 1:
        return f"{base}/fields/{steps[1]}"
    if steps[0] == "x-tessera":
        return f"{base}/settings"
    if checking.shape_of(kind).schema.get("x-design"):
        return f"{base}/design#d{place.replace('/', '-')}"
    return f"{base}/text"


def _titles(registry: Registry) -> Mapping[str, Text]:
    """What people call the keys of definitions and of the settings of their parts."""
    found: dict[str, Text] = {}
    for shelf in registry.shelves():
        for part in shelf.values():
            known = getattr(part, "settings", None)
            for key, schema in known.get("properties", known).items() if isinstance(known, Mapping) else ():
                if isinstance(schema, Mapping) and "title" in schema:
                    found[key] = {"en": schema["title"], "zh": schema.get("x-zh-title", schema["title"])}
    return {**found, **titles()}
