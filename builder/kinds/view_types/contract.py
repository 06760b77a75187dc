"""What a type of view answers. Its settings stand in the view's document beside the keys that all views have.

A plugin's type is drawn by itself (`draw`); the built-in ones are drawn in `builder/pages/desk/views`.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.design.names import offered
from builder.kinds.design.plan import Wanted
from builder.kinds.names import unknown
from schema_store.problems import Problem, _, pointer
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog

Body = Mapping[str, Any]


@dataclass(frozen=True)
class ShownRecord:
    """A record of a page. `cells`: `{column: HTML}`, escaped and in the reader's language; `href`: its own page."""

    id: int
    href: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class ShownPage:
    """One page of a list, as a plugin's type draws it. `columns`: `(key, label)` in the view's order."""

    settings: Mapping[str, Any]
    columns: Sequence[tuple[str, str]]
    records: Sequence[ShownRecord]
    language: str = "en"


class ViewType(ABC):
    """One way to show records. One instance serves all views; everything comes in as arguments."""

    key: ClassVar[str]
    label: ClassVar[Text]
    help: ClassVar[Text] = ""
    icon: ClassVar[str] = "table"
    settings: ClassVar[Mapping[str, Any]] = {"type": "object", "properties": {}}
    """JSON Schema of its own keys in a view's document: `properties`, each with its words, and `required`.

    `x-names` with `fields_of` names a field of the view's entity: it must be one of those that may be chosen, and
    where the reader may not see a required one, the records are shown as a table instead.
    """

    def order(self, body: Body) -> tuple[str, ...]:
        """The order in which records are read, "-" before a field that descends; () is the newest first."""
        return tuple(body.get("sort") or ())

    def indexes(self, body: Body) -> list[tuple[str, ...]]:
        """The fields of the indexes without which opening the view would read every record."""
        return []

    def moved(self, body: Body) -> str:
        """The field that a record gets another value of by being moved; "" where records cannot be moved."""
        return ""

    def draw(self, page: ShownPage) -> str | None:
        """The HTML of a page of records, for a type that a plugin brings; `cells` are escaped, all else must be."""
        return None


@dataclass(frozen=True)
class FieldSetting:
    """A setting that names a field: its key in the document, the field, what may be chosen."""

    key: str
    field: str
    wanted: Wanted
    is_required: bool


def field_settings(type_: ViewType, body: Body) -> list[FieldSetting]:
    """The settings of `body` that name a field of its entity."""
    required = type_.settings.get("required", ())
    return [
        FieldSetting(
            key,
            body[key],
            Wanted(entity=str(body.get("entity", "")), only=schema["x-names"].get("only", "")),
            is_required=key in required,
        )
        for key, schema in type_.settings.get("properties", {}).items()
        if "fields_of" in schema.get("x-names", {}) and isinstance(body.get(key), str)
    ]


def check_fields(type_: ViewType, body: Body, catalog: Catalog) -> list[Problem]:
    """Each setting that names a field names one that fits it."""
    found = []
    for setting in field_settings(type_, body):
        may = dict(offered(catalog, setting.wanted))
        if setting.field not in may:
            template = _("“{name}” is no field that can be chosen here.")
            found.append(unknown(template, setting.field, may, pointer(setting.key)))
    return found


def first_of(body: Body) -> str:
    """The field that leads the view's own order; "" for none."""
    sort = body.get("sort") or ("",)
    return str(sort[0]).removeprefix("-")
