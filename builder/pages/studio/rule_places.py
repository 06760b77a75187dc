"""Where rules stand in definitions, or could: asked of the kind itself, so that no kind is named here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _

from builder.kinds.contract import Kind, RuleAt
from builder.kinds.design.named import parts_of
from builder.kinds.design.plan import plan, walk
from builder.pages import web
from builder.pages.reader import Reader
from builder.pages.studio import wording
from builder.publishing import checking
from schema_store.documents import Body
from schema_store.problems import pointer
from schema_store.shapes import shipped, titles
from schema_store.texts import Text

TRIED = 400
"""Places of a definition that are looked at for a rule that could stand there."""


@dataclass(frozen=True)
class Link:
    """A rule of a definition: what it says, and where it is edited. `is_there`: False where it could only be added."""

    label: str
    sentence: str
    href: str
    is_there: bool = True
    is_value: bool = False


def links(here: Reader, kind: Kind, body: Body, key: str) -> list[Link]:
    """The rules that stand in a definition, then those that could."""
    there = [_link(here, kind, (key, body), rule, is_there=True) for rule in rules(here, kind, body)]
    known = {rule.pointer for rule in rules(here, kind, body)}
    could = _could_stand(here, kind, body)
    return [
        *there,
        *(
            _link(here, kind, (key, body), rule, is_there=False)
            for rule in could
            if rule.pointer not in known
        ),
    ]


def _could_stand(here: Reader, kind: Kind, body: Body) -> list[RuleAt]:
    """The rules that could be added, asked of the body with all of them at once: a form has hundreds of places."""
    folded = _folded(kind, body)
    places, filled = {one for one in _open_places(kind, body) if not one.startswith(folded)}, body
    for place in places:
        filled = put(filled, place, True, only_new=True) or filled
    return [rule for rule in rules(here, kind, filled) if rule.pointer in places]


def _folded(kind: Kind, body: Body) -> tuple[str, ...]:
    """The lists whose things are opened one at a time, where the designer is the place to add a condition."""
    root = plan(checking.shape_of(kind).schema, body, parts_of(web.house().registry))
    return tuple(f"{one.pointer}/" for one in walk(root) if one.is_folding)


def rules(here: Reader, kind: Kind, body: Body) -> list[RuleAt]:
    """The rules in a body; none where it is not whole."""
    try:
        found = kind.rules(body, here.catalog)
    except (KeyError, TypeError, AttributeError, ValueError):  # a draft may be any JSON
        return []
    return [rule for rule in found if isinstance(rule.entity, str) and rule.entity in here.catalog.entities]


def rule_at(here: Reader, kind: Kind, body: Body, place: str) -> RuleAt | None:
    """The rule at a pointer; where none stands there but could, every record. None for any other place."""
    found = next((rule for rule in rules(here, kind, body) if rule.pointer == place), None)
    if found is not None:
        return found
    with_one = put(body, place, True)
    if with_one is None or put(body, place, None, only_new=True) is None:
        return None
    return next((rule for rule in rules(here, kind, with_one) if rule.pointer == place), None)


def put(body: Any, place: str, document: Any, *, only_new: bool = False) -> Any:
    """The body with the document at a pointer; None where there is no such place (or, with `only_new`, no new one)."""
    first, _slash, rest = place.removeprefix("/").partition("/")
    step = first.replace("~1", "/").replace("~0", "~")
    if isinstance(body, Mapping):
        inner = document if not rest else put(body.get(step), f"/{rest}", document, only_new=only_new)
        is_refused = (rest and inner is None) or (only_new and not rest and step in body)
        return None if is_refused else {**body, step: inner}
    if isinstance(body, list) and step.isdecimal() and int(step) < len(body):
        at = int(step)
        inner = document if not rest else put(body[at], f"/{rest}", document, only_new=only_new)
        return None if rest and inner is None else [*body[:at], inner, *body[at + 1 :]]
    return None


def read(body: Any, place: str) -> Any:
    """What stands at a pointer; None where nothing does."""
    for step in place.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(body, Mapping):
            body = body.get(name)
        else:
            body = (
                body[int(name)]
                if isinstance(body, list) and name.isdecimal() and int(name) < len(body)
                else None
            )
    return body


def label(here: Reader, rule: RuleAt, body: Body) -> str:
    """What a rule's place is called, with the records it is about: "Total spent: Condition · Orders"."""
    last = rule.pointer.rpartition("/")[2]
    entity = here.catalog.entities[rule.entity]
    words = f"{here.label(titles().get(last), last)} · {here.label(entity.label_plural, entity.key)}"
    around = _around(body, rule.pointer)
    return _("%(what)s: %(rule)s", what=here.label(around), rule=words) if around else words


def _around(body: Body, place: str) -> Text | None:
    """The label of the innermost labelled thing that holds a place, the definition itself apart."""
    steps = place.split("/")[1:-1]
    holders = [read(body, "".join(f"/{step}" for step in steps[: end + 1])) for end in range(len(steps))]
    labels = [one["label"] for one in holders if isinstance(one, Mapping) and "label" in one]
    return labels[-1] if labels else None


def address(kind: str, key: str, place: str) -> str:
    """Where the rule at a pointer is edited."""
    return f"/studio/{kind}/{key}/condition?{urlencode({'at': place})}"


def _link(here: Reader, kind: Kind, named: tuple[str, Body], rule: RuleAt, *, is_there: bool) -> Link:
    key, body = named
    said = (
        wording.sentence(here, rule.entity, rule.document, is_trigger=rule.is_trigger)
        if not rule.is_value
        else wording.formula(here, rule.entity, rule.document)
    )
    return Link(label(here, rule, body), said, address(kind.key, key, rule.pointer), is_there, rule.is_value)


def _open_places(kind: Kind, body: Body) -> Iterator[str]:
    """Pointers of this body at which a condition might be added: of the keys that hold rules anywhere."""
    keys = _keys_of_rules(kind.key)
    waiting: list[tuple[str, Any]] = [("", body)]
    for _tried in range(TRIED):
        if not waiting:
            return
        place, value = waiting.pop(0)
        if isinstance(value, Mapping):
            yield from (place + pointer(key) for key in keys if key not in value)
            waiting += [(place + pointer(name), inner) for name, inner in value.items() if name not in keys]
        elif isinstance(value, list):
            waiting += [(place + pointer(at), inner) for at, inner in enumerate(value)]


@cache
def _keys_of_rules(kind: str) -> tuple[str, ...]:
    """The keys of a kind's documents that may hold a condition: `true`, `false` or an object."""
    registry = web.house().registry
    own = registry.kinds[kind].shape or shipped().get(kind, {})
    waiting: list[Any] = [own, *(one.settings for one in registry.field_types.values())]
    found: dict[str, None] = {}
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            found |= {name: None for name, one in node.items() if _is_rule(one)}
            waiting += list(node.values())
        elif isinstance(node, list):
            waiting += node
    return tuple(sorted(found))


def _is_rule(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") == ["object", "boolean"]
