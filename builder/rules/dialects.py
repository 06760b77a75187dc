"""SQL that SQLite and PostgreSQL spell differently: one construct with a template for each."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    ColumnClause,
    ColumnElement,
    Date,
    Double,
    Select,
    TypeCoerce,
    and_,
    false,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

from builder.database import Moment as MomentType
from builder.database import PlainText
from builder.rules.limits import MAX_INTEGER
from builder.rules.names import Type

BOOLEAN, INTEGER, NUMBER, DATE = Boolean(), BigInteger(), Double(), Date()
MOMENT, TEXT = MomentType(), PlainText

SQL_TYPES: dict[str, TypeEngine[Any]] = {
    "boolean": BOOLEAN,
    "integer": INTEGER,
    "decimal": INTEGER,
    "ref": INTEGER,
    "number": NUMBER,
    "text": TEXT,
    "enum": TEXT,
    "date": DATE,
    "datetime": MOMENT,
    "null": INTEGER,
}
"""Binds carry these types, so PostgreSQL never sees an integer as INTEGER nor a text as unknown."""


class Shaped(FunctionElement[Any]):
    """An expression of constant templates over arguments `{0}`, `{1}` …, one template per database.

    A template must stand alone: a call, or wrapped in brackets. It is never made of a user's text.
    """

    inherit_cache = True
    name = "shaped"
    _traverse_internals = [  # noqa: RUF012 - the shape SQLAlchemy asks for
        *FunctionElement._traverse_internals,  # noqa: SLF001
        ("on_sqlite", InternalTraversal.dp_string),
        ("on_postgresql", InternalTraversal.dp_string),
    ]

    def __init__(self, on_sqlite: str, on_postgresql: str, args: tuple[Any, ...], of: TypeEngine[Any]):
        self.on_sqlite = on_sqlite
        self.on_postgresql = on_postgresql
        self.type = of
        super().__init__(*args)


@compiles(Shaped, "sqlite")
def _on_sqlite(element: Shaped, compiler: Any, **options: Any) -> str:
    return _filled(element.on_sqlite, element, compiler, options)


@compiles(Shaped)
def _on_postgresql(element: Shaped, compiler: Any, **options: Any) -> str:
    return _filled(element.on_postgresql, element, compiler, options)


def _filled(template: str, element: Shaped, compiler: Any, options: dict[str, Any]) -> str:
    """Arguments that the template does not mention belong to the other database."""
    spelled = [
        compiler.process(arg, **options) if f"{{{at}}}" in template else ""
        for at, arg in enumerate(element.clauses)
    ]
    return template.format(*spelled)


def shaped(
    template: str, *args: Any, of: TypeEngine[Any], postgresql: str = "", repeats: bool = False
) -> ColumnElement[Any]:
    """An expression of `template`; `postgresql` where PostgreSQL spells it differently.

    An argument that is more than a column and stands in the template more than once is worked out once, in a
    subquery, so that nesting does not multiply the text; `repeats` where that may not be (inside an aggregate).
    """
    other = postgresql or template
    if not repeats:
        template, other = _once(template, args, ""), _once(other, args, " OFFSET 0")
    return Shaped(template, other, args, of)


def _once(template: str, args: tuple[Any, ...], fence: str) -> str:
    """The template over a small table of its arguments. PostgreSQL needs a fence, or it puts the copies back."""
    if not any(template.count(f"{{{at}}}") > 1 and not _is_simple(arg) for at, arg in enumerate(args)):
        return template
    named = template.format(*[f"given.v{at}" for at in range(len(args))])
    columns = ", ".join(f"{{{at}}} AS v{at}" for at in range(len(args)))
    return f"(SELECT {named} FROM (SELECT {columns}{fence}) AS given)"  # noqa: S608 - our own template


def _is_simple(arg: Any) -> bool:
    return isinstance(arg, (ColumnClause, BindParameter)) or (
        isinstance(arg, TypeCoerce) and _is_simple(arg.clause)
    )


def holds(template: str, *args: Any, postgresql: str = "") -> ColumnElement[bool]:
    """A condition of `template`."""
    return shaped(template, *args, of=BOOLEAN, postgresql=postgresql)


def bound(value: Any, type_: Type) -> ColumnElement[Any]:
    """`value` (a stored form) as a bind of its type."""
    return literal(value, SQL_TYPES[type_.name])


def bounded(expression: ColumnElement[Any]) -> ColumnElement[Any]:
    """An integer expression, empty where it lies beyond ±(2^53-1). One copy of it, so nesting does not explode.

    PostgreSQL's LEAST and GREATEST skip nulls: null becomes a bound, and both bounds become null.
    """
    limit = MAX_INTEGER + 1
    return shaped(
        f"nullif(nullif(min(max({{0}}, -{limit}), {limit}), -{limit}), {limit})",
        expression,
        of=INTEGER,
        postgresql=f"CAST(NULLIF(NULLIF(LEAST(GREATEST({{0}}, -{limit}), {limit}), -{limit}), {limit}) AS BIGINT)",
    )


def all_of(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return conditions[0] if len(conditions) == 1 else and_(true(), *conditions)


def any_of(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return conditions[0] if len(conditions) == 1 else or_(false(), *conditions)


def otherwise(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The exact complement of a condition that may be null, with one copy of it; no index can serve it."""
    return holds("(CASE WHEN {0} THEN 0 ELSE 1 END = 1)", condition)


def member(
    owner: ColumnElement[Any], ids: Select[Any], *, negated: bool = False, nullable: bool = True
) -> ColumnElement[bool]:
    """`owner` is one of `ids` (a select of one column without nulls), or with `negated` exactly not.

    PostgreSQL gets NOT EXISTS for the latter: its NOT IN over many ids is a scan for each row.
    """
    if not negated:
        return owner.in_(ids)
    listed = ids.subquery()
    absent = select(literal(1, INTEGER)).where(next(iter(listed.c)) == owner)
    outside = owner.not_in(ids)
    if nullable:
        outside = or_(outside, owner.is_(None))
    return holds(
        "({0})", outside, absent.correlate_except(listed).scalar_subquery(), postgresql="(NOT EXISTS {1})"
    )
