"""Rollups: kept in the parent's row, recomputed for the touched parents in the child's own transaction.

Always recomputed whole for a parent (never plus and minus: edits, refunds and moves drift), for all touched
parents in one statement per child entity, and written only where something differs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    Subquery,
    Table,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy import cast as sql_cast

from builder.catalog import Catalog, Entity
from builder.database import metadata
from builder.fields.contract import Field
from builder.records import tables
from builder.records.listeners import Batch
from builder.records.sql import affected
from builder.rules.check import check
from builder.rules.names import Fact, Rollup
from builder.rules.to_sql import condition
from builder.work import Work

Parents = Select[Any] | CompoundSelect[Any]
"""Ids of parents, one column."""

moved_parents = Table(
    "moved_parent",
    metadata,
    Column("batch_id", BigInteger, primary_key=True),
    Column("relation", Integer, primary_key=True),
    Column("parent_id", BigInteger, primary_key=True),
    sqlite_with_rowid=False,
)
"""Scratch rows of one transaction: the parents that a batch's records leave. Emptied before the commit."""


@dataclass(frozen=True)
class Follow:
    """All rollups of `parent` over one relation to the child entity `child` through its reference `via`.

    `reads`: the child's fields on which they depend, the reference itself among them.
    """

    number: int
    parent: Entity
    child: Entity
    via: Field
    rollups: tuple[tuple[Field, Fact], ...]
    reads: frozenset[str]


class Rollups:
    """The write listener that keeps rollups true."""

    def before(self, work: Work, batch: Batch) -> None:
        """Remember the parents that records are about to leave, by moving or by going."""
        for follow in _concerned(work.catalog, batch):
            if batch.what == "deleted" or (batch.what == "changed" and follow.via.key in batch.fields):
                parents = _parents(work, batch, follow).subquery()
                rows = select(literal(batch.id, BigInteger), literal(follow.number), next(iter(parents.c)))
                work.connection.execute(
                    insert(moved_parents).from_select(["batch_id", "relation", "parent_id"], rows)
                )

    def written(self, work: Work, batch: Batch) -> None:
        for follow in _concerned(work.catalog, batch):
            left = (moved_parents.c.batch_id == batch.id) & (moved_parents.c.relation == follow.number)
            parents = _parents(work, batch, follow)
            if batch.what == "deleted" or follow.via.key in batch.fields:
                parents = union(parents, select(moved_parents.c.parent_id).where(left))
            recompute(work, follow, parents)
            if batch.what != "created":
                work.connection.execute(delete(moved_parents).where(left))


def _concerned(catalog: Catalog, batch: Batch) -> list[Follow]:
    of_child = [follow for follow in follows(catalog) if follow.child.key == batch.entity]
    return (
        of_child
        if batch.what != "changed"
        else [follow for follow in of_child if batch.fields & follow.reads]
    )


def _parents(work: Work, batch: Batch, follow: Follow) -> Select[Any]:
    """The distinct parents to which the batch's records belong as they stand now."""
    child = tables.of(work.catalog).table(follow.child.key)
    return select(child.c[follow.via.column]).where(_of_batch(work, batch, follow)).distinct()


def _of_batch(work: Work, batch: Batch, follow: Follow) -> ColumnElement[bool]:
    child = tables.of(work.catalog).table(follow.child.key)
    return child.c.id.in_(batch.ids) & child.c[follow.via.column].is_not(None)


def follows(catalog: Catalog) -> list[Follow]:
    """Every (parent, relation) that has stored rollups, numbered in a stable order."""
    return catalog.cached("records.rollups", lambda: _follows(catalog))


def _follows(catalog: Catalog) -> list[Follow]:
    found: list[Follow] = []
    for parent in catalog.entities.values():
        by_relation: dict[str, list[tuple[Field, Fact]]] = {}
        for field in parent.fields.values():
            fact = parent.facts[field.key]
            if fact.rollup:
                by_relation.setdefault(fact.rollup.relation, []).append((field, fact))
        for relation_key, rollups in by_relation.items():
            relation = parent.relations[relation_key]
            child = catalog.entities[relation.entity]
            reads = frozenset(
                {relation.via}.union(
                    *(_reads(catalog, child, fact.rollup) for _field, fact in rollups if fact.rollup)
                )
            )
            found.append(Follow(len(found), parent, child, child.fields[relation.via], tuple(rollups), reads))
    return found


def _reads(catalog: Catalog, child: Entity, rollup: Rollup) -> set[str]:
    read = {key for key in (rollup.of, rollup.dated_by) if key}
    if rollup.where is not None:
        read |= {key for entity, key in check(rollup.where, catalog, child.key).reads if entity == child.key}
    return read


def recompute(work: Work, follow: Follow, parents: Parents) -> int:
    """Recompute the rollups of the given parents (a Select of ids); how many rows differed and were written."""
    known = tables.of(work.catalog)
    parent = known.table(follow.parent.key)
    fresh = _aggregated(work, follow, parents)
    columns = [(parent.c[field.column], fresh.c[field.key], fact) for field, fact in follow.rollups]
    values = {column.name: _or_nothing(value, fact) for column, value, fact in columns}
    differs = or_(*(column.is_distinct_from(_or_nothing(value, fact)) for column, value, fact in columns))
    statement = update(parent).values(values).where(parent.c.id == fresh.c.parent_id, differs)
    return affected(work.connection, statement)


def _aggregated(work: Work, follow: Follow, parents: Parents) -> Subquery:
    """One row per parent id: parent_id and one column per rollup; parents without children are there, empty."""
    known = tables.of(work.catalog)
    asked, child = parents.subquery(), known.table(follow.child.key, alias=True)
    asked_id = next(iter(asked.c))
    columns = [
        _aggregate(work, follow, child, field, fact).label(field.key) for field, fact in follow.rollups
    ]
    return (
        select(asked_id.label("parent_id"), *columns)
        .select_from(asked.outerjoin(child, child.c[follow.via.column] == asked_id))
        .group_by(asked_id)
        .subquery("fresh")
    )


def _aggregate(work: Work, follow: Follow, child: Any, field: Field, fact: Fact) -> ColumnElement[Any]:
    rollup = cast(Rollup, fact.rollup)
    known = tables.of(work.catalog)
    value = known.column(child, follow.child.key, rollup.of) if rollup.of else child.c.id
    if rollup.where is not None:
        rule = check(rollup.where, work.catalog, follow.child.key)
        value = case((condition(rule, child, known, work.moment), value))
    if rollup.aggregate == "avg":
        return field.type.average(func.sum(value), func.count(value), field.settings)
    found = getattr(func, rollup.aggregate)(value)
    return (
        sql_cast(found, BigInteger) if rollup.aggregate == "sum" else found
    )  # PostgreSQL sums bigints as numeric


def _or_nothing(value: ColumnElement[Any], fact: Fact) -> ColumnElement[Any]:
    """Count and sum of no rows are 0; min, max and avg of no rows are empty."""
    return func.coalesce(value, 0) if fact.rollup and fact.rollup.aggregate in ("count", "sum") else value


def recompute_all(work: Work, entity_keys: Iterable[str] | None = None) -> int:
    """Recompute every rollup (of the parents named): after a rollup was added, and for `check`."""
    wanted = set(entity_keys) if entity_keys is not None else None
    changed = 0
    for follow in follows(work.catalog):
        if wanted is None or follow.parent.key in wanted:
            changed += recompute(work, follow, select(tables.of(work.catalog).table(follow.parent.key).c.id))
    return changed
