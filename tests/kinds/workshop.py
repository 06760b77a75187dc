"""What tests of definitions start from: a registry with the real field types and kinds, and small documents."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from builder.catalog import Catalog
from builder.fields.all import TYPES
from builder.kinds.all import KINDS
from builder.kinds.row_actions import ROW_ACTIONS
from builder.kinds.view_types.all import VIEW_TYPES
from builder.pages.parts.all import HOME_PARTS, PAGE_PARTS, RECORD_ACTIONS
from builder.publishing import checking
from builder.registry import Registry
from schema_store import packages
from schema_store.problems import Problem

Bodies = dict[tuple[str, str], Any]


class Part:
    """An action or a trigger that takes any settings."""

    label = "Part"
    help = ""
    settings: Mapping[str, Any] = {"type": "object"}


def registry(*, parts: Mapping[str, Any] | None = None) -> Registry:
    """The real field types and kinds; triggers and actions of no weight, or `parts` beside them."""
    made = Registry()
    real = {"field_types": TYPES, "kinds": KINDS, "view_types": VIEW_TYPES, "row_actions": ROW_ACTIONS}
    real |= {"page_parts": PAGE_PARTS, "record_actions": RECORD_ACTIONS, "home_parts": HOME_PARTS}
    for shelf, things in real.items():
        for thing in things:
            getattr(made, shelf).add(thing.key, thing)
    for key in ("schedule", "record"):
        made.triggers.add(key, Part())
    for key in ("set_field", "add_tag", "create_record", "notify"):
        made.actions.add(key, Part())
    for key, part in (parts or {}).items():
        made.actions.add(key, part)
    return made


@cache
def _shipped() -> Bodies:
    return packages.read(packages.find("membership"))


def membership() -> Bodies:
    """The shipped membership application, to be changed at will."""
    return deepcopy(_shipped())


def field(type_: str, **settings: Any) -> dict[str, Any]:
    """A property as an author writes it."""
    return {"x-tessera": {"type": type_, "label": "A field", **settings}}


def entity(key: str, fields: Mapping[str, Any] | None = None, required: Any = (), **head: Any) -> Bodies:
    """One entity; without `fields` it has a name."""
    properties = dict(fields) if fields is not None else {"name": field("text")}
    own = {"key": key, "label": key.title(), **head}
    return {("entity", key): {"properties": properties, "required": list(required), "x-tessera": own}}


def problems(bodies: Bodies, *, base: Catalog | None = None, parts: Any = None) -> list[Problem]:
    """What publishing would say of `bodies`."""
    return checking.validate(bodies, registry(parts=parts), base)


def said(bodies: Bodies, **more: Any) -> dict[str, str]:
    """The problems as `{pointer: code}`."""
    return {problem.pointer: problem.code for problem in problems(bodies, **more)}


def published(bodies: Bodies) -> Catalog:
    """The catalog in which `bodies` are live."""
    checked = checking.check(registry(), Catalog(0, {}), bodies)
    assert checked.problems == ()
    assert checked.after is not None
    return checked.after
