"""Row rules of roles: which records a person may touch, inside the SQL of every read and write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, select

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.records import tables
from builder.records.conditions import where
from builder.rules.rule import Rule
from builder.work import Work
from schema_store.problems import Problem, Problems, _


def limit(
    work: Work, entity: Entity, statement: Select[Any], policy: Policy, action: str = "read"
) -> Select[Any]:
    """`statement` over the entity's table, kept to the rows on which `policy` allows `action`."""
    shown = rows(work, entity.key, tables.of(work.catalog).table(entity.key), policy, action)
    return statement if shown is None else statement.where(shown)


def rows(
    work: Work, entity: str, table: FromClause, policy: Policy, action: str = "read"
) -> ColumnElement[bool] | None:
    """The rows of `table` (the entity's, or an alias) on which `policy` allows `action`; None: all of them."""
    rule = policy.rows(entity, action)
    return None if rule is None else where(work, entity, table, [rule], policy)


def seen(work: Work, policy: Policy) -> Seen:
    """The tables as somebody sees them: what they ask by way of references and relations is asked of these rows."""
    return Seen(work, policy)


class Seen:
    """Tables whose aliases hold the rows that `policy` shows; all other records do not exist for who asks."""

    def __init__(self, work: Work, policy: Policy):
        self._work, self._policy, self._known = work, policy, tables.of(work.catalog)

    def table(self, entity: str, *, alias: bool = False) -> FromClause:
        plain: FromClause = self._known.table(entity, alias=alias)
        shown = rows(self._work, entity, plain, self._policy) if alias else None
        return plain if shown is None else select(plain).where(shown).subquery()

    def column(self, table: FromClause, entity: str, key: str) -> ColumnElement[Any]:
        return self._known.column(table, entity, key)

    def folded(self, table: FromClause, entity: str, key: str) -> ColumnElement[Any] | None:
        return self._known.folded(table, entity, key)

    def tags(self, entity: str, key: str) -> FromClause:
        return self._known.tags(entity, key)


def require(work: Work, entity: Entity, record_id: int, policy: Policy, action: str) -> None:
    """After a write: the person must still be allowed to do this to the record. Raises Problems (nothing is kept)."""
    if policy.rows(entity.key, action) is None:
        return
    table = tables.of(work.catalog).table(entity.key)
    if (
        work.connection.execute(
            limit(work, entity, select(table.c.id).where(table.c.id == record_id), policy, action)
        ).first()
        is None
    ):
        raise Problems(
            Problem("row.outside", _("With these values the record would be outside what you may work on."))
        )


def refuse_hidden(work: Work, rule: Rule, policy: Policy, pointer: str = "") -> None:
    """A person may not ask about fields that they may not read: the answer would tell their values.

    Raises Problems at `pointer`, worded as for a field that does not exist.
    """
    for _entity, key in hidden_of(work, rule, policy):
        raise Problems(Problem("field.unknown", _("There is no field “{field}”."), {"field": key}, pointer))


def hidden_of(work: Work, rule: Rule, policy: Policy) -> list[tuple[str, str]]:
    """The (entity, field) pairs that a rule reads and this person may not."""
    if policy.is_everything:
        return []
    return [(of, key) for of, key in rule.reads if _is_hidden(work.catalog.entities[of], key, policy)]


def _is_hidden(entity: Entity, key: str, policy: Policy) -> bool:
    return not policy.may("read", entity.key) or (key in entity.fields and key not in policy.readable(entity))
