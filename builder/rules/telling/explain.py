"""A rule in words: as one sentence, and as a tree of steps with a record's own values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from builder.rules.evaluate import lowered
from builder.rules.names import Moment, Row
from builder.rules.operators import TABLE
from builder.rules.operators.leaves import said_value
from builder.rules.rule import Rule
from builder.rules.telling.flips import Flip, flips
from builder.rules.tree import Node, Way
from schema_store.texts import pick

LANGUAGES = ("en", "zh")
GROUPS = {
    "and": {"en": "all of these", "zh": "以下全部满足"},
    "or": {"en": "at least one of these", "zh": "以下至少一项满足"},
}
NOT_GROUPS = {
    "and": {"en": "not all of these", "zh": "以下并非全部满足"},
    "or": {"en": "none of these", "zh": "以下均不满足"},
}
OR_EMPTY = {"en": "{0} (or empty)", "zh": "{0}（或为空）"}
CLAIM = {"en": "{0} is yes", "zh": "{0}为是", "not en": "{0} is not yes", "not zh": "{0}不为是"}
EVERYTHING = {"en": "every record", "zh": "所有记录"}


@dataclass(frozen=True)
class Step:
    """One condition of a rule for one record: its sentence, whether it holds, what it looked at, its parts.

    `verdict` is None for a rule that gives a value. `values` maps labels to the record's values in words.
    `flips`, of the outermost step: what would turn the verdict of the whole, the nearest at hand first.
    """

    sentence: str
    verdict: bool | None
    values: dict[str, str] = field(default_factory=dict)
    children: tuple[Step, ...] = ()
    flips: tuple[Flip, ...] = ()

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def document(self) -> dict[str, Any]:
        """The tree as JSON."""
        return {
            "sentence": self.sentence,
            "verdict": self.verdict,
            "values": self.values,
            "children": [child.document() for child in self.children],
            "flips": [flip.document() for flip in self.flips],
        }


def sentence(rule: Rule, language: str) -> str:
    """The rule in one sentence of `language` ("en", "zh")."""
    if rule.tree.op == "literal" and rule.tree.detail is True and rule.is_condition:
        return pick(EVERYTHING, language)
    speaker = Speaking(language)
    return speaker.claimed(rule.tree) if rule.is_condition else speaker.said(rule.tree)


def trace(rule: Rule, row: Row, moment: Moment, language: str) -> Step:
    """Why the rule holds for this record, or does not: a step for each condition, outermost first."""
    step = _Tracer(row, moment, language).step(rule.tree, is_condition=rule.is_condition)
    return replace(step, flips=flips(rule, row, moment, Speaking(language)))


class Speaking:
    """Says the parts of rules in one language (the protocol `Speaker` of operators)."""

    def __init__(self, language: str):
        self.language = "zh" if language.startswith("zh") else "en"

    def template(self, node: Node, form: str = "") -> str:
        words = TABLE[node.op].sentence
        return words.get(f"{form}{self.language}") or words[f"{form}en"]

    def said(self, node: Node, *, negated: bool = False, beside: Node | None = None) -> str:
        entry = TABLE[node.op]
        if entry.true is None and negated:
            return self._claim(node, negated=True)
        if node.op == "literal" and beside is not None:
            fact = beside.detail.fact if isinstance(beside.detail, Way) else None
            return said_value(node.detail, node.type, self.language, fact.option_labels if fact else None)
        said = entry.say(self, node, negated) if entry.say else self._filled(node, negated)
        return self._with_empty(said, node, negated)

    def _filled(self, node: Node, negated: bool) -> str:
        entry, beside = TABLE[node.op], _first_field(node)
        told = self._told(node)
        if told:
            compared, constant = node.args
            template = told[f"not {self.language}" if negated else self.language]
            return template.format(self.said(compared.args[0]), self.said(constant))
        words = [
            self.claimed(arg)
            if entry.slot_of(at, len(node.args)).wants == "condition"
            else self.said(arg, beside=beside)
            for at, arg in enumerate(node.args)
        ]
        return self.template(node, "not " if negated else "").format(*words)

    def _told(self, node: Node) -> Mapping[str, str]:
        """How a comparison with a constant is said where what is compared has words for it; {} else."""
        if len(node.args) != 2 or node.args[1].op != "literal":
            return {}
        return TABLE[node.args[0].op].told.get(node.op, {})

    def claimed(self, node: Node, *, negated: bool = False) -> str:
        """A node where a condition belongs: a yes-or-no value is claimed to be yes."""
        is_value = TABLE[node.op].true is None
        return self._claim(node, negated=negated) if is_value else self.said(node, negated=negated)

    def _claim(self, node: Node, *, negated: bool) -> str:
        entry = TABLE[node.op]
        plain = entry.say(self, node, False) if entry.say else self._filled(node, False)
        return CLAIM[f"{'not ' if negated else ''}{self.language}"].format(plain)

    def _with_empty(self, said: str, node: Node, negated: bool) -> str:
        form = TABLE[node.op].counts_empty
        if not form or (form == "not") is not negated:
            return said
        fields = [arg for arg in node.args if arg.is_nullable and arg.op != "literal"]
        against_empty = any(arg.op == "literal" and _has_empty(arg.detail) for arg in node.args)
        return OR_EMPTY[self.language].format(said) if fields and not against_empty else said


def _has_empty(detail: Any) -> bool:
    """Whether a literal is empty, or a list that names the empty value."""
    return detail is None or (isinstance(detail, tuple) and detail[1])


def _first_field(node: Node) -> Node | None:
    """The field beside which literals of this node stand."""
    for arg in node.args:
        if arg.op == "var":
            return arg
        if arg.op in {"??", "was"}:
            return _first_field(arg)
    return None


class _Tracer:
    def __init__(self, row: Row, moment: Moment, language: str):
        self._row, self._moment, self._speaker = row, moment, Speaking(language)

    def step(self, node: Node, *, is_condition: bool, negated: bool = False) -> Step:
        if not is_condition:
            return Step(self._speaker.said(node), None, self._values(node) | self._result(node))
        if node.op in {"!", "!!"}:
            return self.step(node.args[0], is_condition=True, negated=negated is not (node.op == "!"))
        verdict = bool(lowered(node)(self._row, self._moment)) is not negated
        if node.op in GROUPS:
            words = NOT_GROUPS if negated else GROUPS
            children = tuple(self.step(arg, is_condition=True) for arg in node.args)
            return Step(words[node.op][self._speaker.language], verdict, {}, children)
        return Step(self._speaker.claimed(node, negated=negated), verdict, self._values(node))

    def _values(self, node: Node) -> dict[str, str]:
        """What the row says in the fields that the node reads of it; of child records, how many there are."""
        found: dict[str, str] = {}
        for one in _read_here(node):
            value = lowered(one)(self._row, self._moment)
            shown = str(len(value)) if one.type.name == "relation" else self._shown(one, value)
            found[self._speaker.said(one)] = shown
        return found

    def _result(self, node: Node) -> dict[str, str]:
        value = lowered(node)(self._row, self._moment)
        return {"=": said_value(value, node.type, self._speaker.language)}

    def _shown(self, node: Node, value: Any) -> str:
        fact = node.detail.fact if isinstance(node.detail, Way) else None
        return said_value(value, node.type, self._speaker.language, fact.option_labels if fact else None)


def _read_here(node: Node) -> list[Node]:
    """The fields, counts and the like that a condition reads of the record itself."""
    if node.op == "var":
        return [node]
    entry, count = TABLE[node.op], len(node.args)
    found = [node] if entry.is_aggregate and entry.true is None else []
    for at, arg in enumerate(node.args):
        if not entry.slot_of(at, count).inner:
            found += _read_here(arg)
    return found
