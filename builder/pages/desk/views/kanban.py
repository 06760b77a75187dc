"""A view as a board: lanes with the first cards of each, in one statement; a card is moved by a drag or by buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from builder.fields.contract import Field
from builder.kinds.view_types.kanban import FIRST
from builder.pages.desk.views.cards import Card, cards, legend
from builder.pages.desk.views.lanes import Lane, Lanes, lane_at, lanes_of
from builder.pages.desk.views.showing import Drawn, Showing, page_of
from builder.pages.reader import target
from builder.records import find
from builder.records.firsts import Compared, firsts

PREVIEWED = 3
TEMPLATE = "desk/views/_kanban.html"


@dataclass(frozen=True)
class Column:
    """A lane with its first cards. `more_url`: the further ones; `moves` `(words, text)` are the other lanes."""

    lane: Lane
    cards: Sequence[Card]
    more_url: str = ""
    all_url: str = ""
    moves: Sequence[tuple[str, str]] = ()


def draw(showing: Showing) -> Drawn:
    """All lanes; or the one that was asked for, page by page."""
    field = showing.listing.entity.fields[showing.listing.view["by"]]
    lane = showing.asked.lane
    return _alone(showing, field, lane_at(showing, field, lane[1:])) if lane else _board(showing, field)


def may_move(showing: Showing, field: Field) -> bool:
    return showing.may_write and field.key in showing.here.policy.writable(showing.listing.entity, "update")


def _board(showing: Showing, field: Field) -> Drawn:
    found = lanes_of(showing, field)
    limit = PREVIEWED if showing.is_preview else showing.listing.view.get("first", FIRST)
    parts = [[[Compared(field.key, "==", lane.value)]] for lane in found.lanes]
    pages = firsts(showing.work, showing.asking_for(field.key), showing.here.policy, parts, limit)
    columns = [
        _column(showing, field, one, found.lanes)
        for one in zip(found.lanes, pages, strict=True)
        if one[0].value is not None or one[1].records or not field.required
    ]
    return _drawn(showing, field, columns, found)


def _column(showing: Showing, field: Field, filled: tuple[Lane, find.Page], lanes: Sequence[Lane]) -> Column:
    lane, page = filled
    asked = showing.asked
    return Column(
        lane,
        cards(showing, page.records, without=[field.key]),
        asked.in_lane(lane.text, page.after).url if page.after and not showing.is_preview else "",
        "" if showing.is_preview else asked.in_lane(lane.text).url,
        [(one.words, one.text) for one in lanes if one != lane],
    )


def _alone(showing: Showing, field: Field, lane: Lane) -> Drawn:
    """One lane: as a page of its own, and what “More” puts below the cards of the board."""
    query = showing.asking_for(field.key)
    json = None if lane.value is None else field.type.to_json(lane.value, field.settings)
    rule = {"==": [{"var": field.key}, json]}
    found = page_of(showing, replace(query, where=(*query.where, rule)))
    others = lanes_of(replace(showing, asked=replace(showing.asked, at="")), field).lanes
    moves = [(one.words, one.text) for one in others if one != lane]
    next_url = showing.asked.in_lane(lane.text, found.next).url if found.next else ""
    column = Column(lane, cards(showing, found.records, without=[field.key]), next_url, "", moves)
    drawn = _drawn(showing, field, [column], Lanes([lane]))
    given = {
        **drawn.given,
        "board_url": replace(showing.asked.but(), at=showing.asked.at).url,
        "more_id": target(),
    }
    return replace(drawn, given=given, previous=found.previous, next=found.next)


def _drawn(showing: Showing, field: Field, columns: Sequence[Column], found: Lanes) -> Drawn:
    asked = showing.asked
    given = {
        "columns": columns,
        "may_move": may_move(showing, field),
        "opened": asked.card,
        "is_preview": showing.is_preview,
        "previous_url": "" if found.previous is None else asked.but(at=found.previous).url,
        "next_url": "" if found.next is None else asked.but(at=found.next).url,
        "by": showing.here.label(field.label, field.key),
        "legend": legend(showing),
        "move_url": f"{asked.but().url}{'&' if asked.query else '?'}card=",
    }
    fragments = {target(): "desk/views/_more.html"} if target().endswith("-more") else {}
    opened = next(
        ((column, card) for column in columns for card in column.cards if str(card.id) == asked.card), None
    )
    if opened and target() == f"card-{asked.card}":
        given |= {"column": opened[0], "card": opened[1]}
        fragments = {target(): "desk/views/_opened.html"}
    number = sum(len(one.cards) for one in columns)
    return Drawn(TEMPLATE, given, number, stays=True, fragments=fragments)
