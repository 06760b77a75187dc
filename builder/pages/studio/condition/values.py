"""The values of a condition's row: which inputs ask for them, what stands in these, and what was typed as rule values.

Inputs are the field type's own, without what only bounds a record's value. A form with many values asks by
what its widget is: boxes for options, one picker more for records, a line each for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from builder.catalog import Entity
from builder.fields.contract import BadValue, Field, FieldType, Widget
from builder.fields.system import system_fields
from builder.pages import web
from builder.pages.desk.filters import operators_of
from builder.pages.reader import Reader
from builder.pages.studio.condition.inputs import (
    BOXES,
    COUNTED,
    EACH,
    LINES,
    PICKS,
    SET,
    Input,
    Manner,
    Posted,
)
from builder.records import tables
from builder.rules.check import check
from builder.rules.compose.forms import CALENDAR, FORMS, MANY, USER_NAMES, Form, offered
from builder.rules.compose.outline import entity_at, fact_at
from builder.rules.compose.parts import Row, Unread
from builder.rules.compose.patterns import EITHER, var_of
from builder.rules.families import meets
from builder.rules.names import Moment
from builder.rules.operators.calendar import PERIOD_WORDS
from builder.rules.to_sql import condition
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template

NO_BOUNDS = ("default", "min", "max")


@dataclass(frozen=True)
class Asked:
    """A field as conditions ask about it; what is worked out is asked like a field of the type that comes out."""

    path: str
    field: Field
    type: FieldType
    settings: Mapping[str, Any]
    fact: str

    def widget(self, here: Reader) -> Widget:
        return self.type.widget(self.settings, here.shown)


def asked_at(here: Reader, entity: str, path: str) -> Asked | None:
    """The field at a path (of those that stand in for each other, the first); None where there is none."""
    *refs, key = path.split(EITHER, maxsplit=1)[0].split(".")
    owner = here.catalog.entities.get(entity_at(here.catalog, entity, refs)) if path else None
    one = {**system_fields(owner.key), **owner.fields}.get(key) if owner else None
    if owner is None or one is None or key not in owner.facts:
        return None
    settings = {name: value for name, value in one.settings.items() if name not in NO_BOUNDS}
    return _asked(path, one, settings, owner)


def _asked(path: str, one: Field, settings: Mapping[str, Any], owner: Entity) -> Asked:
    fact = one.type.fact(one.settings)
    outcome = web.house().registry.field_types.get(fact["type"]) if one.is_computed else None
    if outcome is None:
        return Asked(path, one, one.type, settings, owner.facts[one.key].type.name)
    return Asked(path, one, outcome, {name: of for name, of in fact.items() if name != "type"}, fact["type"])


def forms_of(here: Reader, entity: str, path: str) -> list[Form]:
    """The forms that the field's type offers and that the tables can answer."""
    asked, fact = asked_at(here, entity, path), fact_at(here.catalog, entity, path)
    if asked is None or fact is None:
        return []

    def find() -> list[Form]:
        found = offered(operators_of(asked.field), fact.type)
        return [form for form in found if _is_answered(here, entity, asked, form)]

    return here.catalog.cached(("condition.forms", entity, path), find)


def _is_answered(here: Reader, entity: str, asked: Asked, form: Form) -> bool:
    """Whether there is SQL for the form: not all of them can be asked of every table."""
    samples = {"text": "a", "days": 1, "period": CALENDAR[0], "user": USER_NAMES.get(form.key, ("",))[0]}
    if form.asks == "field":
        return bool(other_fields(here, entity, asked.path))
    if form.asks == "value":
        return True
    try:
        rule = check(form.make(var_of(asked.path), [samples.get(form.asks, "")]), here.catalog, entity)
        known = tables.of(here.catalog)
        condition(rule, known.table(entity), known, Moment(web.house().clock.now(), here.zone))
    except Problems:
        return False
    return True


def other_fields(here: Reader, entity: str, path: str) -> list[tuple[str, str]]:
    """`(key, label)` of the fields of the same record that can be compared with the one at `path`."""
    fact, owner = fact_at(here.catalog, entity, path), here.catalog.entities[entity]
    if fact is None:
        return []
    return [
        (key, here.label(one.label, key))
        for key, one in owner.facts.items()
        if key != path and key in owner.fields and meets(fact.type, one.type) and one.type.name != "tags"
    ]


# --- inputs ---


def inputs(here: Reader, entity: str, row: Row) -> list[Input]:
    """The inputs that ask for the row's values, with these in them."""
    asked, form = asked_at(here, entity, row.path), FORMS.get(row.form)
    if asked is None or form is None or form.asks == "nothing":
        return []
    texts = texts_of(here, entity, row)
    if form.takes < MANY:
        texts = [*texts, *[[""]] * form.takes][: form.takes]
    manner = _manner(here, asked, form)
    return manner.inputs(_widget(here, entity, asked, row), texts)


def texts_of(here: Reader, entity: str, row: Row) -> Posted:
    """What the row's inputs hold, input by input."""
    asked, form = asked_at(here, entity, row.path), FORMS.get(row.form)
    if asked is None or form is None or form.asks == "nothing":
        return ()
    texts = [_text(here, asked, form, value) for value in row.values]
    return _manner(here, asked, form).texts(texts)


def values_of(here: Reader, entity: str, path: str, key: str, posted: Posted) -> tuple[Any, ...]:
    """The rule values that were typed for a form; Unread for what is none."""
    asked, form = asked_at(here, entity, path), FORMS.get(key)
    if asked is None or form is None or form.asks == "nothing":
        return ()
    manner = _manner(here, asked, form)
    return tuple(
        _plain(asked, value)
        for text in manner.split(posted, form.takes)
        for value in _values(here, asked, form, text)
    )


def problem_of(here: Reader, entity: str, row: Row) -> Problem | None:
    """Why a value of the row cannot be read; None where it can, or where nothing stands there yet."""
    asked, form = asked_at(here, entity, row.path), FORMS.get(row.form)
    unread = next((one.text for one in row.values if isinstance(one, Unread) and one.text.strip()), "")
    if asked is None or form is None or not unread:
        return None
    if form.asks == "days":
        return NOT_DAYS
    try:
        asked.type.from_form([unread], asked.settings, here.reading)
    except BadValue as bad:
        return bad.problem
    return None


def _values(here: Reader, asked: Asked, form: Form, text: str) -> list[Any]:
    """The values that one text means: several only for a set of tags."""
    if form.asks != "value":
        is_one = _READS.get(form.asks, lambda text: text)
        found = is_one(text.strip()) if form.asks != "text" else text or None
        return [Unread(text) if found is None or found == "" else found]
    if not text.strip():
        return [Unread()]
    try:
        stored = asked.type.from_form([text], asked.settings, here.reading)
        found = asked.type.to_json(stored, asked.settings)
    except BadValue:
        return [Unread(text)]
    if found is None:
        return [Unread(text)]
    return found if isinstance(found, list) else [found]


def _days(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= 5 else None


_READS: Mapping[str, Callable[[str], Any]] = {"days": _days}


def _plain(asked: Asked, value: Any) -> Any:
    """Exact numbers, which types write as texts, as the numbers that rules write."""
    if asked.fact != "decimal" or not isinstance(value, str):
        return value
    whole, _dot, rest = value.partition(".")
    number = int(whole) if not rest.strip("0") else float(value)
    return number if len(value) <= 16 else value


def _text(here: Reader, asked: Asked, form: Form, value: Any) -> str:
    if isinstance(value, Unread):
        return value.text
    if form.asks != "value":
        return str(value)
    for read in (
        lambda: asked.type.from_json([value] if asked.field.storage == "tags" else value, asked.settings),
        lambda: asked.type.from_text(str(value), asked.settings, here.reading),
    ):
        try:
            return asked.type.to_form(read(), asked.settings, here.reading)
        except (BadValue, AttributeError, TypeError, ValueError):
            continue
    return str(value)


def _widget(here: Reader, entity: str, asked: Asked, row: Row) -> Widget:
    """The input of one value."""
    form = FORMS[row.form]
    if form.asks == "value":
        return asked.widget(here)
    if form.asks in _TYPED:
        return _TYPED[form.asks]
    return Widget("select", options=_choices(here, entity, asked, form))


_TYPED: Mapping[str, Widget] = {
    "text": Widget("text", {"type": "text", "maxlength": 1_000}),
    "days": Widget("number", {"type": "text", "inputmode": "numeric", "maxlength": 5}),
}


def _choices(here: Reader, entity: str, asked: Asked, form: Form) -> list[tuple[str, str]]:
    if form.asks == "period":
        return [(name, period_words(name, here.language)) for name in CALENDAR]
    if form.asks == "user":
        return [(name, user_words(name)) for name in USER_NAMES.get(form.key, ())]
    return other_fields(here, entity, asked.path)


def period_words(name: str, language: str) -> str:
    return PERIOD_WORDS["zh" if language.startswith("zh") else "en"].get(name) or name.replace("_", " ")


def user_words(name: str) -> str:
    words = {"$user.id": _("number"), "$user.roles": _("roles")}
    return words.get(name) or name.removeprefix("$user.")


def _manner(here: Reader, asked: Asked, form: Form) -> Manner:
    if form.takes < MANY:
        return COUNTED if form.asks == "days" else EACH
    if asked.field.storage == "tags":
        return SET
    widget = asked.widget(here)
    if widget.options:
        return BOXES
    return PICKS if widget.name == "reference" else LINES


NOT_DAYS = Problem("value.days", template("This is not a number of days."))
