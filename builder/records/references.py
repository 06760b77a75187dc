"""References: from what people write (a key, an id) to the id of a record that is there; and letting go of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from builder.access.policy import Policy
from builder.catalog import Catalog, Entity
from builder.fields.contract import BadValue, Field, Unresolved
from builder.records import bulk, tables, within
from builder.work import Work
from schema_store.problems import Problem, Problems, _, pointer


def of_entity(entity: Entity) -> list[Field]:
    """The entity's stored reference fields."""
    return [one for one in entity.fields.values() if one.column and one.settings.get("to")]


def resolve(
    work: Work,
    entity: Entity,
    values: Mapping[str, Any],
    policy: Policy,
    *,
    record_id: int | None = None,
    fixed: Collection[str] = (),
) -> dict[str, Any]:
    """`values` with every Unresolved reference as an id. Raises Problems for one that points to nothing.

    What `policy` does not show is nothing, but the record (None: a new one) may go on pointing to it, and so may
    the `fixed` fields, whose values a definition gives.
    """
    resolved, problems = dict(values), []
    for one in of_entity(entity):
        wanted = values.get(one.key)
        if wanted is None:
            continue
        found = ids(work, one, [wanted], Policy.operator() if one.key in fixed else policy).get(wanted)
        if found is None and record_id is not None and _points_to(work, one, record_id, wanted):
            found = wanted
        if found is None:
            problems.append(missing(one, wanted).at(pointer(one.key)))
        resolved[one.key] = found
    if problems:
        raise Problems(problems)
    return resolved


def _points_to(work: Work, one: Field, record_id: int, wanted: Any) -> bool:
    table = tables.of(work.catalog).table(one.entity)
    held = select(table.c[one.column]).where(table.c.id == record_id)
    return work.connection.execute(held).scalar() == wanted


def ids(work: Work, one: Field, wanted: Iterable[Any], policy: Policy) -> dict[Any, int]:
    """`{id or Unresolved: id}` of those that exist and that `policy` shows, by one statement a sort."""
    target = work.catalog.entity(one.settings["to"])
    table = tables.of(work.catalog).table(target.key)
    found: dict[Any, int] = {}
    numbers = {value for value in wanted if not isinstance(value, Unresolved)}
    if numbers:
        there = within.limit(work, target, select(table.c.id).where(table.c.id.in_(numbers)), policy)
        found |= {row.id: row.id for row in work.connection.execute(there)}
    texts = {value: _key(target, value) for value in wanted if isinstance(value, Unresolved)}
    if texts and target.key_field:
        key = tables.of(work.catalog).column(table, target.key, target.key_field)
        asked = {value for value in texts.values() if value is not None}
        named: Any = select(key, table.c.id).where(key.in_(asked))
        rows: Any = work.connection.execute(within.limit(work, target, named, policy))
        by_key: dict[Any, int] = {row[0]: row[1] for row in rows}
        found |= {value: by_key[text] for value, text in texts.items() if text in by_key}
    return found


def _key(target: Entity, wanted: Unresolved) -> Any:
    """The stored value of the key that was written; None where it cannot be one, or another field was named."""
    if target.key_field is None or wanted.named not in ("", target.key_field):
        return None
    one = target.fields[target.key_field]
    try:
        return one.type.from_text(wanted.key_value, one.settings)
    except BadValue:
        return None


def missing(one: Field, wanted: Any) -> Problem:
    """The problem of a reference that points to nothing, or names a field that is not the other's key."""
    said = wanted.key_value if isinstance(wanted, Unresolved) else wanted
    if isinstance(wanted, Unresolved) and wanted.named:
        template = _("There is no {entity} whose key “{field}” is “{value}”.")
        params = {"entity": one.settings["to"], "field": wanted.named, "value": said}
        return Problem("reference.missing", template, params)
    return Problem(
        "reference.missing",
        _("There is no {entity} “{value}”."),
        {"entity": one.settings["to"], "value": said},
    )


def let_go(work: Work, entity: Entity, record_id: int) -> None:
    """Before a record is deleted: clear the references that may be cleared, refuse where others need it."""
    problems = []
    for other, one in pointing_to(work.catalog, entity):
        table = tables.of(work.catalog).table(other.key)
        holders = select(table.c.id).where(table.c[one.column] == record_id)
        if one.settings.get("on_delete") == "clear":
            bulk.write(work, other.key, holders, bulk.Changes(set={one.key: None}))
        elif work.connection.execute(holders.limit(1)).first():
            problems.append(
                Problem(
                    "reference.needed",
                    _("Records of “{entity}” still point to this one; delete or change them first."),
                    {"entity": other.key},
                )
            )
    if problems:
        raise Problems(problems)


def pointing_to(catalog: Catalog, entity: Entity) -> list[tuple[Entity, Field]]:
    """Every reference field, of any entity, that points to `entity`."""
    return [
        (other, one)
        for other in catalog.entities.values()
        for one in of_entity(other)
        if one.settings["to"] == entity.key
    ]
