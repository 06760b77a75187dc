"""Kind app: a menu and a first page for what belongs together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.contract import Kind, Reference
from builder.kinds.design.named import Names
from builder.kinds.for_roles import needed_roles
from builder.registry import Registry
from schema_store.problems import Problem, pointer
from schema_store.shapes import shipped
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog

OPENED = ("entity", "view", "public_form")
"""Kinds that an entry of the menu may open."""


class AppKind(Kind):
    """The parts of its first page stand on `registry.home_parts`."""

    key = "app"
    label: ClassVar[Text] = {"en": "Application", "zh": "应用"}
    label_plural: ClassVar[Text] = {"en": "Applications", "zh": "应用"}
    order = 90

    def check(self, body: Mapping[str, Any], catalog: Catalog, registry: Registry) -> list[Problem]:
        """What the menu and the first page open exists, and so do the roles they are for; its parts are right."""
        return Names(shipped()[self.key], body, catalog).problems()

    def needs(self, body: Mapping[str, Any]) -> list[Reference]:
        return [*_opened(body), *needed_roles(body)]

    def reaches(self, body: Mapping[str, Any], catalog: Catalog) -> list[Reference]:
        return Names(shipped()[self.key], body, catalog).needs()


def _opened(body: Mapping[str, Any]) -> list[Reference]:
    """What the menu opens and what the first page shows."""
    opened = [
        (kind, entry[kind], pointer("menu", at, kind))
        for at, entry in enumerate(body["menu"])
        for kind in OPENED
        if kind in entry
    ]
    shown = [
        ("view", key, pointer("home", "views", at))
        for at, key in enumerate(body.get("home", {}).get("views", ()))
    ]
    return [*opened, *shown]
