"""Row rules of roles: which records a person may touch, inside the SQL of every read and write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

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
    rule = policy.rows(entity.key, action)
    if rule is None:
        return statement
    table = tables.of(work.catalog).table(entity.key)
    return statement.where(where(work, entity.key, table, [rule], policy))


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
