"""Rule documents over an entity as SQL conditions: checked once per catalog, compiled for a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, false, true

from builder.access.policy import Policy
from builder.catalog import Catalog
from builder.records import tables
from builder.rules.check import Rule, check
from builder.rules.names import Moment
from builder.rules.to_sql import Tables, condition
from builder.work import Work
from schema_store import strict_json


def checked(catalog: Catalog, entity: str, document: Any, *, wanted: Any = "condition") -> Rule:
    """The checked rule of a document, kept with the catalog. Raises Problems."""
    name = ("records.rule", entity, str(wanted), strict_json.write(document))
    return catalog.cached(name, lambda: check(document, catalog, entity, wanted=wanted))


def where(
    work: Work,
    entity: str,
    table: FromClause,
    documents: Iterable[Any],
    policy: Policy,
    *,
    known: Tables | None = None,
) -> ColumnElement[bool]:
    """All of the documents as one SQL condition over `table`, `$user` being whom `policy` is for; none give true.

    `known`: the tables that are meant, where it is not all of their records (`within.seen`).
    """
    known, moment = known or tables.of(work.catalog), moment_of(work, policy)
    parts: list[ColumnElement[bool]] = []
    for document in documents:
        if document is False:
            return false()
        if document is not True:
            parts.append(condition(checked(work.catalog, entity, document), table, known, moment))
    return and_(*parts) if parts else true()


def moment_of(work: Work, policy: Policy) -> Moment:
    """The moment at which a person asks: `$user` is they."""
    return replace(work.moment, user=policy.person)
