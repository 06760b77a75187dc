"""Values as HTML: one drawing function per field, made once per entity and language, each value drawn once.

A page of 50 records is 400 cells, so nothing here asks what a field is while it draws, and a cell that was drawn
before is looked up.
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

KEPT = 2_000
"""Cells kept of one column."""
LONG = 40
"""Characters that a column of a list has room for."""

Draw = Callable[[Any], str]
"""The HTML of a value, "" for an empty one. That of a reference takes `(id, title)`."""

Around = Callable[[Record], tuple[str, str, str]]
"""`(colour, what it means, further cells)` of a row, as HTML."""

Read = Callable[[Record], Any]
"""What a drawer takes of a record."""


@dataclass(frozen=True)
class Cell:
    """How one field is shown to readers of one language. `words` draws it without a link of its own."""

    field: Field
    label: str
    is_number: bool
    read: Read
    draw: Draw
    words: Draw

    def html(self, record: Record) -> Markup:
        return Markup(self.draw(self.read(record)))  # noqa: S704 - each drawer escapes


class Kept(dict[Any, str]):
    """What was drawn, by value; the oldest go all at once when they become many."""

    def __init__(self, draw: Draw):
        super().__init__()
        self._draw = draw

    def __missing__(self, value: Any) -> str:
        if len(self) >= KEPT:
            self.clear()
        html = self[value] = self._draw(value)
        return html


_KNOWN: WeakKeyDictionary[Catalog, dict[tuple[str, str], Cells]] = WeakKeyDictionary()


class Cells:
    """The cells of all entities of one catalog, for one language and zone."""

    def __init__(self, language: str, zone: ZoneInfo):
        self.language = language
        self.shown = Shown(language=language, zone=zone)
        self.reading = Reading(zone=zone, language=language)
        self._cells: dict[str, dict[str, Cell]] = {}
        self._rows: dict[tuple[str, tuple[str, ...]], Callable[..., str]] = {}

    @classmethod
    def of(cls, catalog: Catalog, language: str, zone: ZoneInfo) -> Cells:
        known = _KNOWN.setdefault(catalog, {})
        key = (language, zone.key)
        if key not in known:
            known[key] = cls(language, zone)
        return known[key]

    def of_entity(self, entity: Entity) -> Mapping[str, Cell]:
        """The cells of all fields, system fields among them."""
        if entity.key not in self._cells:
            fields = {**system_fields(entity.key), **entity.fields}
            self._cells[entity.key] = {key: self._cell(entity, field) for key, field in fields.items()}
        return self._cells[entity.key]

    def rows(
        self,
        entity: Entity,
        columns: Sequence[str],
        records: Sequence[Record],
        around: Around | None = None,
    ) -> Markup:
        """The `<tr>`s of a table; the first column is the row's header and leads to the record.

        `around`: the colour of a row, what it means, and cells that follow; all of it HTML.
        """
        key = (entity.key, tuple(columns))
        if key not in self._rows:
            cells = self.of_entity(entity)
            base = f"{self.shown.base}/{entity.key}/"
            self._rows[key] = _row([cells[column] for column in columns], base)
        draw = self._rows[key]
        if around is None:
            return Markup("".join([draw(record) for record in records]))  # noqa: S704 - each drawer escapes
        return Markup("".join([draw(record, *around(record)) for record in records]))  # noqa: S704 - escaped

    def _cell(self, entity: Entity, field: Field) -> Cell:
        label = pick(field.label, self.language, field.key)
        fact = entity.facts[field.key].type.name if field.key in entity.facts else "text"
        words = _title if fact == "ref" else _text(field, self.shown)
        draw = self._drawer(field, fact) or words
        return Cell(field, label, field.type.align == "end", _reader(field, fact), draw, words)

    def _drawer(self, field: Field, fact: str) -> Draw | None:
        """What is more than the words: tags and options as badges, addresses as links."""
        if fact == "tags":
            return _tags
        if fact == "ref":
            return _reference(f"{self.shown.base}/{field.settings.get('to', '')}/")
        if fact == "enum":
            return _option(field, self.shown)
        return _linked(field, self.shown) if type(field.type).link is not FieldType.link else None


def _reader(field: Field, fact: str) -> Read:
    key = field.key
    if key in system_fields(field.entity):
        return lambda record: getattr(record, key)
    if fact == "ref":
        return lambda record: (record.values.get(key), record.titles.get(key))
    return lambda record: record.values.get(key)


def _row(cells: Sequence[Cell], base: str) -> Callable[..., str]:
    first = cells[0]
    parts = [(cell.read, Kept(_td(cell))) for cell in cells[1:]]

    def draw(record: Record, colour: str = "", means: str = "", end: str = "") -> str:
        words = _held(first.words(first.read(record))) or f"#{record.id}"
        start = f'<tr class="marked is-{colour}">' if colour else "<tr>"
        said = f'<span class="visually-hidden"> – {means}</span>' if means else ""
        head = f'{start}<th scope="row"><a class="lead" href="{base}{record.id}">{words}</a>{said}</th>'
        return head + "".join([kept[read(record)] for read, kept in parts]) + f"{end}</tr>\n"

    return draw


def _td(cell: Cell) -> Draw:
    start = f'<td{" class=num" if cell.is_number else ""} data-label="{escape(cell.label)}">'

    def draw(value: Any) -> str:
        inner = _held(cell.draw(value))
        return f"{start}{inner}</td>" if inner else '<td class="is-empty"></td>'

    return draw


def _held(html: str) -> str:
    """Words that would burst a column are held to three lines of it; links and badges wrap by themselves."""
    return html if len(html) <= LONG or "<" in html else f'<span class="long">{html}</span>'


def _text(field: Field, shown: Shown) -> Draw:
    cell, settings = field.type.cell, field.settings
    return lambda value: "" if value is None else str(escape(cell(value, settings, shown)))


def _linked(field: Field, shown: Shown) -> Draw:
    link, settings, words = field.type.link, field.settings, _text(field, shown)

    def draw(value: Any) -> str:
        address = link(value, settings, shown) if value is not None else ""
        return f'<a class="plain" href="{escape(address)}">{words(value)}</a>' if address else words(value)

    return draw


def _option(field: Field, shown: Shown) -> Draw:
    """A badge in the option's colour."""
    colour_of, settings, words = field.type.colour, field.settings, _text(field, shown)

    def draw(value: Any) -> str:
        if value is None:
            return ""
        colour = colour_of(value, settings)
        name = f"badge is-{escape(colour)}" if colour else "badge"
        return f'<span class="{name}">{words(value)}</span>'

    return draw


def _tags(value: frozenset[str] | None) -> str:
    return " ".join(f'<span class="badge">{escape(tag)}</span>' for tag in sorted(value or ()))


def _reference(base: str) -> Draw:
    def draw(value: tuple[int | None, str | None]) -> str:
        words = _title(value)
        return f'<a href="{base}{value[0]}">{words}</a>' if words else ""

    return draw


def _title(value: tuple[int | None, str | None]) -> str:
    """What the other record is called; its number where that may not be told."""
    key, title = value
    return "" if key is None else str(escape(title or f"#{key}"))
