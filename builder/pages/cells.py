"""Values as HTML: one drawing function per field, made once per entity and language, called once per cell.

A page of 50 records is 400 cells, so nothing here asks what a field is while it draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from builder.catalog import Catalog, Entity
from builder.fields.contract import Field, FieldType, Reading, Shown
from builder.fields.system import system_fields
from builder.records.find import Record
from schema_store.texts import pick

Draw = Callable[[Any, Record], str]
"""The HTML of a value; the record is for the titles of what it points to."""

Row = Callable[[Record], str]


@dataclass(frozen=True)
class Cell:
    """How one field is shown to readers of one language. `draw` gives "" for an empty value."""

    field: Field
    label: str
    is_number: bool
    draw: Draw
    is_system: bool = False

    def value(self, record: Record) -> Any:
        return getattr(record, self.field.key) if self.is_system else record.values.get(self.field.key)

    def html(self, record: Record) -> Markup:
        return Markup(self.draw(self.value(record), record))  # noqa: S704 - each drawer escapes


_KNOWN: WeakKeyDictionary[Catalog, dict[tuple[str, str], Cells]] = WeakKeyDictionary()


class Cells:
    """The cells of all entities of one catalog, for one language and zone."""

    def __init__(self, language: str, zone: ZoneInfo):
        self.language = language
        self.shown = Shown(language=language, zone=zone)
        self.reading = Reading(zone=zone, language=language)
        self._cells: dict[str, dict[str, Cell]] = {}
        self._rows: dict[tuple[str, tuple[str, ...]], Row] = {}

    @classmethod
    def of(cls, catalog: Catalog, language: str, zone: ZoneInfo) -> Cells:
        known = _KNOWN.setdefault(catalog, {})
        key = (language, zone.key)
        if key not in known:
            known[key] = cls(language, zone)
        return known[key]

    def of_entity(self, entity: Entity) -> Mapping[str, Cell]:
        if entity.key not in self._cells:
            system = system_fields(entity.key)
            fields = {**system, **entity.fields}
            self._cells[entity.key] = {
                key: self._cell(entity, field, key in system) for key, field in fields.items()
            }
        return self._cells[entity.key]

    def rows(self, entity: Entity, columns: Sequence[str], records: Sequence[Record]) -> Markup:
        """The `<tr>`s of a table; the first column is the row's header and leads to the record."""
        key = (entity.key, tuple(columns))
        if key not in self._rows:
            self._rows[key] = _row(
                [self.of_entity(entity)[column] for column in columns],
                self.shown,
                f"{self.shown.base}/{entity.key}/",
            )
        draw = self._rows[key]
        return Markup("".join([draw(record) for record in records]))  # noqa: S704 - each drawer escapes

    def _cell(self, entity: Entity, field: Field, is_system: bool) -> Cell:
        label = pick(field.label, self.language, field.key)
        return Cell(field, label, field.type.align == "end", self._drawer(entity, field), is_system)

    def _drawer(self, entity: Entity, field: Field) -> Draw:
        fact = entity.facts[field.key].type.name if field.key in entity.facts else "text"
        if fact == "tags":
            return _tags
        if fact == "ref":
            return _reference(field, f"{self.shown.base}/{field.settings.get('to', '')}/")
        if fact == "enum":
            return _option(field, self.shown)
        return (
            _linked(field, self.shown)
            if type(field.type).link is not FieldType.link
            else _text(field, self.shown)
        )


def _row(cells: Sequence[Cell], shown: Shown, base: str) -> Row:
    first = cells[0]
    first_draw = _plain(first.field, first.draw, shown)
    parts = [
        (one.value, one.draw, f'<td{" class=num" if one.is_number else ""} data-label="{escape(one.label)}">')
        for one in cells[1:]
    ]

    def draw(record: Record) -> str:
        words = first_draw(first.value(record), record) or f"#{record.id}"
        html = [f'<tr><th scope="row"><a class="lead" href="{base}{record.id}">{words}</a></th>']
        for value, draw_one, start in parts:
            inner = draw_one(value(record), record)
            html.append(f"{start}{inner}</td>" if inner else '<td class="is-empty"></td>')
        html.append("</tr>\n")
        return "".join(html)

    return draw


def _plain(field: Field, draw: Draw, shown: Shown) -> Draw:
    """`draw` without a link of its own: a link inside a link is none."""
    if field.settings.get("to"):
        return _title(field)
    return draw if type(field.type).link is FieldType.link else _text(field, shown)


def _text(field: Field, shown: Shown) -> Draw:
    cell, settings = field.type.cell, field.settings

    def draw(value: Any, _record: Record) -> str:
        return "" if value is None else escape(cell(value, settings, shown))

    return draw


def _linked(field: Field, shown: Shown) -> Draw:
    cell, link, settings = field.type.cell, field.type.link, field.settings

    def draw(value: Any, _record: Record) -> str:
        if value is None:
            return ""
        words, address = escape(cell(value, settings, shown)), link(value, settings, shown)
        return f'<a class="plain" href="{escape(address)}">{words}</a>' if address else words

    return draw


def _option(field: Field, shown: Shown) -> Draw:
    """A badge in the option's colour; each value is drawn once and kept."""
    known: dict[Any, str] = {}
    cell, colour_of, settings = field.type.cell, field.type.colour, field.settings

    def draw(value: Any, _record: Record) -> str:
        if value is None:
            return ""
        if value not in known:
            colour = colour_of(value, settings)
            name = f"badge is-{escape(colour)}" if colour else "badge"
            known[value] = f'<span class="{name}">{escape(cell(value, settings, shown))}</span>'
        return known[value]

    return draw


def _tags(value: Any, _record: Record) -> str:
    return " ".join([f'<span class="badge">{escape(tag)}</span>' for tag in sorted(value)]) if value else ""


def _reference(field: Field, base: str) -> Draw:
    title = _title(field)

    def draw(value: Any, record: Record) -> str:
        return "" if value is None else f'<a href="{base}{value}">{title(value, record)}</a>'

    return draw


def _title(field: Field) -> Draw:
    key = field.key

    def draw(value: Any, record: Record) -> str:
        return "" if value is None else escape(record.titles.get(key) or f"#{value}")

    return draw
