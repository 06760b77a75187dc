"""A workflow's actions done for a whole set at once, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Integer, Select, cast, insert, literal, select

from builder.database import PlainText
from builder.records import bulk, tables
from builder.records.bulk import Changes
from builder.records.sql import affected, json_members, key, typed
from builder.rules.rule import Rule
from builder.runs import Run
from builder.work import Work
from builder.workflows import values
from builder.workflows.actions.contract import CreateAction, DeliverAction, Scope
from builder.workflows.definition import Step, Workflow
from builder.workflows.tables import WAITING, deliveries


@dataclass
class Done:
    """What was done for a set: `items` records concerned, `changed` of them changed, `steps` a count per action.

    `effects`: `{"changed": 3, "created": 3, "notices": 1, "deliveries": 3}`, only what there is.
    """

    items: int = 0
    changed: int = 0
    steps: dict[int, int] = field(default_factory=dict)
    effects: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, step: int, number: int) -> None:
        self.steps[step] = self.steps.get(step, 0) + number
        if number:
            self.effects[what] = self.effects.get(what, 0) + number

    def plus(self, other: Done) -> Done:
        """Both together."""
        return Done(
            self.items + other.items,
            self.changed + other.changed,
            _sum(self.steps, other.steps),
            _sum(self.effects, other.effects),
        )


def _sum(one: Mapping[Any, int], other: Mapping[Any, int]) -> dict[Any, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


def gathered(workflow: Workflow, scope: Scope) -> Changes:
    """All changes of a workflow to its own records as one; of two that contradict each other the later one holds."""
    sets: dict[str, Any] = {}
    tags: dict[str, dict[str, bool]] = {}  # {field: {tag: is added}}
    for step in workflow.steps:
        if step.action.effect != "change":
            continue
        changes = step.action.changes(step.settings, scope)  # type: ignore[attr-defined]
        sets.update(changes.set)
        for wanted, given in ((True, changes.add_tags), (False, changes.remove_tags)):
            for name, texts in given.items():
                tags.setdefault(name, {}).update(dict.fromkeys(texts, wanted))
    return Changes(set=sets, add_tags=_chosen(tags, True), remove_tags=_chosen(tags, False))


def _chosen(tags: Mapping[str, Mapping[str, bool]], wanted: bool) -> dict[str, tuple[str, ...]]:
    chosen = {
        name: tuple(tag for tag, is_added in of.items() if is_added is wanted) for name, of in tags.items()
    }
    return {name: texts for name, texts in chosen.items() if texts}


def apply(work: Work, workflow: Workflow, run: Run, mine: Select[Any], items: int) -> Done:
    """Do the workflow's actions for the records whose ids `mine` gives, `items` of them. Raises Problems.

    Changes of the records happen together, where the first of them stands; the rest in its order.
    """
    done = Done(items=items)
    scope = workflow.scope(work.catalog)
    has_changed = False
    for at, step in enumerate(workflow.steps):
        if step.action.effect == "change" and not has_changed:
            has_changed = True
            done.changed = bulk.write(work, workflow.entity, mine, gathered(workflow, scope)).changed
            done.count("changed", at, done.changed)
        elif step.action.effect == "change":
            done.steps[at] = done.changed
        elif step.action.effect in _DOING:
            _DOING[step.action.effect](_Place(work, workflow, run, mine, at, step), done)
    if not has_changed:
        done.changed = items
    return done


@dataclass(frozen=True)
class _Place:
    """One action of a run, with all that it may need."""

    work: Work
    workflow: Workflow
    run: Run
    mine: Select[Any]
    at: int
    step: Step

    @property
    def scope(self) -> Scope:
        return self.workflow.scope(self.work.catalog)

    @property
    def table(self) -> Any:
        return tables.of(self.work.catalog).table(self.workflow.entity)


def _create(place: _Place, done: Done) -> None:
    action: CreateAction = place.step.action  # type: ignore[assignment]
    creation = action.creation(place.step.settings, place.scope)
    source = creation_rows(place.work, place.workflow, creation).where(place.table.c.id.in_(place.mine))
    done.count("created", place.at, bulk.create(place.work, creation.entity, source).changed)


def creation_rows(work: Work, workflow: Workflow, creation: Any) -> Select[Any]:
    """The new records' values, a row for each record of the workflow's entity; columns labelled by field."""
    known = tables.of(work.catalog)
    table, made = known.table(workflow.entity), known.table(creation.entity)
    columns = []
    for name, given in creation.values.items():
        column = known.column(made, creation.entity, name)
        columns.append(values.as_sql(given, column, work, table).label(name))
    return select(*columns).select_from(table)


def _deliver(place: _Place, done: Done) -> None:
    action: DeliverAction = place.step.action  # type: ignore[assignment]
    message = action.message(place.step.settings, place.scope)
    run, table = place.run, place.table
    once = f"{run.id}-{int(run.started_at.timestamp())}-{place.at}-"
    types = {
        name: [given.type.name, given.type.scale]
        for name, given in message.values.items()
        if isinstance(given, Rule)
    }
    members: list[Any] = []
    for name, given in message.values.items():
        is_rule = isinstance(given, Rule)
        members += [key(name), values.as_sql(given, None, place.work, table) if is_rule else _constant(given)]
    now = place.work.now
    row = {
        "key": typed(once, PlainText).concat(cast(table.c.id, PlainText)),
        "channel": key(message.channel),
        "state": key(WAITING),
        "run_id": literal(run.id),
        "workflow": key(place.workflow.key),
        "entity": key(place.workflow.entity),
        "record_id": table.c.id,
        "settings": typed(dict(message.settings), deliveries.c.settings.type),
        "types": typed(types, deliveries.c.types.type),
        "values": json_members(*members),
        "decided_at": typed(now, deliveries.c.decided_at.type),
        "next_at": typed(now, deliveries.c.next_at.type),
    }
    rows = select(*row.values()).where(table.c.id.in_(place.mine))
    statement = insert(deliveries).from_select(list(row), rows)
    done.count("deliveries", place.at, affected(place.work.connection, statement))


def _constant(value: Any) -> Any:
    if isinstance(value, bool | int):
        return literal(value, Integer())
    return key(str(value))


_DOING: Mapping[str, Callable[[_Place, Done], None]] = {"create": _create, "deliver": _deliver}


def once(work: Work, workflow: Workflow, run: Run, done: Done) -> None:
    """What happens once in a run, at its end; only where it touched a record."""
    if not done.items:
        return
    for at, step in enumerate(workflow.steps):
        if step.action.effect == "once":
            told = replace(run, changed=done.changed)
            number = step.action.once(work, step.settings, told)  # type: ignore[attr-defined]
            done.count("notices", at, number)
