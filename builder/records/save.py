"""The writing door for one record: checked, versioned, with history, events and rollups in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete as sql_delete
from sqlalchemy import insert, update

from builder import events
from builder.access.policy import Policy
from builder.catalog import Entity
from builder.records import folds, numbers, references, tables, within
from builder.records.history import encode_changes, history
from builder.records.listeners import Batch, about_to_write, tell
from builder.records.values import Stored, read_row, row_select
from builder.records.violations import explained
from builder.work import Work
from schema_store.problems import Problem, Problems, _, pointer


@dataclass(frozen=True)
class Saved:
    """What a save did. `changes` is `{field: (before, after)}`; empty: nothing differed or was written."""

    id: int
    version: int
    changes: Mapping[str, tuple[Any, Any]]


class Missing(Exception):
    """There is no such record, or none that this person may see."""

    def __init__(self, entity: str, record_id: int | str):
        self.entity, self.record_id = entity, record_id
        super().__init__(f"There is no {entity} {record_id}.")


class Conflict(Exception):
    """Somebody else saved the record since the person opened it; nothing was written.

    `current`: the stored values now, `version`: their version.
    """

    def __init__(self, entity: str, record_id: int, version: int, current: Mapping[str, Any]):
        self.entity, self.record_id, self.version, self.current = entity, record_id, version, current
        super().__init__(
            f"{entity} {record_id} was changed by somebody else; it is at version {version} now."
        )


def save(
    work: Work,
    entity_key: str,
    values: Mapping[str, Any],
    *,
    policy: Policy,
    id: int | None = None,
    expected_version: int | None = None,
    fixed: Collection[str] = (),
) -> Saved:
    """Create (`id` None) or change one record; fields left out keep their value, or take their default when new.

    `values` are stored forms, or `Unresolved` references; a reference points to a record that `policy` shows, but in
    the `fixed` fields, whose values a definition gives and nobody chose. Raises Problems (pointers `/<field>`),
    Refused, Missing and, where `expected_version` is not the record's, Conflict.
    """
    entity = work.catalog.entity(entity_key)
    policy.require("create" if id is None else "update", entity_key)
    _refuse_unwritable(entity, values, policy, "create" if id is None else "update")
    wanted = references.resolve(work, entity, values, policy, record_id=id, fixed=fixed)
    if id is None:
        return _create(work, entity, wanted, policy)
    return _change(work, entity, id, wanted, policy=policy, expected_version=expected_version)


def delete(
    work: Work, entity_key: str, id: int, *, policy: Policy, expected_version: int | None = None
) -> None:
    """Delete one record; its history stays. Raises Problems where other records need it, Missing, Refused, Conflict."""
    entity = work.catalog.entity(entity_key)
    policy.require("delete", entity_key)
    current = _locked(work, entity, id, policy, "delete")
    if expected_version is not None and current.version != expected_version:
        raise Conflict(entity_key, id, current.version, current.values)
    references.let_go(work, entity, id)
    changes = {
        key: (value, None) for key, value in current.values.items() if value not in (None, frozenset())
    }
    batch = _open(work, entity, "deleted", Saved(id, current.version + 1, changes))
    about_to_write(work, batch)
    table = tables.of(work.catalog).table(entity_key)
    with explained(work, entity):
        work.connection.execute(sql_delete(table).where(table.c.id == id))
    tell(work, batch)


def _create(work: Work, entity: Entity, wanted: Mapping[str, Any], policy: Policy) -> Saved:
    values = {
        field.key: field.default
        for field in entity.fields.values()
        if field.default is not None and not field.is_computed
    }
    values = {**values, **wanted, **numbers.next_for(work, entity)}
    _refuse_missing(entity, values)
    table = tables.of(work.catalog).table(entity.key)
    row = {
        "version": 1,
        "created_at": work.now,
        "updated_at": work.now,
        **_columns(entity, values),
        **_empty_rollups(entity),
    }
    with explained(work, entity):
        record_id = work.connection.execute(insert(table).values(row).returning(table.c.id)).scalar_one()
    _write_tags(work, entity, record_id, {key: (None, value) for key, value in values.items()})
    within.require(work, entity, record_id, policy, "create")
    changes = {key: (None, value) for key, value in values.items() if value not in (None, frozenset())}
    saved = Saved(record_id, 1, changes)
    tell(work, _open(work, entity, "created", saved))
    return saved


def _change(
    work: Work,
    entity: Entity,
    record_id: int,
    wanted: Mapping[str, Any],
    *,
    policy: Policy,
    expected_version: int | None,
) -> Saved:
    current = _locked(work, entity, record_id, policy, "update")
    if expected_version is not None and current.version != expected_version:
        raise Conflict(entity.key, record_id, current.version, current.values)
    changes = {
        key: (current.values.get(key), value)
        for key, value in wanted.items()
        if _differs(current.values.get(key), value)
    }
    if not changes:
        return Saved(record_id, current.version, {})
    _refuse_missing(entity, {**current.values, **wanted}, only=frozenset(wanted))
    version = current.version + 1
    saved = Saved(record_id, version, changes)
    batch = _open(work, entity, "changed", saved)
    about_to_write(work, batch)
    table = tables.of(work.catalog).table(entity.key)
    row = {
        "version": version,
        "updated_at": work.now,
        **_columns(entity, {key: after for key, (_before, after) in changes.items()}),
    }
    with explained(work, entity):
        work.connection.execute(update(table).where(table.c.id == record_id).values(row))
    _write_tags(work, entity, record_id, changes)
    within.require(work, entity, record_id, policy, "update")
    tell(work, batch)
    return saved


def _locked(work: Work, entity: Entity, record_id: int, policy: Policy, action: str) -> Stored:
    """The record as it stands, held against other writers until the commit."""
    stored = [one.key for one in entity.fields.values() if one.is_stored]
    statement = row_select(work, entity, stored).where(
        tables.of(work.catalog).table(entity.key).c.id == record_id
    )
    statement = within.limit(work, entity, statement, policy, action).with_for_update(
        of=tables.of(work.catalog).table(entity.key)
    )
    row = work.connection.execute(statement).one_or_none()
    if row is None:
        raise Missing(entity.key, record_id)
    return read_row(entity, row, stored)


def _open(
    work: Work,
    entity: Entity,
    what: str,
    saved: Saved,
) -> Batch:
    """The batch, event and history rows of a write of one record."""
    connection = work.connection
    batch_id = events.open_batch(connection, entity.key, what, work.cause, at=work.now, records=1)
    connection.execute(
        insert(events.events).values(batch_id=batch_id, record_id=saved.id, version=saved.version)
    )
    row = {"entity": entity.key, "record_id": saved.id, "version": saved.version, "batch_id": batch_id}
    connection.execute(insert(history).values(changes=encode_changes(saved.changes, entity), **row))
    return Batch(batch_id, entity.key, what, frozenset(saved.changes), 1)


def _write_tags(work: Work, entity: Entity, record_id: int, changes: Mapping[str, tuple[Any, Any]]) -> None:
    for key, (before, after) in changes.items():
        if entity.fields[key].storage != "tags":
            continue
        link = tables.of(work.catalog).tags(entity.key, key)
        old, new = before or frozenset(), after or frozenset()
        if old - new:
            work.connection.execute(
                sql_delete(link).where(link.c.record_id == record_id, link.c.tag.in_(sorted(old - new)))
            )
        if new - old:
            source = (
                "import"
                if work.cause.kind == "import"
                else "rule"
                if work.cause.kind == "workflow"
                else "manual"
            )
            rows = [
                {"record_id": record_id, "tag": tag, "source": source, "run_id": work.cause.run}
                for tag in sorted(new - old)
            ]
            work.connection.execute(insert(link), rows)


def _columns(entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    own = {
        str(entity.fields[key].column): value for key, value in values.items() if entity.fields[key].column
    }
    return own | folds.columns_of(entity, values)


def _empty_rollups(entity: Entity) -> dict[str, Any]:
    """Count and sum of a record that has no children yet are 0, not empty."""
    facts = entity.facts
    return {
        str(field.column): 0
        for field in entity.fields.values()
        if (rollup := facts[field.key].rollup) is not None and rollup.aggregate in ("count", "sum")
    }


def _differs(before: Any, after: Any) -> bool:
    return (
        (before or None) != (after or None)
        if isinstance(before, frozenset) or isinstance(after, frozenset)
        else before != after
    )


def _refuse_unwritable(entity: Entity, values: Mapping[str, Any], policy: Policy, action: str) -> None:
    writable = policy.writable(entity, action)
    problems = []
    for key in values:
        if key not in entity.fields:
            problems.append(
                Problem("field.unknown", _("There is no field “{field}”."), {"field": key}, pointer(key))
            )
        elif entity.fields[key].is_computed:
            problems.append(
                Problem(
                    "field.computed",
                    _("“{field}” is worked out by the system and cannot be written."),
                    {"field": key},
                    pointer(key),
                )
            )
        elif key not in writable:
            problems.append(
                Problem("field.forbidden", _("You may not change “{field}”."), {"field": key}, pointer(key))
            )
    if problems:
        raise Problems(problems)


def _refuse_missing(entity: Entity, values: Mapping[str, Any], *, only: frozenset[str] | None = None) -> None:
    """Required fields must have a value; of an old record only those that are written now are asked for."""
    missing = [
        Problem("field.required", _("This field needs a value."), {}, pointer(field.key))
        for field in entity.fields.values()
        if field.required
        and not field.is_computed
        and (only is None or field.key in only)
        and values.get(field.key) in (None, frozenset())
    ]
    if missing:
        raise Problems(missing)
