"""A place that two people changed, and what each made of it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import Reader, joined
from builder.publishing import words
from schema_store.diff import MISSING, ORDER, Path, named
from schema_store.documents import Body, head_of
from schema_store.drafts import DraftConflict
from schema_store.merging import BASE, MINE, THEIRS, Conflict
from schema_store.shapes import titles
from schema_store.texts import Text

SILENT = ("properties", "x-tessera")
"""Steps that say nothing to people."""


class Words:
    def __init__(self, here: Reader, conflict: DraftConflict):
        self._here, self._kind = here, conflict.name[0]
        self._bodies = {BASE: conflict.base, THEIRS: conflict.theirs, MINE: conflict.mine}

    def place(self, one: Conflict) -> str:
        """ "Level › Options › Gold › Label"."""
        if not one.path:
            return _("The whole of it")
        steps = [self._step(one.path[: end + 1]) for end, step in enumerate(one.path) if step not in SILENT]
        return " › ".join(steps) or _("Fields")

    def value(self, one: Conflict, side: str) -> str:
        """What stands there on one of the sides."""
        value = one.side(side)
        if not one.path:
            return _("It is retired.") if value is None else _("It stays, with these changes.")
        if value is MISSING:
            return _("not there")
        if one.pointer in self._rules[side]:
            return self._here.label(self._rules[side][one.pointer])
        return self._said(value)

    def _step(self, path: Path) -> str:
        if path[-1] == ORDER:
            return _("Order")
        inner = next((found for side in self._bodies.values() if (found := _read(side, path))), None)
        if isinstance(inner, Mapping) and head_of(inner).get("label"):
            return self._here.label(head_of(inner)["label"], path[-1])
        return self._here.label(self._labels.get(path[-1]) or titles().get(path[-1]), path[-1])

    def _said(self, value: Any) -> str:
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return joined(self._here.label(self._labels.get(one), one) for one in value) or _("nothing")
        if isinstance(value, str) and value in self._labels:
            return self._here.label(self._labels[value], value)
        if isinstance(value, Mapping) and head_of(value).get("label"):
            return self._here.label(head_of(value)["label"])
        return self._here.label(words.shown(value))

    @cached_property
    def _rules(self) -> dict[str, Mapping[str, Text]]:
        return {side: _rules_of(self._kind, body, self._here) for side, body in self._bodies.items()}

    @cached_property
    def _labels(self) -> dict[str, Text]:
        """The labels of the fields that the definition is about: its own, or its entity's."""
        found: dict[str, Text] = {}
        for body in reversed(self._bodies.values()):  # as it was before is what people know it by
            for key, one in ((body or {}).get("properties") or {}).items():
                if isinstance(one, Mapping) and head_of(one).get("label"):
                    found[key] = head_of(one)["label"]
            entity = self._here.catalog.entities.get(str((body or {}).get("entity", "")))
            found |= {key: fact.label for key, fact in entity.facts.items() if fact.label} if entity else {}
        return found


def _rules_of(kind: str, body: Body | None, here: Reader) -> Mapping[str, Text]:
    try:
        completed = web.house().registry.kinds[kind].complete(dict(body or {}), web.house().registry)
        return words.rules_of(kind, completed, here.catalog)
    except Exception:  # noqa: BLE001 - a draft may be any JSON
        return {}


def _read(value: Any, path: Path) -> Any:
    """What stands at a path of keys and names of named items; None where nothing does."""
    for step in path:
        if isinstance(value, list):
            value = named(value) or {}
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
