"""What a workflow would do now, or at another moment, over the whole set: counted, sampled, nothing written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from builder import runs
from builder.records import tables
from builder.records.bulk import Changes
from builder.runs import Run
from builder.work import House, Work
from builder.workflows import definition, effects, match, values
from builder.workflows.definition import Workflow
from builder.workflows.match import HAND, Match
from builder.workflows.tables import ITEM_DONE, run_items

SAMPLE = 10


@dataclass(frozen=True)
class Sampled:
    """One record of the sample. `changes`: `{field: (before, after)}` in stored form; tags as frozensets.

    `created`: `(entity, {field: stored value})` of the records that would be made for it.
    """

    id: int
    title: str
    changes: Mapping[str, tuple[Any, Any]]
    created: Sequence[tuple[str, Mapping[str, Any]]] = ()


@dataclass(frozen=True)
class Rehearsal:
    """`matched` records would be concerned, `changed` of them really changed; `steps` `{type, would}` per action.

    `closed`: those among the matched whose episode was handled before: a run by hand does them again, an
    unattended one would not. `needs_approval`: an unattended run would wait for it.
    """

    workflow: str
    as_of: datetime
    matched: int
    changed: int
    closed: int
    needs_approval: bool
    effects: Mapping[str, int]
    steps: Sequence[Mapping[str, Any]]
    sample: Sequence[Sampled] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """What `run --rehearse --json` prints."""
        counts = {
            "run": None,
            "matched": self.matched,
            "changed": self.changed,
            "failed": 0,
            "status": "rehearsed",
        }
        return {**counts, "effects": dict(self.effects), "steps": [dict(step) for step in self.steps]}


def rehearse(house: House, key: str, *, as_of: datetime | None = None, sample: int = SAMPLE) -> Rehearsal:
    """What `run` would do. Raises Problems where there is no such workflow."""
    with house.reading(as_of=as_of) as work:
        return rehearsed(work, definition.of(work, key), sample)


def rehearsed(work: Work, workflow: Workflow, sample: int = SAMPLE) -> Rehearsal:
    """The same of a workflow that need not be published."""
    run = Run(0, runs.WORKFLOW, work.as_of, work.now, runs.RUNNING, "", "", workflow.key, trigger=HAND)
    found = match.of_run(work, workflow, run)
    changes = effects.gathered(workflow, workflow.scope(work.catalog))
    differs = _differs(work, workflow, found.table, changes)
    matched, changed, closed = _counts(work, workflow, found, differs)
    if not changes.fields:
        changed = matched
    steps, would = _steps(workflow, matched, changed)
    limit = workflow.approval_above
    return Rehearsal(
        workflow=workflow.key,
        as_of=work.as_of,
        matched=matched,
        changed=changed,
        closed=closed,
        needs_approval=limit is not None and matched - closed > limit,
        effects=would,
        steps=steps,
        sample=_sample(work, workflow, found, changes, sample) if sample else [],
    )


def _counts(
    work: Work, workflow: Workflow, found: Match, differs: ColumnElement[bool]
) -> tuple[int, int, int]:
    """(matched, really changed, closed before) in one statement."""
    item = run_items.c
    same = and_(
        item.workflow == workflow.key, item.record_id == found.table.c.id, item.episode == found.episode
    )
    closed = exists().where(and_(same, item.state == ITEM_DONE))
    inner = [
        select(differs.label("differs"), closed.label("closed"))
        .select_from(found.joined)
        .where(*found.woken, part)
        for part in found.parts
    ]
    all_of = (inner[0] if len(inner) == 1 else inner[0].union_all(*inner[1:])).subquery()
    asked = select(
        func.count(),
        func.count().filter(all_of.c.differs),
        func.count().filter(all_of.c.closed),
    ).select_from(all_of)
    matched, changed, before = work.connection.execute(asked).one()
    return matched, changed, before


def _differs(work: Work, workflow: Workflow, table: Any, changes: Changes) -> ColumnElement[bool]:
    """True for a record that the changes would really change."""
    known, entity = tables.of(work.catalog), workflow.entity
    parts: list[ColumnElement[bool]] = []
    for name, given in changes.set.items():
        column = known.column(table, entity, name)
        parts.append(column.is_distinct_from(values.as_sql(given, column, work, table)))
    for wanted, tags in ((False, changes.add_tags), (True, changes.remove_tags)):
        for name, texts in tags.items():
            link = known.tags(entity, name)
            for text in texts:
                has = exists().where(and_(link.c.record_id == table.c.id, link.c.tag == text))
                parts.append(has if wanted else ~has)
    return or_(*parts) if parts else exists().where(table.c.id.is_(None))


def _steps(workflow: Workflow, matched: int, changed: int) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """What each action would do, and the same added up as a run's effects."""
    sorts = {
        "change": ("changed", changed),
        "create": ("created", matched),
        "deliver": ("deliveries", matched),
    }
    sorts["once"] = ("notices", min(matched, 1))
    steps, would, has_changed = [], {}, False
    for step in workflow.steps:
        what, number = sorts[step.action.effect]
        steps.append({"type": step.type, "would": number})
        if number and not (what == "changed" and has_changed):
            would[what] = would.get(what, 0) + number
        has_changed = has_changed or what == "changed"
    return steps, would


def _sample(work: Work, workflow: Workflow, found: Match, changes: Changes, size: int) -> list[Sampled]:
    """The first records of the set, before and after."""
    known = tables.of(work.catalog)
    entity = work.catalog.entity(workflow.entity)
    table = found.table
    ids = list(work.connection.execute(select(found.ids().subquery().c.id).limit(size)).scalars())
    title = known.column(table, entity.key, entity.title_field or entity.key_field or "id")
    columns: list[Any] = [table.c.id, title.label("title")]
    for name, given in changes.set.items():
        column = known.column(table, entity.key, name)
        columns += [
            column.label(f"before_{name}"),
            values.as_sql(given, column, work, table).label(f"after_{name}"),
        ]
    rows = work.connection.execute(select(*columns).where(table.c.id.in_(ids)).order_by(table.c.id)).all()
    tags = _tags_before(work, workflow, changes, ids)
    made = _made(work, workflow, ids)
    return [
        Sampled(
            row.id,
            str(row.title or f"id:{row.id}"),
            _changed(row, changes, tags.get(row.id, {})),
            made.get(row.id, []),
        )
        for row in rows
    ]


def _changed(row: Any, changes: Changes, tags: Mapping[str, frozenset[str]]) -> dict[str, tuple[Any, Any]]:
    of = row._mapping
    found = {name: (of[f"before_{name}"], of[f"after_{name}"]) for name in changes.set}
    for name in {**changes.add_tags, **changes.remove_tags}:
        before = tags.get(name, frozenset())
        after = (before | set(changes.add_tags.get(name, ()))) - set(changes.remove_tags.get(name, ()))
        found[name] = (before, after)
    return {name: (before, after) for name, (before, after) in found.items() if before != after}


def _tags_before(
    work: Work, workflow: Workflow, changes: Changes, ids: Sequence[int]
) -> dict[int, dict[str, frozenset[str]]]:
    found: dict[int, dict[str, frozenset[str]]] = {}
    for name in {**changes.add_tags, **changes.remove_tags}:
        link = tables.of(work.catalog).tags(workflow.entity, name)
        for record_id, tag in work.connection.execute(
            select(link.c.record_id, link.c.tag).where(link.c.record_id.in_(ids))
        ):
            held = found.setdefault(record_id, {})
            held[name] = held.get(name, frozenset()) | {tag}
    return found


def _made(work: Work, workflow: Workflow, ids: Sequence[int]) -> dict[int, list[tuple[str, dict[str, Any]]]]:
    """The records that would be made for each record of the sample."""
    table = tables.of(work.catalog).table(workflow.entity)
    found: dict[int, list[tuple[str, dict[str, Any]]]] = {}
    for step in workflow.steps:
        if step.action.effect != "create":
            continue
        creation = step.action.creation(step.settings, workflow.scope(work.catalog))  # type: ignore[attr-defined]
        rows: Select[Any] = effects.creation_rows(work, workflow, creation).add_columns(
            table.c.id.label("#id")
        )
        for row in work.connection.execute(rows.where(table.c.id.in_(ids))).mappings():
            made = {name: value for name, value in row.items() if name != "#id"}
            found.setdefault(row["#id"], []).append((creation.entity, made))
    return found
