"""Records that a run wrote, before and after, and those that it could not do; as far as they may be seen."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select

from builder import events
from builder.events import event_batches
from builder.pages.desk import tale
from builder.pages.desk.tale import Change
from builder.pages.reader import Reader
from builder.records.history import decode_changes, history
from builder.runs import Run
from builder.work import Work
from builder.workflows.tables import ITEM_FAILED, run_items

SHOWN = 10
TRIED = 200
"""Records looked at for the sample: a role may hide most of them."""


@dataclass(frozen=True)
class Touched:
    """One record of a sample. `what`: created, changed or deleted; `href` "" where it is gone."""

    title: str
    href: str
    what: str
    changes: list[Change]


@dataclass(frozen=True)
class Failed:
    title: str
    href: str
    trouble: str


def sample(here: Reader, work: Work, run: Run) -> list[Touched]:
    """The first records that the run wrote, of those that `here` may see."""
    columns = (history.c.entity, history.c.record_id, history.c.changes, event_batches.c.what)
    written = and_(
        history.c.entity == event_batches.c.entity,
        history.c.record_id == events.events.c.record_id,
        history.c.version == events.events.c.version,
    )
    batches = event_batches.join(events.events, events.events.c.batch_id == event_batches.c.id).join(
        history, written
    )
    asked = (
        select(*columns)
        .select_from(batches)
        .where(event_batches.c.run_id == run.id)
        .order_by(event_batches.c.id)
    )
    rows = [row for row in work.connection.execute(asked.limit(TRIED)) if row.entity in here.catalog.entities]
    titles = _titles(here, work, {(row.entity, row.record_id) for row in rows})
    found = []
    for row in rows:
        if (row.entity, row.record_id) in titles and len(found) < SHOWN:
            entity = here.catalog.entity(row.entity)
            changes = decode_changes(entity, row.changes, here.policy.readable(entity))
            words = [
                tale.change(entity.fields[key], here, here.shown, *both) for key, both in changes.items()
            ]
            href = f"/desk/{row.entity}/{row.record_id}"
            found.append(Touched(titles[row.entity, row.record_id], href, row.what, words))
    return found


def failed(here: Reader, work: Work, run: Run) -> list[Failed]:
    """The first records that the run could not do, and why."""
    if run.entity is None or run.entity not in here.catalog.entities:
        return []
    item = run_items.c
    asked = select(item.record_id, item.trouble).where(item.run_id == run.id, item.state == ITEM_FAILED)
    rows = work.connection.execute(asked.limit(TRIED)).all()
    titles = _titles(here, work, {(run.entity, row.record_id) for row in rows})
    return [
        Failed(titles[run.entity, row.record_id], f"/desk/{run.entity}/{row.record_id}", row.trouble or "")
        for row in rows
        if (run.entity, row.record_id) in titles
    ][:SHOWN]


def _titles(here: Reader, work: Work, names: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    found = {}
    for entity in {entity for entity, _id in names}:
        ids = {record_id for of, record_id in names if of == entity}
        found.update({(entity, key): title for key, title in tale.titles_of(here, work, entity, ids).items()})
    return found
