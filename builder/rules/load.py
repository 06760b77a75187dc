"""How deep the SQL of a rule nests. SQLite's parser holds a hundred things at once, which a few rules reach.

Most rules stay far below that, which adding up their operators shows; of the others the SQL is written and measured.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import FromClause, column, select, table
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.elements import ColumnElement

from builder.rules import to_sql
from builder.rules.names import Moment, Names
from builder.rules.rule import Rule
from builder.rules.tree import Node

MAX_LOAD = 80
"""Of 60,000 drawn rules the least that SQLite refused had 87."""
WEIGHTS = {
    **dict.fromkeys(("var", "literal", "context", "today", "now"), 0),
    **dict.fromkeys(("!", "!!"), 1),
    **dict.fromkeys(("and", "or"), 3),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in.list", "count", "days_since"), 6),
    **dict.fromkeys(("date_diff", "substr"), 12),
    **dict.fromkeys(("if", "avg", "date_of"), 16),
    **dict.fromkeys(("+", "-", "*", "round", "as_decimal", "cat"), 22),
    **dict.fromkeys(("sum", "date_add"), 36),
}
"""What an operator adds, at most, to the load of its heaviest argument; a test holds it against the SQL itself."""
OTHERS, HOP = 9, 4

_CONSTRUCT = re.compile(r"\bCASE\b|\bEND\b|\w+ ?\(|\(|\)")
_ENDS, _BRACKETS = frozenset({")", "END"}), frozenset({"(", "AND (", "OR ("})
_CALL, _BRACKET, _CASE = 4, 2, 5
"""What each open construct keeps on the parser's stack, about."""
_DIALECT = sqlite.dialect()


def is_too_deep(rule: Rule, names: Names, moments: tuple[Moment, ...]) -> bool:
    """Whether a rule nests deeper than every database can read."""
    if expected(rule.tree) <= MAX_LOAD:
        return False
    sketch = _Sketch(names)
    return any(load(text) > MAX_LOAD for moment in moments for text in _written(rule, sketch, moment))


def _written(rule: Rule, sketch: _Sketch, moment: Moment) -> list[str]:
    rows = sketch.table(rule.entity)
    forms: list[ColumnElement[Any]] = [to_sql.value(rule, rows, sketch, moment)]
    if rule.is_condition:
        forms = [to_sql.condition(rule, rows, sketch, moment, negated=negated) for negated in (False, True)]
    return [str(select(form).compile(dialect=_DIALECT)) for form in forms]


def expected(node: Node) -> int:
    """The load of a tree's SQL by its operators, formulas and earlier rollups included; more than it is."""
    own = WEIGHTS.get(node.op, OTHERS)
    if node.op == "var":
        own += HOP * len(node.detail.hops)
    return own + max(map(expected, node.args), default=0)


def load(sql: str) -> int:
    """The most that is open at once in an SQL text, weighed."""
    most, open_now = 0, [0]
    for word in _CONSTRUCT.findall(sql):
        if word in _ENDS:
            open_now.pop()
            continue
        own = _CASE if word == "CASE" else _BRACKET if word in _BRACKETS else _CALL
        open_now.append(open_now[-1] + own)
        most = max(most, open_now[-1])
    return most


class _Sketch:
    """Tables as names alone say they are: enough to write SQL, not to run it."""

    def __init__(self, names: Names):
        self._names = names

    def table(self, entity: str, *, alias: bool = False) -> Any:
        sketched = table(f"rec_{entity}", *(column(key) for key in self._names.facts(entity)))
        return sketched.alias() if alias else sketched

    def column(self, of: FromClause, _entity: str, key: str) -> ColumnElement[Any]:
        return of.c[key]

    def folded(self, of: FromClause, _entity: str, key: str) -> ColumnElement[Any]:
        return of.c[key]

    def tags(self, entity: str, key: str) -> Any:
        return table(f"tag_{entity}_{key}", column("record_id"), column("tag"))
