"""Which records a run concerns, as SQL: by their rule alone, or those that an event batch woke.

No ORDER BY stands near the rule, so that its own indexes decide the plan; chunks are cut in the database from
what was found, and come back as opaque texts of ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from builder import events
from builder.events import event_batches
from builder.records import tables
from builder.records.history import history
from builder.records.sql import has_member, json_at, key, number
from builder.rules.dialects import shaped
from builder.rules.rule import Rule
from builder.rules.to_sql import disjuncts, value
from builder.runs import Run
from builder.work import Work
from builder.workflows.definition import Workflow
from builder.workflows.tables import ITEM_DONE, run_items
from builder.workflows.triggers.changed import ChangedTables

HAND = "hand"


@dataclass(frozen=True)
class Match:
    """The records of a run. `table` their table, `joined` what to select from; all `woken` and one of `parts` hold.

    No record meets two of `parts`. `episode` names, as text, why a record is due.
    """

    table: Any
    joined: Any
    woken: tuple[ColumnElement[bool], ...]
    parts: tuple[ColumnElement[bool], ...]
    episode: ColumnElement[str]

    def ids(self, *more: ColumnElement[bool]) -> Any:
        """A column `id` of all of them that meet `more` too, each record once."""
        selects = [
            select(self.table.c.id).select_from(self.joined).where(*self.woken, part, *more)
            for part in self.parts
        ]
        return selects[0] if len(selects) == 1 else union_all(*selects)

    def rows(self, *columns: Any) -> Select[Any]:
        """Columns of the matching records, in one Select."""
        return select(*columns).select_from(self.joined).where(*self.woken, or_(*self.parts))


def of_run(work: Work, workflow: Workflow, run: Run, ids: Ids | None = None) -> Match:
    """What the run concerns, at `work.moment`; with `ids` those among these records, read by their ids alone."""
    known = tables.of(work.catalog)
    table = known.table(workflow.entity) if ids is None else _chosen(work, workflow, ids)
    joined, woken, asked = table, (), known
    if run.batch_id is not None:
        joined, woken, asked = _woken(work, workflow, run.batch_id, table)
    parts = [true()] if workflow.where is None else disjuncts(workflow.where, table, asked, work.moment)
    return Match(table, joined, woken, tuple(parts), _episode(work, workflow, run, table))


def _chosen(work: Work, workflow: Workflow, ids: Ids) -> Any:
    """These records as a table of their own, with what the workflow's rules read of them.

    The database makes it first: left to choose, it would look through all that is due for each chunk. On PostgreSQL
    it locks the rows, so that what the rules said of them holds until the writes that follow.
    """
    entity = work.catalog.entity(workflow.entity)
    table = tables.of(work.catalog).table(entity.key)
    rules = [rule for rule in (workflow.where, workflow.episode) if rule is not None]
    read = {
        field
        for rule in rules
        for owner, field in rule.reads
        if owner == entity.key and field in entity.fields
    }
    own = [entity.fields[field] for field in sorted(read)]
    columns = [name for one in own for name in (one.column, one.folded) if name]
    named = [table.c[name] for name in (*tables.SYSTEM, *columns)]
    chosen = select(*named).where(among(table.c.id, ids, is_sqlite=work.house.database.is_sqlite))
    return chosen.with_for_update().cte("chosen").prefix_with("MATERIALIZED")


def _woken(
    work: Work, workflow: Workflow, batch_id: int, table: Any
) -> tuple[Any, tuple[ColumnElement[bool], ...], Any]:
    """What to select from, the conditions that the event batch makes, and the tables that the rule asks."""
    known = tables.of(work.catalog)
    what = work.connection.execute(
        select(event_batches.c.what).where(event_batches.c.id == batch_id)
    ).scalar_one()
    trigger = workflow.trigger
    entity, via, fields = trigger.get("entity", workflow.entity), trigger.get("via"), trigger.get("fields")
    happened = events.events.c
    written = and_(
        happened.batch_id == batch_id,
        history.c.entity == entity,
        history.c.record_id == happened.record_id,
        history.c.version == happened.version,
    )
    if fields and what == events.CHANGED:
        written = and_(written, or_(*(has_member(history.c.changes, key(field)) for field in fields)))
    if via is None:
        joined = table.join(events.events, happened.record_id == table.c.id).join(history, written)
        return joined, (), ChangedTables(known, entity, table, is_new=what == events.CREATED)
    target = work.catalog.entities[entity].fields[via]
    pointing = _pointing(known.table(entity, alias=True), target, written, is_gone=what == events.DELETED)
    return table, (table.c.id.in_(pointing),), known


def _pointing(source: Any, via: Any, written: ColumnElement[bool], *, is_gone: bool) -> Select[Any]:
    """The ids to which the records of a batch point; of deleted ones, to which they pointed."""
    happened = events.events.c
    if is_gone:
        was = cast(json_at(history.c.changes, key(via.key), number(0)), BigInteger)
        return (
            select(was).select_from(events.events.join(history, written)).where(was.is_not(None)).distinct()
        )
    joined = events.events.join(history, written).join(source, source.c.id == happened.record_id)
    column = source.c[via.column]
    return select(column).select_from(joined).where(column.is_not(None)).distinct()


def _episode(work: Work, workflow: Workflow, run: Run, table: Any) -> ColumnElement[str]:
    if workflow.episode is None:
        return literal(usual_episode(run), Text())
    return _text(value(workflow.episode, table, tables.of(work.catalog), work.moment), workflow.episode)


def usual_episode(run: Run) -> str:
    """Why a record is due where the workflow does not say: the slot, the event batch, or this very run."""
    if run.batch_id is not None:
        return f"event:{run.batch_id}"
    return f"slot:{_utc(run.slot)}" if run.slot is not None else f"run:{run.id}"


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(expression: ColumnElement[Any], rule: Rule) -> ColumnElement[str]:
    """A value as text, the same on both databases; empty is ''."""
    if rule.type.name == "boolean":
        expression = cast(expression, Integer)
    if rule.type.name == "datetime":
        utc = "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        return func.coalesce(shaped("({0})", expression, of=Text(), postgresql=utc), "")
    return func.coalesce(cast(expression, Text), "")


def open_to(match: Match, workflow: Workflow, run: Run) -> ColumnElement[bool]:
    """The record's episode is not closed for this run: by hand only what the run itself did is closed.

    Asked record by record through the primary key: PostgreSQL would read all items of the workflow for an EXISTS.
    """
    if run.trigger == HAND and not run.matched:  # it has done nothing yet
        return true()
    item = run_items.c
    closed = item.run_id == run.id
    if run.trigger != HAND:
        closed = or_(closed, item.state == ITEM_DONE)
    same = and_(
        item.workflow == workflow.key, item.record_id == match.table.c.id, item.episode == match.episode
    )
    return select(item.record_id).where(same, closed).scalar_subquery().is_(None)


@dataclass(frozen=True)
class Ids:
    """Some records: their ids as the database wrote them, which nobody here reads, and how many they are."""

    text: str
    count: int

    def __add__(self, other: Ids) -> Ids:
        return Ids(f"{self.text[:-1]},{other.text[1:]}", self.count + other.count)


def cut(work: Work, found: Any, size: int) -> list[Ids]:
    """The ids of a Select in lists of `size`, in the order of ids."""
    ids = found.subquery("found")
    rank = func.row_number().over(order_by=ids.c.id)
    chunk = shaped("(({0} - 1) / {1})", rank, literal(size, Integer()), of=Integer())
    numbered = select(ids.c.id, chunk.label("chunk")).subquery("numbered")
    listed = (
        func.json_group_array(numbered.c.id)
        if work.house.database.is_sqlite
        else cast(func.array_agg(numbered.c.id), Text)
    )
    asked = select(listed, func.count()).group_by(numbered.c.chunk).order_by(numbered.c.chunk)
    return [Ids(text, count) for text, count in work.connection.execute(asked)]


def halves(ids: Ids) -> list[Ids]:
    """Two halves of a list that could not be written as a whole, to find the record that cannot."""
    opening, closing = ids.text[0], ids.text[-1]
    numbers = ids.text[1:-1].split(",")
    middle = len(numbers) // 2
    parts: Sequence[list[str]] = (numbers[:middle], numbers[middle:])
    return [Ids(f"{opening}{','.join(part)}{closing}", len(part)) for part in parts if part]


def among(column: Any, ids: Ids, *, is_sqlite: bool) -> ColumnElement[bool]:
    """True where `column` is one of `ids`: one bound text, whatever their number."""
    if is_sqlite:
        return column.in_(each(ids, is_sqlite=True))
    return column == func.any(_array(ids))


def each(ids: Ids, *, is_sqlite: bool) -> Select[Any]:
    """The ids as rows."""
    if is_sqlite:
        return select(func.json_each(literal(ids.text, Text())).table_valued("value").c.value)
    return select(func.unnest(_array(ids)))


def _array(ids: Ids) -> ColumnElement[Any]:
    return cast(literal(ids.text, Text()), ARRAY(BigInteger))
