"""Types seen as families: which values may meet, and how a written literal becomes a stored value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from builder.rules.limits import MAX_INTEGER
from builder.rules.names import Type
from schema_store.problems import _

BOOLEAN, INTEGER, NUMBER, TEXT = Type("boolean"), Type("integer"), Type("number"), Type("text")
DATE, DATETIME, TAGS, NULL = Type("date"), Type("datetime"), Type("tags"), Type("null")

MAX_SCALE = 9

MEMBERS: dict[str, frozenset[str]] = {
    "condition": frozenset({"boolean"}),
    "boolean": frozenset({"boolean"}),
    "integer": frozenset({"integer"}),
    "exact": frozenset({"integer", "decimal"}),
    "number": frozenset({"integer", "decimal", "number"}),
    "text": frozenset({"text", "enum"}),
    "plain": frozenset({"text"}),
    "label": frozenset({"text", "enum", "integer"}),
    "date": frozenset({"date"}),
    "datetime": frozenset({"datetime"}),
    "moment": frozenset({"date", "datetime"}),
    "tags": frozenset({"tags"}),
    "ref": frozenset({"ref"}),
    "relation": frozenset({"relation"}),
    "ordered": frozenset({"integer", "decimal", "number", "text", "date", "datetime"}),
    "measure": frozenset({"integer", "decimal", "number", "date", "datetime"}),
    "any": frozenset({"boolean", "integer", "decimal", "number", "text", "enum", "date", "datetime", "ref"}),
    "known": frozenset(
        {
            "boolean",
            "integer",
            "decimal",
            "number",
            "text",
            "enum",
            "date",
            "datetime",
            "ref",
            "tags",
            "relation",
        }
    ),
}
"""Which types fit a slot that wants a family."""

FAMILY = {
    "boolean": "boolean",
    "integer": "number",
    "decimal": "number",
    "number": "number",
    "text": "text",
    "enum": "text",
    "date": "date",
    "datetime": "datetime",
    "ref": "ref",
    "tags": "tags",
    "relation": "relation",
}

WORDS = {
    "condition": _("a condition"),
    "boolean": _("yes or no"),
    "integer": _("a whole number"),
    "decimal": _("a number"),
    "exact": _("a number that is not a quotient"),
    "number": _("a number"),
    "text": _("a text"),
    "plain": _("a text"),
    "label": _("a text or a whole number"),
    "enum": _("an option"),
    "date": _("a date"),
    "datetime": _("a time"),
    "moment": _("a date or a time"),
    "tags": _("tags"),
    "ref": _("a reference"),
    "relation": _("a list of records"),
    "ordered": _("a number, a text, a date or a time"),
    "measure": _("a number, a date or a time"),
    "any": _("a value"),
    "known": _("a field"),
    "null": _("an empty value"),
    "list": _("a list of values"),
    "name": _("the name of a field"),
    "unit": _("a unit of time"),
    "like": _("a value of the same sort"),
}


def meets(one: Type, other: Type) -> bool:
    """Whether two types may be compared: the same family; an id may stand for a reference."""
    first, second = FAMILY.get(one.name), FAMILY.get(other.name)
    if {one.name, other.name} == {"ref", "integer"}:
        return True
    if one.name == other.name == "ref":
        return not one.entity or not other.entity or one.entity == other.entity
    return first is not None and first == second


def natural(value: Any) -> Type:
    """The type of a literal that nothing else decides."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, int):
        return INTEGER
    if isinstance(value, float):
        return Type("decimal", scale=max(0, -int(_decimal(value).as_tuple().exponent)))
    return TAGS if isinstance(value, list) else TEXT


class NotThis(Exception):
    """A literal cannot be a value of the wanted type: `code`, template, params, hint."""

    def __init__(self, code: str, template: str, hint: str = "", **params: Any):
        super().__init__(template)
        self.code, self.template, self.params, self.hint = code, template, params, hint


def stored(value: Any, type_: Type) -> tuple[Any, Type, bool]:
    """The stored form of a literal, its exact type, and whether it was read from a text.

    Raises NotThis where the literal is no value of the type. "" is empty (None) wherever values are stored.
    """
    if value is None or (value == "" and isinstance(value, str)):
        return (frozenset() if type_.name == "tags" else None), type_, False
    return READERS[type_.name](value, type_)


def _boolean(value: Any, type_: Type) -> tuple[Any, Type, bool]:
    if isinstance(value, bool):
        return value, type_, False
    raise _not_a(value, "boolean")


def _decimal(value: Any) -> Decimal:
    return Decimal(repr(value)).normalize()


def _number(value: Any, type_: Type) -> tuple[Any, Type, bool]:
    """Any number literal, exactly: integers, or decimals scaled by as many digits as were written."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _not_a(value, "number")
    try:
        number = Decimal(value.strip()) if isinstance(value, str) else _decimal(value)
    except InvalidOperation:
        raise _not_a(value, "number") from None
    if not number.is_finite():
        raise _not_a(value, "number")
    scale = max(0, -int(number.normalize().as_tuple().exponent), type_.scale)
    if scale > MAX_SCALE or number.adjusted() > 16 or abs(scaled := int(number.scaleb(scale))) > MAX_INTEGER:
        raise NotThis("syntax.limit", _("{value} has too many digits."), value=value)
    exact = Type("decimal", scale=scale) if scale else INTEGER
    return scaled, exact, isinstance(value, str)


def _integer(value: Any, type_: Type) -> tuple[Any, Type, bool]:
    found, exact, read = _number(value, type_)
    if exact.scale:
        raise _not_a(value, "integer")
    return found, INTEGER, read


def _double(value: Any, type_: Type) -> tuple[Any, Type, bool]:
    found, exact, read = _number(value, type_)
    return float(found) / 10**exact.scale, NUMBER, read


def _text(value: Any, type_: Type) -> tuple[Any, Type, bool]:
    if isinstance(value, str):
        return value, type_, False
    raise _not_a(value, "text")


def _enum(value: Any, type_: Type) -> tuple[Any, Type, bool]:
    if isinstance(value, str) and value in type_.options:
        return value, type_, False
    raise NotThis(
        "value.option", _("“{value}” is not one of the options."), value=value, options=type_.options
    )


def _date(value: Any, type_: Type) -> tuple[Any, Type, bool]:
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value), type_, False
    except ValueError:
        pass
    raise _not_a(value, "date", _("Write a date as 2026-03-31."))


def _datetime(value: Any, type_: Type) -> tuple[Any, Type, bool]:
    """An aware moment in UTC; without an offset it stays naive, and is read in the workspace's zone when asked."""
    try:
        if isinstance(value, str) and len(value) > 10:
            written = datetime.fromisoformat(value)
            return written.astimezone(UTC) if written.tzinfo else written, type_, False
    except (ValueError, OverflowError):
        pass
    raise _not_a(
        value, "datetime", _("Write a time as 2026-03-31T09:00; for a day use “date_of” on the field.")
    )


def _ref(value: Any, type_: Type) -> tuple[Any, Type, bool]:
    found, _type, _read = _integer(value, INTEGER)
    return found, type_, False


def _tags(value: Any, type_: Type) -> tuple[Any, Type, bool]:
    items = value if isinstance(value, list) else [value]
    if all(isinstance(item, str) for item in items):
        return frozenset(item for item in items if item), type_, False
    raise _not_a(value, "tags", _("Write tags as a list of texts."))


def _nothing(value: Any, _type: Type) -> tuple[Any, Type, bool]:
    raise _not_a(value, "null")


READERS: dict[str, Callable[[Any, Type], tuple[Any, Type, bool]]] = {
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _number,
    "number": _double,
    "text": _text,
    "enum": _enum,
    "date": _date,
    "datetime": _datetime,
    "ref": _ref,
    "tags": _tags,
    "null": _nothing,
}


def _not_a(value: Any, name: str, hint: str = "") -> NotThis:
    return NotThis(
        "type.mismatch", _("{value} is not {expected}."), hint, value=repr(value), expected=WORDS[name]
    )
