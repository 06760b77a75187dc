"""Records as cards: a heading, some fields below, a colour, buttons. Of boards, galleries, streams and days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from builder.pages.cells import Cell
from builder.pages.desk.views.acts import Act, acts_of
from builder.pages.desk.views.showing import Showing
from builder.records import find


@dataclass(frozen=True)
class Card:
    """A record as a card. `means`: what its colour says; `value`: the fields by key, for who needs more of them."""

    id: int
    version: int
    href: str
    title: Markup
    facts: Sequence[tuple[str, Markup]] = ()
    colour: str = ""
    means: str = ""
    acts: Sequence[Act] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


def cards(showing: Showing, records: Sequence[find.Record], *, without: Sequence[str] = ()) -> list[Card]:
    """The cards of these records; the first column is their heading, `without` are not shown below it."""
    here, entity = showing.here, showing.listing.entity
    known = here.cells.of_entity(entity)
    lead, *rest = [known[key] for key in showing.listing.columns]
    shown = [cell for cell in rest if cell.field.key not in without]
    acts, colours = acts_of(showing), showing.colours
    return [_card(showing, record, (lead, shown), (acts(record), colours)) for record in records]


def _card(
    showing: Showing,
    record: find.Record,
    cells: tuple[Cell, Sequence[Cell]],
    more: tuple[list[Act], Sequence[Mapping[str, Any]]],
) -> Card:
    lead, shown = cells
    acts, colours = more
    words = lead.words(lead.read(record)) or f"#{record.id}"
    mark = colours[record.mark] if record.mark is not None else {}
    facts = [(cell.label, html) for cell in shown if (html := cell.html(record))]
    return Card(
        record.id,
        record.version,
        f"/desk/{showing.listing.entity.key}/{record.id}",
        Markup(words),  # noqa: S704 - each drawer escapes
        facts,
        mark.get("colour", ""),
        showing.here.label(mark.get("means")),
        acts,
        record.values,
    )


def legend(showing: Showing) -> list[tuple[str, str]]:
    """`(colour, what it means)` of the colours that say something."""
    said = [(one.get("colour", ""), showing.here.label(one.get("means"))) for one in showing.colours]
    return [one for one in said if one[1]]
