"""What stands at the ends of a rule: literals, fields, the context; and the conversions the checker puts in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, type_coerce

from builder.rules.dialects import INTEGER as INTEGER_SQL
from builder.rules.dialects import NUMBER as NUMBER_SQL
from builder.rules.dialects import SQL_TYPES, any_of, bound, bounded, member, shaped
from builder.rules.families import INTEGER, NUMBER, TAGS, TEXT
from builder.rules.limits import MAX_INTEGER
from builder.rules.names import Moment, Row, Type
from builder.rules.operators import quick
from builder.rules.operators.entry import Operator, Pieces, Slot, Speaker, Sql, Test, Writer
from builder.rules.tree import Closure, Node, Way
from schema_store.problems import _
from schema_store.texts import pick

# --- literals ---


def literal_node(value: Any, type_: Type, pointer: str = "") -> Node:
    """A literal in its stored form."""
    return Node("literal", type_, value is None, (), pointer, value, is_constant=True)


def _literal(node: Node, _args: list[Closure]) -> Closure:
    value = node.detail
    if isinstance(value, datetime) and value.tzinfo is None:
        return lambda _row, moment: in_zone(value, moment.zone)
    return lambda _row, _moment: value


@lru_cache(maxsize=512)
def in_zone(value: datetime, zone: ZoneInfo) -> datetime | None:
    """A time written without an offset, read on the zone's clock, in UTC."""
    try:
        return value.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        return None


def _constant(writer: Writer, node: Node) -> Sql:
    return bound(writer.constant(node), node.type)


# --- fields ---


def field_node(type_: Type, way: Way, pointer: str = "") -> Node:
    """A `var` that was found; empty where the record at the end of the way is absent."""
    source, is_stored = way.source, way.formula is None
    nullable = type_.name not in {"tags", "relation"} and (
        bool(way.hops) or way.fact is None or (is_stored and way.fact.is_nullable)
    )
    if source is not None:
        nullable = nullable or source.is_nullable
    return Node("var", type_, nullable, () if source is None else (source,), pointer, way)


def _field(node: Node, _args: list[Closure]) -> Closure:
    way: Way = node.detail
    key, hops = way.key, [key for key, _entity in way.hops]
    read = _reader(node.type)
    if not hops:
        own = quick.own_field(node)
        return quick.reading(own) if own is not None else lambda row, _moment: read(row, key)

    def follow(row: Row, _moment: Moment) -> Any:
        at: Row | None = row
        for hop in hops:
            at = at.one(hop)
            if at is None:
                return ABSENT.get(node.type.name)
        return read(at, key)

    return follow


ABSENT: dict[str, Any] = {"tags": frozenset(), "relation": ()}
"""What a field of an absent record is, where it is not simply empty."""


def _reader(type_: Type) -> Any:
    if type_.name == "relation":
        return lambda row, key: row.many(key)
    if type_.name == "tags":
        return lambda row, key: row.value(key) or frozenset()
    return lambda row, key: row.value(key)


def _field_closure(node: Node, args: list[Closure]) -> Closure:
    """The stored value; what a formula gives; for a rollup asked about an earlier day, that of its children then."""
    way: Way = node.detail
    if way.source is None:
        return _field(node, args)
    if node.type.name == "relation":
        return _children_then(_field(node, args), args[0])
    stored, work_out, hops = _field(node, args), args[0], [key for key, _entity in way.hops]
    is_stored = way.formula is None

    def worked_out(row: Row, moment: Moment) -> Any:
        if is_stored and not moment.is_past:
            return stored(row, moment)
        at: Row | None = row
        for hop in hops:
            at = at.one(hop)
            if at is None:
                return None
        return work_out(at, moment)

    return worked_out


def _children_then(children: Closure, was_there: Closure) -> Closure:
    """The child records; asked about an earlier day, those that are dated up to it."""

    def run(row: Row, moment: Moment) -> Any:
        rows = children(row, moment)
        return [child for child in rows if was_there(child, moment)] if moment.is_past else rows

    return run


def _field_sql(writer: Writer, node: Node) -> Sql:
    way: Way = node.detail
    if way.hops:
        beyond = _beyond(writer, way)
        found = select(beyond.value(onward(node))).where(beyond.column("id") == writer.column(way.hops[0][0]))
        return found.correlate_except(beyond.table).scalar_subquery()
    derived = way.derived(writer.moment)
    if derived is not None:
        return writer.value(derived)
    return type_coerce(writer.column(way.key), SQL_TYPES[node.type.name])


def _beyond(writer: Writer, way: Way) -> Writer:
    return writer.inside(way.hops[0][1])


def onward(node: Node) -> Node:
    """The same field, seen from behind its first hop."""
    return field_node(node.type, node.detail.onward(), node.pointer)


def _field_compared(writer: Writer, node: Node, sign: str, constant: Any, negated: bool) -> Pieces | None:
    way: Way = node.detail
    if way.hops:
        beyond = _beyond(writer, way)
        test = beyond.compared(onward(node), sign, constant, negated=False)
        return [through(writer, beyond, way, test, negated=negated)]
    derived = way.derived(writer.moment)
    if derived is None:
        return None
    if constant is True and sign == "==":  # a condition of its own, with the indexes that serve it
        return [writer.false(derived) if negated else writer.true(derived)]
    return writer.compared(derived, sign, constant, negated=negated)


def _field_emptied(writer: Writer, node: Node, negated: bool) -> Test:
    """Empty is what is not known to be there: an absent record counts as empty."""
    way: Way = node.detail
    if way.hops:
        beyond = _beyond(writer, way)
        there = beyond.emptied(onward(node), negated=True)
        return through(writer, beyond, way, [there], negated=not negated)
    derived = way.derived(writer.moment)
    if derived is not None:
        return writer.emptied(derived, negated=negated)
    column = writer.column(way.key)
    return column.is_not(None) if negated else column.is_(None)


def through(writer: Writer, beyond: Writer, way: Way, tests: Pieces, *, negated: bool) -> Test:
    """A condition on the record behind the first hop: the reference is one of those that meet it."""
    ids = select(beyond.column("id")).where(any_of(*tests)).correlate_except(beyond.table)
    return member(writer.column(way.hops[0][0]), ids, negated=negated)


# --- conversions that the checker puts in ---


def as_number(node: Node) -> Node:
    """The value as a double."""
    if node.type.name == "number":
        return node
    if node.op == "literal":
        value = None if node.detail is None else float(node.detail) / 10**node.type.scale
        return literal_node(value, NUMBER, node.pointer)
    return Node("as_number", NUMBER, node.is_nullable, (node,), node.pointer, is_constant=node.is_constant)


def _double(node: Node, args: list[Closure]) -> Closure:
    inner, divisor = args[0], 10 ** node.args[0].type.scale

    def read(row: Row, moment: Moment) -> float | None:
        value = inner(row, moment)
        return None if value is None else float(value) / divisor

    return read


def _double_sql(writer: Writer, node: Node) -> Sql:
    divisor = 10 ** node.args[0].type.scale
    return shaped(
        f"(CAST({{0}} AS REAL) / {divisor}.0)" if divisor > 1 else "CAST({0} AS REAL)",
        writer.value(node.args[0]),
        of=NUMBER_SQL,
        postgresql=f"(CAST({{0}} AS DOUBLE PRECISION) / {divisor})"
        if divisor > 1
        else "CAST({0} AS DOUBLE PRECISION)",
    )


def as_decimal(node: Node, scale: int) -> Node:
    """The value scaled by more digits; empty beyond ±(2^53-1)."""
    if node.type.scale == scale and node.type.name in {"integer", "decimal"}:
        return node
    wider = Type("decimal", scale=scale)
    return Node(
        "as_decimal", wider, True, (node,), node.pointer, 10 ** (scale - node.type.scale), node.is_constant
    )


def _widened(node: Node, args: list[Closure]) -> Closure:
    inner, factor = args[0], node.detail

    def widen(row: Row, moment: Moment) -> int | None:
        value = inner(row, moment)
        return None if value is None else within(value * factor)

    return widen


def within(value: int) -> int | None:
    """An exact result, empty beyond ±(2^53-1)."""
    return value if -MAX_INTEGER <= value <= MAX_INTEGER else None


def _widened_sql(writer: Writer, node: Node) -> Sql:
    value, factor = writer.value(node.args[0]), node.detail
    return bounded(
        shaped(
            f"({{0}} * {factor})", value, of=INTEGER_SQL, postgresql=f"(CAST({{0}} AS NUMERIC) * {factor})"
        )
    )


# --- the context ---

CONTEXT = {"$user.id": INTEGER, "$user.roles": TAGS, "$tz": TEXT, "$now": Type("datetime")}
"""Constant facts of the moment. Other `$user.…`, and all `$record.…`, take the type that stands beside them."""

SOURCES: dict[str, Callable[[Moment], Mapping[str, Any]]] = {
    "$user": lambda moment: moment.user,
    "$record": lambda moment: moment.record,
}
"""Where facts whose type the rule decides come from: `{name: value}`, numbers as int or Decimal."""


def is_loose(name: str) -> bool:
    """Whether a name of the context takes the type of the value beside it."""
    return name.partition(".")[0] in SOURCES and "." in name and name not in CONTEXT


def context_node(name: str, type_: Type, pointer: str) -> Node:
    return Node(
        "context", type_, type_.name != "tags" and name != "$now", (), pointer, name, is_constant=True
    )


def _context(node: Node, _args: list[Closure]) -> Closure:
    name: str = node.detail
    if name == "$now":
        return lambda _row, moment: moment.as_of
    if name == "$tz":
        return lambda _row, moment: moment.zone.key
    source, _dot, key = name.partition(".")
    given, read, type_ = SOURCES[source], CONTEXT_READERS[node.type.name], node.type
    return lambda _row, moment: read(given(moment).get(key), type_)


def _only(kind: type) -> ContextReader:
    """A value of exactly this sort: True is no number, and a moment no day."""
    return lambda value, _type: value if type(value) is kind and value != "" else None


def _exact(value: Any, type_: Type) -> int | None:
    """A number scaled as the value beside it; empty where it has more digits."""
    if type(value) not in (int, Decimal) or not Decimal(value).is_finite():
        return None
    whole, rest = divmod(Decimal(value).scaleb(type_.scale), 1)
    return within(int(whole)) if not rest else None


def _moment(value: Any, _type: Type) -> datetime | None:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else None


def _number_given(value: Any, _type: Type) -> float | None:
    return float(value) if type(value) in (int, float, Decimal) else None


def _texts(value: Any, _type: Type) -> frozenset[str]:
    return (
        frozenset(item for item in value if isinstance(item, str))
        if isinstance(value, (list, tuple, set, frozenset))
        else frozenset()
    )


ContextReader = Callable[[Any, Type], Any]
CONTEXT_READERS: dict[str, ContextReader] = {
    "integer": _exact,
    "decimal": _exact,
    "number": _number_given,
    "ref": _only(int),
    "text": _only(str),
    "enum": _only(str),
    "boolean": _only(bool),
    "date": _only(date),
    "datetime": _moment,
    "tags": _texts,
}
"""A wrong sort of value in the context is an empty one."""


# --- sentences ---


def _said_field(speaker: Speaker, node: Node, _negated: bool) -> str:
    """The labels on the way: "Store’s Region"."""
    way: Way = node.detail
    labels = [pick(label, speaker.language, way.key) for label in way.labels or (way.key,)]
    return speaker.template(node, "of ").join(labels)


def said_value(value: Any, type_: Type, language: str, labels: Any = None) -> str:
    """A stored value in words: decimals with their point, options by their labels."""
    chinese = language.startswith("zh")
    if isinstance(value, tuple):  # a list to look in
        values, has_empty = value
        words = [said_value(one, type_, language, labels) for one in _in_order(values, type_)] + [
            said_value(None, type_, language)
        ] * has_empty
        return ("、" if chinese else ", ").join(words) or said_value(None, type_, language)
    if value is None:
        return "空" if chinese else "empty"
    if isinstance(value, bool):
        return ("是" if value else "否") if chinese else ("yes" if value else "no")
    if isinstance(value, frozenset):
        return ("、" if chinese else ", ").join(f"“{one}”" for one in sorted(value)) or said_value(
            None, type_, language
        )
    if isinstance(value, str):
        return f"“{pick(labels.get(value), language, value) if labels else value}”"
    if type_.scale:
        return str(Decimal(value).scaleb(-type_.scale))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _in_order(values: Any, type_: Type) -> list[Any]:
    if type_.options:
        return [one for one in type_.options if one in values]
    return sorted(values, key=datetime.isoformat if type_.name == "datetime" else None)


def _said_literal(speaker: Speaker, node: Node, _negated: bool) -> str:
    return said_value(node.detail, node.type, speaker.language)


def _said_context(speaker: Speaker, node: Node, _negated: bool) -> str:
    words = {
        "$now": ("now", "现在"),
        "$user.id": ("the current user", "当前用户"),
        "$user.roles": ("the current user’s roles", "当前用户的角色"),
    }
    source, _dot, key = node.detail.partition(".")
    of_english, of_chinese = OWNERS.get(source, ("", ""))
    english, chinese = words.get(node.detail, (f"{of_english} {key}", f"{of_chinese}{key}"))
    return chinese if speaker.language.startswith("zh") else english


OWNERS = {"$user": ("the current user’s", "当前用户的"), "$record": ("the current record’s", "当前记录的")}
_VALUE = {"en": "{0}", "zh": "{0}"}

ENTRIES = (
    Operator(
        key="literal",
        name="",
        group="leaf",
        slots=(),
        gives=TEXT,
        yields=(),
        empty="own",
        rule_of_empty=_("Empty only when written as null."),
        python=_literal,
        sentence=_VALUE,
        weight=0,
        say=_said_literal,
        value=_constant,
        is_constant=True,
        example=1,
    ),
    Operator(
        key="var",
        name="var",
        group="leaf",
        slots=(Slot("name"),),
        gives=TEXT,
        yields=(),
        empty="own",
        rule_of_empty=_("Empty when the field is, or when the record it is read from is absent."),
        python=_field_closure,
        sentence=_VALUE | {"of en": "’s ", "of zh": "的"},
        weight=0,
        say=_said_field,
        value=_field_sql,
        compared=_field_compared,
        emptied=_field_emptied,
        example={"var": "store.region"},
    ),
    Operator(
        key="context",
        name="",
        group="leaf",
        slots=(),
        gives=TEXT,
        yields=(),
        empty="own",
        rule_of_empty=_("Empty when the moment has no such fact."),
        python=_context,
        sentence=_VALUE,
        weight=0,
        say=_said_context,
        value=_constant,
        is_constant=True,
        example={"var": "$user.id"},
    ),
    Operator(
        key="as_number",
        name="",
        group="leaf",
        slots=(Slot("number"),),
        gives=NUMBER,
        yields=(),
        empty="any",
        rule_of_empty=_("Empty when the number is."),
        python=_double,
        sentence=_VALUE,
        weight=0,
        value=_double_sql,
        example=1,
    ),
    Operator(
        key="as_decimal",
        name="",
        group="leaf",
        slots=(Slot("exact"),),
        gives=INTEGER,
        yields=(),
        empty="own",
        rule_of_empty=_("Empty when the number is, or is too large."),
        python=_widened,
        sentence=_VALUE,
        weight=0,
        value=_widened_sql,
        example=1,
    ),
)
