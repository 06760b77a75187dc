"""Kind app: a menu and a first page for what belongs together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.contract import Kind, Reference
from builder.kinds.for_roles import needed_roles, unknown_roles
from builder.kinds.names import unknown
from builder.registry import Registry
from schema_store.problems import Problem, _, pointer
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog


class AppKind(Kind):
    key = "app"
    label: ClassVar[Text] = {"en": "Application", "zh": "应用"}
    label_plural: ClassVar[Text] = {"en": "Applications", "zh": "应用"}
    order = 90

    def check(self, body: Mapping[str, Any], catalog: Catalog, registry: Registry) -> list[Problem]:
        """What the menu and the first page open exists, and so do the roles they are for."""
        templates = {"entity": _("“{name}” is not an entity."), "view": _("“{name}” is not a view.")}
        missing = [
            unknown(templates[kind], key, catalog.of_kind(kind), place)
            for kind, key, place in _opened(body)
            if key not in catalog.of_kind(kind)
        ]
        return [*missing, *unknown_roles(body, catalog)]

    def needs(self, body: Mapping[str, Any]) -> list[Reference]:
        return [*_opened(body), *needed_roles(body)]


def _opened(body: Mapping[str, Any]) -> list[Reference]:
    """What the menu opens and what the first page shows."""
    opened = [
        (kind, entry[kind], pointer("menu", at, kind))
        for at, entry in enumerate(body["menu"])
        for kind in ("entity", "view")
        if kind in entry
    ]
    shown = [
        ("view", key, pointer("home", "views", at))
        for at, key in enumerate(body.get("home", {}).get("views", ()))
    ]
    return [*opened, *shown]
