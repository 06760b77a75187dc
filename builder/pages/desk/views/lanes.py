"""The lanes of a board: the options of a choice, yes and no, or the records that a reference points to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup, escape

from builder.fields.contract import Field
from builder.pages.desk.views.showing import Showing
from builder.records import find

LANES = 12
"""Lanes side by side; further ones are a page further."""


@dataclass(frozen=True)
class Lane:
    """One value of the board's field. `text`: as an address and a form say it, "" for empty; `words`: its heading."""

    value: Any
    text: str
    words: str
    heading: Markup


@dataclass(frozen=True)
class Lanes:
    """The lanes of one page of a board; `previous` and `next` are places for `at`, None for none."""

    lanes: list[Lane]
    previous: str | None = None
    next: str | None = None


def lanes_of(showing: Showing, field: Field) -> Lanes:
    """The lanes in their own order; that of records without a value comes last, on the first page."""
    source = _SOURCES[showing.listing.entity.facts[field.key].type.name]
    found = source(showing, field)
    is_first = not showing.asked.at
    return Lanes([*found.lanes, _none(showing, field)], found.previous, found.next) if is_first else found


def lane_at(showing: Showing, field: Field, text: str) -> Lane:
    """The lane that a text of an address means. Raises BadValue."""
    if not text:
        return _none(showing, field)
    value = field.type.from_form([text], field.settings, showing.here.reading)
    if showing.listing.entity.facts[field.key].type.name != "ref":
        return _lane(showing, field, value)
    to = showing.here.catalog.entity(field.settings["to"])
    record = find.get(showing.work, to.key, value, showing.here.policy) if isinstance(value, int) else None
    words = find.title_of(to, record) if record else f"#{value}"
    return Lane(value, text, words, Markup(escape(words)))  # noqa: S704 - escaped


def _none(showing: Showing, field: Field) -> Lane:
    words = _("No value: %(field)s", field=showing.here.label(field.label, field.key))
    return Lane(None, "", words, Markup(escape(words)))  # noqa: S704 - escaped


def _lane(showing: Showing, field: Field, value: Any) -> Lane:
    cell = showing.here.cells.of_entity(showing.listing.entity)[field.key]
    words = field.type.cell(value, field.settings, showing.here.shown)
    text = field.type.to_form(value, field.settings, showing.here.reading)
    return Lane(value, text, words, Markup(cell.draw(value)))  # noqa: S704 - each drawer escapes


def _options(showing: Showing, field: Field) -> Lanes:
    """A page of the options; `at` is the number of the first."""
    options = showing.listing.entity.facts[field.key].type.options
    at = showing.asked.at
    start = int(at) if at.isascii() and at.isdecimal() and len(at) < 6 else 0
    shown = [_lane(showing, field, value) for value in options[start : start + LANES]]
    previous = (str(start - LANES) if start > LANES else "") if start else None
    return Lanes(shown, previous, str(start + LANES) if start + LANES < len(options) else None)


def _yes_and_no(showing: Showing, field: Field) -> Lanes:
    return Lanes([_lane(showing, field, value) for value in (True, False)])


def _records(showing: Showing, field: Field) -> Lanes:
    """A page of the records that may be pointed to, by their titles; back from there leads to the first page."""
    here, to = showing.here, showing.here.catalog.entity(field.settings["to"])
    if not here.policy.may("read", to.key):
        return Lanes([])
    readable = here.policy.readable(to)
    shown = tuple(dict.fromkeys(key for key in (to.title_field, to.key_field) if key and key in readable))
    sort = tuple(key for key in shown[:1] if to.fields[key].column)
    query = find.Query(
        to.key, fields=shown, sort=sort or ("id",), limit=LANES, after=showing.asked.at or None
    )
    page = find.page(showing.work, query, here.policy)
    lanes = []
    for record in page.records:
        words = find.title_of(to, record)
        lanes.append(Lane(record.id, str(record.id), words, Markup(escape(words))))  # noqa: S704 - escaped
    return Lanes(lanes, "" if showing.asked.at else None, page.after)


_SOURCES: Mapping[str, Callable[[Showing, Field], Lanes]] = {
    "enum": _options,
    "boolean": _yes_and_no,
    "ref": _records,
}
