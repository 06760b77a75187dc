"""Inputs drawn from a JSON Schema: one for each setting, by what the schema says of it and never by its name.

`readOnly` is not drawn · `x-names` what may be chosen · `x-options` words for the values of an enum · `x-fixed` stays
as it is once it is published · a schema that says nothing of its type stands for a value of the field itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from builder.fields.contract import FieldType, InputState, Widget
from schema_store.shapes import titles
from schema_store.texts import Text, pick

Schema = Mapping[str, Any]
Choices = Sequence[tuple[str, str]]
PREFIX = "s"
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Context:
    """What inputs are drawn for: the reader's language, what may be chosen, the field's own type.

    `choose(wanted, pointer)` gives the choices of an `x-names`; `live` is the document as it is published.
    """

    language: str
    choose: Callable[[Mapping[str, Any]], Choices] = lambda _wanted: ()
    type: FieldType | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    types: Mapping[str, FieldType] = field(default_factory=dict)
    live: Any = None
    defs: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    """What was typed and could not be read, by pointer."""
    value_state: Callable[[str], tuple[Widget, str, InputState] | None] = lambda _pointer: None


@dataclass(frozen=True)
class Input:
    """One input, or a group of them. `text` is what stands in it; `parts` the inputs of a group or a table's rows."""

    pointer: str
    sort: str
    label: str
    help: str = ""
    text: str = ""
    words: tuple[str, str] = ("", "")
    choices: Choices = ()
    ticked: frozenset[str] = frozenset()
    placeholder: str = ""
    length: int = 500
    is_on: bool = False
    is_required: bool = False
    is_fixed: bool = False
    is_apart: bool = False
    """What is seldom touched stands behind the others in its row."""
    parts: Sequence[Input] = ()
    errors: Sequence[str] = ()
    value: tuple[Widget, str, InputState] | None = None

    @property
    def name(self) -> str:
        return PREFIX + self.pointer

    @property
    def id(self) -> str:
        return self.name.replace("/", "-").replace("_", "-")


def drawn(
    properties: Schema, document: Mapping[str, Any], context: Context, *, needs: Sequence[str] = ()
) -> list[Input]:
    """The inputs of these properties, in the schema's order."""
    found = (_input(key, schema, document.get(key), "", context) for key, schema in properties.items())
    return [replace(one, is_required=one.pointer[1:] in needs) for one in found if one is not None]


def sort_of(schema: Schema) -> str:
    """How a schema is drawn; "" where it is not."""
    kind = schema.get("type")
    for sort, is_it in _SORTS:
        if is_it(schema, kind):
            return sort
    return ""


def _is_words(schema: Schema, _kind: Any) -> bool:
    """A text in both languages."""
    alternatives = schema.get("oneOf", ())
    return schema.get("$ref") == "#/$defs/text" or any(
        "zh" in one.get("properties", {}) for one in alternatives
    )


def _is_table(schema: Schema, kind: Any) -> bool:
    return kind == "array" and "properties" in schema.get("items", {})


_SORTS: tuple[tuple[str, Callable[[Schema, Any], bool]], ...] = (
    ("", lambda schema, _kind: bool(schema.get("readOnly")) or "const" in schema),
    ("words", _is_words),
    ("choice", lambda schema, _kind: "x-names" in schema or "enum" in schema),
    ("checks", lambda schema, kind: kind == "array" and "x-names" in schema.get("items", {})),
    ("table", _is_table),
    ("lines", lambda schema, kind: kind == "array" and schema.get("items", {}).get("type") == "string"),
    ("rule", lambda _schema, kind: isinstance(kind, list) and "boolean" in kind),
    ("group", lambda schema, kind: kind == "object" and "properties" in schema),
    ("check", lambda _schema, kind: kind == "boolean"),
    ("number", lambda _schema, kind: kind == "integer"),
    ("text", lambda schema, kind: kind == "string" or "$ref" in schema),
    ("value", lambda _schema, kind: kind is None),
)


def title(key: str, schema: Schema, language: str) -> str:
    """What a setting is called."""
    own: Text = (
        {"en": schema.get("title", ""), "zh": schema.get("x-zh-title", "")} if "title" in schema else ""
    )
    return pick(own or titles().get(key), language, key)


def help_of(schema: Schema, language: str) -> str:
    words = schema.get("x-zh") if language == "zh" else None
    return words or schema.get("description", "")


def _input(key: str, schema: Schema, value: Any, around: str, context: Context) -> Input | None:
    sort, place = sort_of(schema), f"{around}/{key}"
    if not sort or (sort == "value" and context.value_state(place) is None):
        return None
    own = Input(
        place,
        sort,
        title(key, schema, context.language),
        help_of(schema, context.language),
        placeholder=str(schema.get("default", "")) if sort in ("text", "number") else "",
        length=schema.get("maxLength", 500),
        errors=context.errors.get(place, ()),
        is_apart=bool(schema.get("x-fixed")),
        is_fixed=bool(schema.get("x-fixed")) and value is not None and value == at(context.live, place),
    )
    return _FILLERS[sort](own, schema, value, context)


def _plain(own: Input, _schema: Schema, value: Any, context: Context) -> Input:
    text = "" if value is None else str(value)
    return replace(own, text=context.texts.get(own.pointer, text))


def _words(own: Input, _schema: Schema, value: Any, _context: Context) -> Input:
    pair = value if isinstance(value, Mapping) else {"en": value or ""}
    return replace(own, words=(str(pair.get("en", "")), str(pair.get("zh", ""))))


def _choice(own: Input, schema: Schema, value: Any, context: Context) -> Input:
    text = "" if value is None else str(value)
    if "x-names" in schema:
        choices = list(context.choose(schema["x-names"]))
    else:
        said = schema.get("x-options", {})
        choices = [(str(one), pick(said.get(one), context.language, str(one))) for one in schema["enum"]]
    default = dict(choices).get(str(schema.get("default", "")), "")
    return replace(own, text=text, choices=choices, placeholder=default)


def _checks(own: Input, schema: Schema, value: Any, context: Context) -> Input:
    choices = context.choose(schema["items"]["x-names"])
    return replace(own, choices=choices, ticked=frozenset(value or ()))


def _check(own: Input, _schema: Schema, value: Any, _context: Context) -> Input:
    return replace(own, is_on=bool(value))


def _lines(own: Input, _schema: Schema, value: Any, _context: Context) -> Input:
    return replace(own, text="\n".join(str(one) for one in value or ()))


def _table(own: Input, schema: Schema, value: Any, context: Context) -> Input:
    rows = [_row(own, schema, at, row, context) for at, row in enumerate(value or ())]
    return replace(own, parts=rows)


def _row(own: Input, schema: Schema, number: int, row: Any, context: Context) -> Input:
    place = f"{own.pointer}/{number}"
    known = row if isinstance(row, Mapping) else {}
    found = (
        _input(key, part, known.get(key), place, context)
        for key, part in schema["items"]["properties"].items()
    )
    parts = sorted((one for one in found if one is not None), key=lambda one: one.is_apart)
    label = next((" / ".join(filter(None, one.words)) for one in parts if any(one.words)), "")
    return Input(place, "row", label or str(number + 1), parts=parts, errors=context.errors.get(place, ()))


def _group(own: Input, schema: Schema, value: Any, context: Context) -> Input:
    known = value if isinstance(value, Mapping) else {}
    properties = properties_of(schema, known, context.types)
    found = (_input(key, part, known.get(key), own.pointer, context) for key, part in properties.items())
    return replace(own, parts=[one for one in found if one is not None])


def properties_of(schema: Schema, known: Mapping[str, Any], types: Mapping[str, FieldType]) -> dict[str, Any]:
    """A group's properties; where its `type` is a field type, with that type's settings."""
    properties = dict(schema["properties"])
    names = properties.get("type", {}).get("enum", ())
    chosen = types.get(known.get("type", "")) if names and set(names) <= set(types) else None
    limits = ("min", "max", "max_length")
    return properties | {
        key: one for key, one in (chosen.settings if chosen else {}).items() if key not in limits
    }


def _value(own: Input, _schema: Schema, _held: Any, context: Context) -> Input:
    return replace(own, value=context.value_state(own.pointer))


def _rule(own: Input, _schema: Schema, _held: Any, _context: Context) -> Input:
    return own


_FILLERS: Mapping[str, Callable[[Input, Schema, Any, Context], Input]] = {
    "text": _plain,
    "number": _plain,
    "words": _words,
    "choice": _choice,
    "checks": _checks,
    "check": _check,
    "lines": _lines,
    "table": _table,
    "group": _group,
    "value": _value,
    "rule": _rule,
}


def at(document: Any, place: str) -> Any:
    """What stands at a pointer; None where nothing does."""
    for step in place.split("/")[1:]:
        if isinstance(document, Mapping):
            document = document.get(step)
        elif isinstance(document, list) and step.isdecimal() and int(step) < len(document):
            document = document[int(step)]
        else:
            return None
    return document
