"""Leases by the database's clock, so that hosts whose clocks differ agree on when a dead one's work is free."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Float, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from builder.database import Moment

RUN_S = 60.0
"""How long a process may be silent in a run; a chunk takes about a second."""


class later(FunctionElement[Any]):  # noqa: N801 - reads as a SQL function
    """The database's present moment plus that many seconds."""

    type = Moment()
    inherit_cache = True

    def __init__(self, seconds: float):
        super().__init__(literal(float(seconds), Float()))


@compiles(later, "sqlite")
def _sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    # Six digits, as SQLAlchemy stores moments: their texts must compare.
    seconds = compiler.process(element.clauses, **kw)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', {seconds} || ' seconds')"


@compiles(later, "postgresql")
def _postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    seconds = compiler.process(element.clauses, **kw)
    return f"(clock_timestamp() + make_interval(secs => {seconds}))"


def is_free(lease_until: ColumnElement[Any]) -> ColumnElement[bool]:
    """Nobody holds it, or whoever did has fallen silent."""
    return or_(lease_until.is_(None), lease_until < later(0))
