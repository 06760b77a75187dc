"""Changes that would turn a rule, in words: "would hold if Last order were on or before 2026-01-01"."""

from __future__ import annotations

from builder.rules.names import Type
from builder.rules.operators.entry import Speaker
from builder.rules.operators.leaves import said_value
from builder.rules.telling.children import Children
from builder.rules.telling.wishes import Wish
from builder.rules.tree import Node, Way

IF = {
    True: {"en": "would hold if {0}", "zh": "若{0}，则会满足"},
    False: {"en": "would not hold if {0}", "zh": "若{0}，则不会满足"},
}
"""{the verdict it turns to: words}."""

WERE = {
    "==": {"en": "{0} were {1}", "zh": "{0}是{1}"},
    "!=": {"en": "{0} were not {1}", "zh": "{0}不是{1}"},
    "== yes": {"en": "{0} were {1}", "zh": "{0}为{1}"},
    "!= yes": {"en": "{0} were not {1}", "zh": "{0}不为{1}"},
    "in": {"en": "{0} were one of {1}", "zh": "{0}是{1}之一"},
    "in yes": {"en": "{0} were one of {1}", "zh": "{0}为{1}之一"},
    "not in yes": {"en": "{0} were none of {1}", "zh": "{0}不为{1}中的任何一个"},
    "not in": {"en": "{0} were none of {1}", "zh": "{0}不是{1}中的任何一个"},
    "<": {"en": "{0} were less than {1}", "zh": "{0}小于{1}"},
    "<=": {"en": "{0} were at most {1}", "zh": "{0}不超过{1}"},
    ">": {"en": "{0} were more than {1}", "zh": "{0}大于{1}"},
    ">=": {"en": "{0} were at least {1}", "zh": "{0}至少为{1}"},
    "< day": {"en": "{0} were before {1}", "zh": "{0}早于{1}"},
    "<= day": {"en": "{0} were on or before {1}", "zh": "{0}不晚于{1}"},
    "> day": {"en": "{0} were after {1}", "zh": "{0}晚于{1}"},
    ">= day": {"en": "{0} were on or after {1}", "zh": "{0}不早于{1}"},
    "between": {"en": "{0} were between {1} and {2}", "zh": "{0}介于{1}与{2}之间"},
    "not between": {"en": "{0} were not between {1} and {2}", "zh": "{0}不介于{1}与{2}之间"},
    "strictly between": {"en": "{0} were strictly between {1} and {2}", "zh": "{0}严格介于{1}与{2}之间"},
    "not strictly between": {
        "en": "{0} were not strictly between {1} and {2}",
        "zh": "{0}不严格介于{1}与{2}之间",
    },
    "empty": {"en": "{0} were empty", "zh": "{0}为空"},
    "known": {"en": "{0} had a value", "zh": "{0}有值"},
    "has": {"en": "{0} had {1}", "zh": "{0}含有{1}"},
    "not has": {"en": "{0} did not have {1}", "zh": "{0}不含{1}"},
    "has any": {"en": "{0} had any of {1}", "zh": "{0}含有{1}中的任何一个"},
    "not has any": {"en": "{0} had none of {1}", "zh": "{0}不含{1}中的任何一个"},
    "has all": {"en": "{0} had all of {1}", "zh": "{0}含有全部{1}"},
    "not has all": {"en": "{0} lacked some of {1}", "zh": "{0}缺少{1}中的某些"},
    "contains": {"en": "{0} contained {1}", "zh": "{0}包含{1}"},
    "not contains": {"en": "{0} did not contain {1}", "zh": "{0}不包含{1}"},
    "starts with": {"en": "{0} started with {1}", "zh": "{0}以{1}开头"},
    "not starts with": {"en": "{0} did not start with {1}", "zh": "{0}不以{1}开头"},
    "ends with": {"en": "{0} ended with {1}", "zh": "{0}以{1}结尾"},
    "not ends with": {"en": "{0} did not end with {1}", "zh": "{0}不以{1}结尾"},
    "matches": {"en": "{0} were {1} in any case", "zh": "{0}是{1}（不分大小写）"},
    "not matches": {"en": "{0} were not {1} in any case", "zh": "{0}不是{1}（不分大小写）"},
}

MORE = {
    True: {"en": "there were {1} more of {0}", "zh": "{0}再多{1}条"},
    False: {"en": "there were {1} fewer of {0}", "zh": "{0}少{1}条"},
}
"""{whether records come: words}."""
WHERE = {"en": "{0} where {1}", "zh": "{0}（满足：{1}）"}
ONE = {"en": "one", "zh": "1"}


def said_wish(wish: Wish, speaker: Speaker, *, turns_to: bool) -> str:
    """The change with all values that would do."""
    shown = [_value(value, type_, wish.said, speaker) for value, type_ in wish.shown]
    return _whole(
        WERE[wish.words][speaker.language].format(speaker.said(wish.said), *shown), speaker, turns_to
    )


def said_exactly(wish: Wish, speaker: Speaker, *, turns_to: bool) -> str:
    """The change with the one value that was tried: other conditions on the same field may forbid others."""
    if wish.value is None or wish.value == frozenset():
        words = WERE["empty"][speaker.language].format(speaker.said(wish.field))
    else:
        value = _value(wish.value, wish.field.type, wish.field, speaker)
        equal = "== yes" if isinstance(wish.value, bool) else "=="
        words = WERE[equal][speaker.language].format(speaker.said(wish.field), value)
    return _whole(words, speaker, turns_to)


def said_children(change: Children, speaker: Speaker, *, turns_to: bool) -> str:
    """So many child records more or fewer, and of which sort."""
    number = ONE[speaker.language] if abs(change.records) == 1 else str(abs(change.records))
    words = MORE[change.records > 0][speaker.language].format(speaker.said(change.relation), number)
    if change.condition is not None:
        asked = speaker.claimed(change.condition, negated=not change.when)
        words = WHERE[speaker.language].format(words, asked)
    return _whole(words, speaker, turns_to)


def _whole(words: str, speaker: Speaker, turns_to: bool) -> str:
    return IF[turns_to][speaker.language].format(words)


def _value(value: object, type_: Type, beside: Node, speaker: Speaker) -> str:
    fact = beside.detail.fact if isinstance(beside.detail, Way) else None
    return said_value(value, type_, speaker.language, fact.option_labels if fact else None)
