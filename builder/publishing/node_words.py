"""What a definition's parts are called and what their values say: names by their labels, rules and steps in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from builder.catalog import Catalog
from builder.kinds.design.names import entity_of, many
from builder.kinds.design.plan import Node, Wanted
from builder.kinds.design.reading import lines_of
from builder.kinds.parts import Scope, settings_of
from builder.publishing.words import quoted, rules_of
from builder.rules.check import check
from builder.rules.telling.explain import LANGUAGES, sentence
from schema_store.documents import Body
from schema_store.problems import Problems
from schema_store.texts import Text, pick

NOTHING: Text = "–"
YES: Text = {"en": "yes", "zh": "是"}
NO: Text = {"en": "no", "zh": "否"}
SOMETHING: Text = {"en": "something else", "zh": "其他内容"}
"""What cannot be said in words; nobody is shown JSON."""

TITLES = ("name", "choice", "text")
"""Sorts of parts by which an item is called that has no label."""
_TIMES = ("date", "datetime")
_TURNS: Mapping[tuple[bool, bool], Text] = {
    (True, True): {"en": "newest first", "zh": "从新到旧"},
    (True, False): {"en": "oldest first", "zh": "从旧到新"},
    (False, True): {"en": "largest first", "zh": "从大到小"},
    (False, False): {"en": "smallest first", "zh": "从小到大"},
}
"""(it is a time, it descends): how an order goes."""

_TOLD: Mapping[str, Callable[[Any, Mapping[str, Any], Scope], str]] = {
    "triggers": lambda thing, settings, scope: thing.sentence(
        settings, scope.entity, scope.catalog, scope.language
    )
}
"""How the things of a shelf say themselves, where it is not `sentence(settings, scope)`."""


def both(say: Callable[[str], str]) -> Text:
    """A text in all languages."""
    return {language: say(language) for language in LANGUAGES}


def joined(words: Iterable[Text]) -> Text:
    found = list(words)
    return both(
        lambda language: ("、" if language == "zh" else ", ").join(pick(one, language) for one in found)
    )


def in_quotes(words: Text) -> Text:
    return both(lambda language: quoted(pick(words, language)))


class Words:
    """The words for one version of a definition, beside the catalog whose names it uses."""

    def __init__(self, kind: str, body: Body, catalog: Catalog):
        self._catalog, self._about = catalog, str(body.get("entity", ""))
        self._rules = rules_of(kind, body, catalog)
        self._known: dict[Wanted, Mapping[str, Text]] = {}

    def name(self, wanted: Wanted | None, key: str) -> Text:
        """What people call a name that was chosen."""
        if wanted is None:
            return key
        if wanted not in self._known:
            self._known[wanted] = dict(many(self._catalog, wanted))
        return self._known[wanted].get(key, key)

    def names(self, node: Node) -> dict[str, Text]:
        """`{name: words}` of a list of names, in their order."""
        return {key: self.name(node.wanted, key) for key in keys_of(node)}

    def sorted_by(self, node: Node) -> Text:
        """“Joined on (newest first), Name”."""
        sign = node.wanted.sign if node.wanted else ""
        return joined(self.turned(node, one, sign) for one in node.value)

    def turned(self, node: Node, written: str, sign: str) -> Text:
        key, falls = written.removeprefix(sign), written.startswith(sign)
        entity = entity_of(self._catalog, node.wanted) if node.wanted else None
        is_time = entity is not None and key in entity.facts and entity.facts[key].type.name in _TIMES
        label, turn = self.name(node.wanted, key), _TURNS[is_time, falls]
        return both(lambda language: f"{pick(label, language)} ({pick(turn, language)})")

    def title(self, node: Node) -> Text:
        """What an item of a list is called: its step in words, what it opens, its own label."""
        if node.sort == "part":
            return self.step(node) or dict(node.choices).get(node.chosen, node.chosen)
        label = next((one for one in node.children if one.sort == "text" and one.key == "label"), None)
        if label is not None and label.is_there and label.value:
            return self.value(label)
        if node.sort == "piece":
            return in_quotes(self.name(node.wanted, piece_key(node)))
        said = next((one for one in node.children if one.is_there and one.sort in TITLES), None)
        return self.value(said) if said else SOMETHING

    def step(self, node: Node) -> Text:
        """A part in its own words: “set Stage to Dormant”; "" where it has none."""
        shelf, document = node.schema.get("x-parts", ""), node.value
        known = getattr(self._catalog.registry, shelf, {})
        thing = known.get(node.chosen) if isinstance(document, Mapping) and known else None
        if thing is None or not hasattr(thing, "sentence"):
            return ""
        tell = _TOLD.get(shelf, lambda one, settings, scope: one.sentence(settings, scope))
        scopes = {language: Scope(self._catalog, self._about, language) for language in LANGUAGES}
        try:
            return both(lambda language: quoted(tell(thing, settings_of(document), scopes[language])))
        except (KeyError, TypeError, AttributeError, ValueError, Problems):
            return ""

    def value(self, node: Node) -> Text:
        """What stands at a node; a switch that says nothing stands as usual."""
        if node.sort == "flag":
            return YES if (node.value if node.is_there else node.schema.get("default")) is True else NO
        if node.value is None or not node.is_there:
            return NOTHING
        return _SAYERS.get(node.sort, Words.other)(self, node)

    def chosen(self, node: Node) -> Text:
        return in_quotes(dict(node.choices).get(node.value, str(node.value)))

    def boxes(self, node: Node) -> Text:
        return joined(dict(node.choices).get(one, str(one)) for one in node.value)

    def rule(self, node: Node) -> Text:
        return self._rules.get(node.pointer, SOMETHING)

    def written(self, node: Node) -> Text:
        """A constant as the field's own option calls it; another field, or a formula, in words."""
        if isinstance(node.value, Mapping | list):
            return self.formula(node)
        entity = self._catalog.entities.get(node.field[0])
        field = entity.fields.get(node.field[1]) if entity else None
        words = (
            {one["value"]: one.get("label", one["value"]) for one in field.settings.get("options", ())}
            if field
            else {}
        )
        return in_quotes(words.get(node.value, str(node.value)))

    def formula(self, node: Node) -> Text:
        about = node.wanted.entity if node.wanted else self._about
        try:
            rule = check(node.value, self._catalog, about, wanted="value")
        except (Problems, KeyError):
            return SOMETHING
        return both(lambda language: sentence(rule, language))

    def other(self, node: Node) -> Text:
        return quoted(str(node.value)) if isinstance(node.value, str | int | float) else SOMETHING


def keys_of(node: Node) -> list[str]:
    """The names of a list, whether each stands alone or in an object that says more of it."""
    if node.sort == "placed":
        return [piece_key(one) for one in node.children]
    sign = node.wanted.sign if node.wanted else ""
    return [one.removeprefix(sign) if sign else one for one in node.value] if node.is_there else []


def piece_key(node: Node) -> str:
    required = node.schema.get("required", ("",))
    return str(node.value.get(required[0], "")) if isinstance(node.value, Mapping) else ""


_SAYERS: Mapping[str, Callable[[Words, Node], Text]] = {
    "name": lambda words, node: in_quotes(words.name(node.wanted, str(node.value))),
    "names": lambda words, node: joined(words.names(node).values()),
    "placed": lambda words, node: joined(words.names(node).values()),
    "choice": Words.chosen,
    "boxes": Words.boxes,
    "number": lambda _words, node: str(node.value),
    "text": lambda _words, node: in_quotes(
        lines_of(node.value) if isinstance(node.value, Mapping) else node.value
    ),
    "rule": Words.rule,
    "when": Words.rule,
    "part": lambda words, node: words.title(node),
    "ways": lambda words, node: words.title(node),
    "object": lambda words, node: words.title(node),
    "piece": lambda words, node: words.title(node),
    "value": Words.written,
}
