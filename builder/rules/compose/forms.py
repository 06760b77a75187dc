"""The forms that a condition on one field can take: what each is called, what it asks for, its document and back.

One table for the list filter and the condition builder. A form's `pattern` is its document with places left
open, so that writing it and reading it are the same thing in two directions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from builder.rules.compose.patterns import ALL, FIELD, FIRST, MANY, NAME, SECOND, Place, filled, matches
from builder.rules.families import MEMBERS
from builder.rules.names import Type
from builder.rules.operators.calendar import COUNTED, PERIODS
from schema_store.texts import Text, pick


@dataclass(frozen=True)
class Form:
    """One way to ask about a field.

    `operator`: the name by which field types offer it ("" : it is only read). `words`: what it is called, by the
    name of the field's fact; "" for all others. `asks`: what its values are – "value" (of the field's own sort),
    "text", "days", "period", "field" (another field's path), "user" (`$user.…`) or "nothing". `takes`: how many.
    `facts`: the types of facts it can be asked of; `offers`: those to which it is offered, where they are fewer.
    `also`: other documents that say the same.
    """

    key: str
    operator: str
    words: Mapping[str, Text]
    pattern: Any
    asks: str = "value"
    takes: int = 1
    facts: frozenset[str] = MEMBERS["any"]
    also: tuple[Any, ...] = ()
    offers: frozenset[str] | None = None

    def said(self, fact: str, language: str) -> str:
        return pick(self.words.get(fact) or self.words[""], language)

    def make(self, var: Any, values: Iterable[Any]) -> Any:
        """The document of this form for a field (`{"var": …}`) and its values."""
        return filled(self.pattern, var, list(values))

    def read(self, document: Any) -> tuple[str, tuple[Any, ...]] | None:
        """The field's path and the values, where the (canonical) document is of this form."""
        for pattern in (self.pattern, *self.also):
            found: dict[Place, Any] = {}
            if matches(pattern, document, found):
                values = (*found.get(ALL, ()), *(found[one] for one in (FIRST, SECOND, NAME) if one in found))
                return (found[FIELD], values) if ASKED[self.asks](values) else None
        return None

    def fits(self, type_: Type) -> bool:
        return type_.name in self.facts

    def is_offered(self, operator: str, type_: Type) -> bool:
        """Whether a field type that names `operator` offers it for such a fact."""
        return self.operator == operator and type_.name in (self.offers or self.facts)


def _is_days(values: tuple[Any, ...]) -> bool:
    return type(values[0]) is int and 0 <= values[0] <= 99_999


ASKED: Mapping[str, Any] = {
    "value": lambda _values: True,
    "text": lambda values: all(isinstance(one, str) for one in values),
    "days": _is_days,
    "period": lambda values: values[0] in CALENDAR,
    "field": lambda values: not values[0].startswith("$"),
    "user": lambda values: values[0].startswith("$user."),
    "nothing": lambda values: not values,
}
"""Whether values are what a form asks for."""

CALENDAR = tuple(name for name in PERIODS if name not in COUNTED)
"""Periods that need no number of days."""
SIGNS = ("==", "!=", "<", "<=", ">", ">=")
TEXTS = MEMBERS["text"]
ORDERED = MEMBERS["ordered"]
MOMENTS = MEMBERS["moment"]
TAGS = MEMBERS["tags"]


def _words(en: str, zh: str, **others: tuple[str, str]) -> dict[str, Text]:
    """Words for all facts; `date` also serves times, unless `datetime` says otherwise."""
    found: dict[str, Text] = {"": {"en": en, "zh": zh}}
    if "date" in others:
        others.setdefault("datetime", others["date"])
    return found | {fact: {"en": words[0], "zh": words[1]} for fact, words in others.items()}


SIGN_WORDS = {
    "==": _words("is", "是", date=("is on", "是"), datetime=("is", "是")),
    "!=": _words("is not", "不是", date=("is not on", "不是"), datetime=("is not", "不是")),
    "<": _words("is less than", "小于", date=("is before", "早于")),
    "<=": _words(
        "is at most", "不大于", date=("is on or before", "不晚于"), datetime=("is at or before", "不晚于")
    ),
    ">": _words("is more than", "大于", date=("is after", "晚于")),
    ">=": _words(
        "is at least", "不小于", date=("is on or after", "不早于"), datetime=("is at or after", "不早于")
    ),
}
FIELD_WORDS = {
    "==": _words("is the same as the field", "等于字段"),
    "!=": _words("is not the same as the field", "不等于字段"),
    "<": _words("is less than the field", "小于字段", date=("is before the field", "早于字段")),
    "<=": _words("is at most the field", "不大于字段", date=("is not after the field", "不晚于字段")),
    ">": _words("is more than the field", "大于字段", date=("is after the field", "晚于字段")),
    ">=": _words("is at least the field", "不小于字段", date=("is not before the field", "不早于字段")),
}
DAY_WORDS = {
    ("days_since", ">"): ("is more than … days ago", "距今超过…天"),
    ("days_since", ">="): ("is at least … days ago", "距今至少…天"),
    ("days_since", "<"): ("is less than … days ago, or later", "距今不到…天，或更晚"),
    ("days_since", "<="): ("is at most … days ago, or later", "距今不超过…天，或更晚"),
    ("days_until", ">"): ("is more than … days ahead", "在…天之后"),
    ("days_until", ">="): ("is at least … days ahead", "在至少…天之后"),
    ("days_until", "<"): ("is less than … days ahead, or earlier", "在不到…天之后，或更早"),
    ("days_until", "<="): ("is at most … days ahead, or earlier", "在不超过…天之后，或更早"),
}
OFFERED_DAYS = {("days_since", ">"), ("days_since", ">="), ("days_until", ">")}


def _sign(sign: str) -> Form:
    facts = MEMBERS["any"] if sign in {"==", "!="} else ORDERED
    return Form(sign, sign, SIGN_WORDS[sign], {sign: [FIELD, FIRST]}, facts=facts)


def _text(key: str, en: str, zh: str, **more: Any) -> Form:
    return Form(key, key, _words(en, zh), more.pop("pattern", {key: [FIELD, FIRST]}), "text", **more)


def _tags(key: str, en: str, zh: str) -> Form:
    return Form(key, key, _words(en, zh), {key: [FIELD, ALL]}, takes=MANY, facts=TAGS)


def _days(name: str, sign: str) -> Form:
    key = name if sign == ">" else f"{name}.{sign}"
    operator = name if (name, sign) in OFFERED_DAYS else ""
    return Form(
        key, operator, _words(*DAY_WORDS[name, sign]), {sign: [{name: [FIELD]}, FIRST]}, "days", facts=MOMENTS
    )


def _counted(key: str, period: str, en: str, zh: str) -> Form:
    return Form(
        key, "in_period", _words(en, zh), {"in_period": [FIELD, period, FIRST]}, "days", facts=MOMENTS
    )


def _with_field(sign: str) -> Form:
    facts = MEMBERS["any"] if sign in {"==", "!="} else ORDERED
    return Form(f"{sign}.field", sign, FIELD_WORDS[sign], {sign: [FIELD, NAME]}, "field", facts=facts)


def _plain(key: str, operator: str, en: str, zh: str, pattern: Any, **more: Any) -> Form:
    return Form(key, operator, _words(en, zh), pattern, "nothing", 0, **more)


def _of_user(sign: str, en: str, zh: str) -> Form:
    return Form(f"{sign}.user", sign, _words(en, zh), {sign: [FIELD, NAME]}, "user", offers=NUMBERED)


EMPTY = {"is_empty": [FIELD]}
BOOLEAN = MEMBERS["boolean"]
KNOWN = MEMBERS["any"] | TAGS
NUMBERED = frozenset({"integer", "ref"})

FORMS: Mapping[str, Form] = {
    form.key: form
    for form in (
        *(_sign(sign) for sign in SIGNS),
        Form("between", "between", _words("is between", "介于"), {"<=": [FIRST, FIELD, SECOND]}, takes=2,
             facts=ORDERED),
        Form("in", "in", _words("is one of", "是以下之一"), {"in": [FIELD, ALL]}, takes=MANY),
        Form("in.not", "in", _words("is none of", "不是以下任何一个"), {"!": [{"in": [FIELD, ALL]}]}, takes=MANY),
        _text("icontains", "contains", "包含", facts=frozenset({"text"})),
        _text("contains", "contains exactly", "原样包含", pattern={"in": [FIRST, FIELD]}, facts=TEXTS,
              also=({"contains": [FIELD, FIRST]},)),
        _text("starts_with", "starts with", "开头是", facts=TEXTS),
        _text("ends_with", "ends with", "结尾是", facts=TEXTS),
        _text("matches_ci", "is, in any case", "是（不分大小写）", facts=frozenset({"text"})),
        _tags("has_any", "has any of", "含任一"),
        _tags("has_all", "has all of", "同时含有"),
        _tags("has_none", "has none of", "不含任一"),
        Form("has", "", _words("has the tag", "有标签"), {"in": [FIRST, FIELD]}, "text", facts=TAGS),
        Form("has.not", "", _words("has not the tag", "没有标签"), {"!": [{"in": [FIRST, FIELD]}]}, "text", facts=TAGS),
        *(_days(*pair) for pair in DAY_WORDS),
        _counted("last_days", "last_n_days", "is within the last … days", "在最近…天内"),
        _counted("next_days", "next_n_days", "is in the next … days", "在未来…天内"),
        Form("in_period", "in_period", _words("is in the period", "在时段内"), {"in_period": [FIELD, FIRST]}, "period",
             facts=MOMENTS),
        _plain("is_empty", "is_empty", "is empty", "为空", EMPTY, facts=KNOWN, also=({"==": [FIELD, None]},)),
        _plain("is_filled", "is_empty", "has a value", "有值", {"!": [EMPTY]}, facts=KNOWN,
               also=({"!=": [FIELD, None]},)),
        _plain("holds", "", "is yes", "为是", FIELD, facts=BOOLEAN),
        _plain("holds.not", "", "is not yes", "不为是", {"!": [FIELD]}, facts=BOOLEAN),
        *(_with_field(sign) for sign in SIGNS),
        _of_user("==", "is the current user’s", "是当前用户的"),
        _of_user("!=", "is not the current user’s", "不是当前用户的"),
        Form("in.user", "in", _words("is one of the current user’s", "属于当前用户的"), {"in": [FIELD, NAME]},
             "user", facts=TEXTS),
    )
}  # fmt: skip
"""Every form by its key, in the order in which documents are read; those of one operator in the order of offer."""


def offered(operators: Iterable[str], type_: Type) -> list[Form]:
    """The forms that a field with these operators, whose fact is of `type_`, can take: plain values first."""
    named = [form for name in operators for form in FORMS.values() if form.is_offered(name, type_)]
    return sorted(named, key=lambda form: form.asks in {"field", "user"})


USER_NAMES: Mapping[str, tuple[str, ...]] = {
    "==.user": ("$user.id",),
    "!=.user": ("$user.id",),
    "in.user": ("$user.roles",),
}
"""What of the current user a form offers; a rule may name other details."""


@dataclass(frozen=True)
class Quantifier:
    """How many of the related records must meet a condition. `sign`: how their count is compared; "" : not at all."""

    key: str
    words: Text
    sign: str = ""


QUANTIFIERS: Mapping[str, Quantifier] = {
    one.key: one
    for one in (
        Quantifier("some", {"en": "at least one of", "zh": "至少一条"}),
        Quantifier("all", {"en": "all of (and there is one)", "zh": "全部（且至少有一条）"}),
        Quantifier("none", {"en": "none of", "zh": "没有一条"}),
        Quantifier("count>=", {"en": "at least … of", "zh": "至少…条"}, ">="),
        Quantifier("count<=", {"en": "at most … of", "zh": "至多…条"}, "<="),
        Quantifier("count==", {"en": "exactly … of", "zh": "正好…条"}, "=="),
        Quantifier("count>", {"en": "more than … of", "zh": "多于…条"}, ">"),
        Quantifier("count<", {"en": "fewer than … of", "zh": "少于…条"}, "<"),
        Quantifier("count!=", {"en": "any number but … of", "zh": "不是…条"}, "!="),
    )
}
