"""Filters of a list: which conditions a field offers, what rule one means, how a chip says it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _

from builder.catalog import Entity
from builder.fields.contract import BadValue, Field, Reading, Shown, Unresolved, bad
from builder.pages import web
from builder.pages.desk.asked import Asked, Filter
from builder.pages.reader import Reader, joined
from builder.records import find
from builder.rules.compose.forms import FORMS, MANY, Form
from builder.work import Work
from schema_store.problems import Problem, Problems, pointer
from schema_store.problems import _ as template

Rule = Any
Titles = dict[tuple[str, int], str]


ASKED = ("value", "text", "days", "nothing")
CONDITIONS = {key: form for key, form in FORMS.items() if form.asks in ASKED and key != "matches_ci"}
"""The forms that a filter knows, by the names that field types give their operators."""
INPUTS = {"date": "date", "datetime": "datetime-local"}


@dataclass(frozen=True)
class Chip:
    words: str
    href: str


@dataclass(frozen=True)
class Making:
    """The filter that is being put together: which fields there are, and what the chosen one asks for."""

    fields: list[tuple[str, str]]
    key: str = ""
    operator: str = ""
    operators: list[tuple[str, str]] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    inputs: list[tuple[str, str]] = field(default_factory=list)
    """(label, value) of each input."""
    input_type: str = "text"
    has_many: bool = False
    hint: str = ""
    problem: str = ""
    focus: str = ""


def rules(here: Reader, entity: Entity, filters: tuple[Filter, ...]) -> tuple[list[Rule], list[Problem]]:
    """The rule documents of `filters`, and what is wrong with those that mean nothing."""
    made: list[Rule] = []
    wrong: list[Problem] = []
    for number, one in enumerate(filters):
        try:
            made.append(rule(here, entity, one))
        except Problems as problems:
            wrong += [problem.at(pointer("filters", number)) for problem in problems.problems]
    return made, wrong


def rule(here: Reader, entity: Entity, one: Filter) -> Rule:
    """The rule that a filter means. Raises Problems."""
    asked, condition = entity.fields.get(one.field), CONDITIONS.get(one.operator)
    if (
        asked is None
        or condition is None
        or one.field not in here.policy.readable(entity)
        or one.operator not in offered(asked)
    ):
        raise Problems(Problem("filter.unknown", template("A filter of this address is not known here.")))
    texts = one.values if condition.takes == MANY else one.values[: condition.takes]
    if len(texts) < min(condition.takes, 1 if condition.takes == MANY else condition.takes):
        raise bad("missing", template("This filter needs a value."))
    values = [_value(asked, one.operator, text, here.reading) for text in texts]
    if any(isinstance(value, Unresolved) for value in values):
        return condition.make({"var": f"{asked.key}.{_key_field(here, asked)}"}, texts)
    return condition.make({"var": asked.key}, values)


def _key_field(here: Reader, asked: Field) -> str:
    """The field of the other entity that people write when they mean one of its records."""
    key = here.catalog.entity(asked.settings["to"]).key_field
    if key is None:
        raise bad("reference", template("These records have no key; write id: and the record's number."))
    return key


def offered(asked: Field) -> tuple[str, ...]:
    """The operators that a filter on the field knows, and the opposite of "is empty".

    What is worked out of children (a rollup of dates, say) is filtered like a field of the type that comes out.
    """
    known = tuple(name for name in operators_of(asked) if name in CONDITIONS)
    return (*known, "is_filled") if "is_empty" in known else known


def operators_of(asked: Field) -> tuple[str, ...]:
    """The operators that the field's type names; of what is worked out, those of the outcome before its own."""
    fact = asked.type.fact(asked.settings)["type"]
    outcome = web.house().registry.field_types.get(fact) if asked.is_computed else None
    return tuple(dict.fromkeys((*(outcome.operators if outcome else ()), *asked.type.operators)))


def _value(asked: Field, operator: str, text: str, reading: Reading) -> Any:
    """A value as rules write it: the *json* form of what was typed; days are counted, tags are words."""
    if CONDITIONS[operator].asks == "days":
        if not text.isdecimal() or len(text) > 5:
            raise bad("days", template("“{value}” is not a number of days."), value=text)
        return int(text)
    if asked.storage == "tags" or CONDITIONS[operator].asks == "text":
        return text
    stored = asked.type.from_text(text, asked.settings, reading)
    return stored if isinstance(stored, Unresolved) else asked.type.to_json(stored, asked.settings)


def titles(here: Reader, work: Work, entity: Entity, asked: Asked) -> Titles:
    """What the records are called that filters name by their number: a statement each, none as a rule."""
    found: Titles = {}
    for one in asked.filters:
        to = entity.fields[one.field].settings.get("to") if one.field in entity.fields else None
        for text in one.values if to else ():
            record = find.by_key(work, to, text, here.policy) if text.startswith("id:") else None
            if record:
                found[to, record.id] = find.title_of(here.catalog.entity(to), record)
    return found


def chips(here: Reader, entity: Entity, asked: Asked, titles: Titles) -> list[Chip]:
    """What holds records back, each with the address of the list without it."""
    found = [Chip(_said(here, entity, one, titles), asked.without(one).url) for one in asked.filters]
    if asked.search:
        found.insert(0, Chip(_("Search: %(text)s", text=asked.search), asked.but(search="").url))
    return found


def _said(here: Reader, entity: Entity, one: Filter, titles: Titles) -> str:
    asked, condition = entity.fields.get(one.field), CONDITIONS.get(one.operator)
    if asked is None or condition is None:
        return one.written
    label = here.label(asked.label, asked.key)
    if one.operator == "days_since":
        return _("%(field)s is more than %(days)s days ago", field=label, days=one.text)
    if one.operator == "days_until":
        return _("%(field)s is more than %(days)s days ahead", field=label, days=one.text)
    words = condition.said(
        entity.facts[asked.key].type.name if asked.key in entity.facts else "", here.language
    )
    shown = replace(here.shown, titles=titles)
    values = [_shown(asked, here.reading, shown, text) for text in one.values]
    if condition.takes == MANY and len(values) > 1:
        return _("%(field)s %(condition)s %(values)s", field=label, condition=words, values=joined(values))
    said = _(" and ").join(values) if condition.takes == 2 else joined(values)
    return _("%(field)s %(condition)s %(value)s", field=label, condition=words, value=said).strip()


def _shown(asked: Field, reading: Reading, shown: Shown, text: str) -> str:
    if asked.storage == "tags":
        return text
    try:
        stored = asked.type.from_text(text, asked.settings, reading)
        return (
            text if isinstance(stored, Unresolved) else asked.type.cell(stored, asked.settings, shown) or text
        )
    except BadValue:
        return text


def making(here: Reader, entity: Entity, made: Filter | None, problem: str = "") -> Making:
    """What the filter panel shows; `made`: the filter so far."""
    readable = here.policy.readable(entity)
    fields = [
        (key, here.label(one.label, key))
        for key, one in entity.fields.items()
        if key in readable and offered(one)
    ]
    if made is None or made.field not in dict(fields):
        return Making(fields, focus="filter-field")
    asked = entity.fields[made.field]
    fact = entity.facts[asked.key].type.name if asked.key in entity.facts else ""
    operator = made.operator if made.operator in offered(asked) else offered(asked)[0]
    condition = CONDITIONS[operator]
    options = [] if condition.asks == "days" or not condition.takes else _options(asked, here.shown)
    return Making(
        fields,
        asked.key,
        operator,
        operators=[(name, CONDITIONS[name].said(fact, here.language)) for name in offered(asked)],
        options=options,
        inputs=[] if options else _inputs(condition, made.values),
        input_type="number" if condition.asks == "days" else INPUTS.get(fact, "text"),
        has_many=condition.takes == MANY,
        hint=_hint(fact, condition),
        problem=problem,
        focus="filter-op",
    )


def _options(asked: Field, shown: Shown) -> list[tuple[str, str]]:
    """The choices of the field's own input, where it has some."""
    widget = asked.type.widget(asked.settings, shown)
    if asked.storage == "tags":
        return []
    if widget.name == "checkbox":
        return [("yes", _("Yes")), ("no", _("No"))]
    return list(widget.options)


def _inputs(condition: Form, values: list[str]) -> list[tuple[str, str]]:
    if condition.takes == 0:
        return []
    if condition.takes == 2:
        return [(_("From"), values[0] if values else ""), (_("To"), values[1] if len(values) > 1 else "")]
    return [(_("Value"), ", ".join(values))]


def _hint(fact: str, condition: Form) -> str:
    if condition.asks == "days":
        return _("A number of days.")
    if fact == "ref":
        return _("The key of the record it points to.")
    return _("One or more, separated by commas.") if condition.takes == MANY else ""
