"""A condition as people put it together: groups, rows, related records; read from a document and written back.

Whatever cannot be drawn stays as it is written, so a document that is read and written again is the same document.
Parts are named by their way from the root, "0.2": the third part of the first; the root itself is "".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from builder.rules import tree
from builder.rules.compose.forms import FORMS, QUANTIFIERS
from builder.rules.compose.parts import Group, Other, Part, Related, Row, below, says_itself, speaks, walk
from builder.rules.compose.patterns import EITHER, var_of
from builder.rules.names import Fact, Names, Relation
from builder.rules.parse import parse
from schema_store import strict_json
from schema_store.problems import Problem, Problems, _, pointer

MAX_NESTING = 3
"""Groups deeper than this are not drawn."""


NEGATIONS: Mapping[str, tuple[Any, str]] = {
    "": (lambda inner: inner, ""),
    "!": (lambda inner: {"!": [inner]}, "/!/0"),
    "! bare": (lambda inner: {"!": inner}, "/!"),
}
"""How a negation is written, and where what it negates then stands."""


# --- reading ---


def outline(document: Any, names: Names, entity: str) -> Group:
    """The outline of any document over the records of `entity`; `True` has no parts."""
    if document is True:
        return Group()
    part = _Reader(names).part(document, entity, 0)
    return part if isinstance(part, Group) else Group(parts=(part,))


def fact_at(names: Names, entity: str, path: str) -> Fact | None:
    """The fact that a path ends at ("region", "store.region"); None where there is none.

    Of fields that stand in for each other the first one's; all must be of one type.
    """
    facts = [_fact(names, entity, one) for one in path.split(EITHER)]
    return facts[0] if len({fact and fact.type for fact in facts}) == 1 else None


def _fact(names: Names, entity: str, path: str) -> Fact | None:
    *refs, key = path.split(".")
    at = entity_at(names, entity, refs)
    return names.facts(at).get(key) if at else None


def relation_at(names: Names, entity: str, path: str) -> Relation | None:
    """The relation that a path ends at; None where there is none."""
    *refs, key = path.split(".")
    at = entity_at(names, entity, refs)
    return names.relations(at).get(key) if at else None


def entity_at(names: Names, entity: str, refs: list[str]) -> str:
    """The entity that references lead to; "" where one of them does not exist."""
    for ref in refs:
        fact = names.facts(entity).get(ref)
        if fact is None or fact.type.name != "ref":
            return ""
        entity = fact.type.entity
    return entity


def row_of(document: Any, names: Names, entity: str) -> Row | None:
    """The row that says the same as `document`; None where no form does."""
    try:
        canonical = tree.document(parse(document))
    except Problems:
        return None
    for form in FORMS.values():
        found = form.read(canonical)
        fact = fact_at(names, entity, found[0]) if found else None
        if found and fact and form.fits(fact.type) and _names_fields(form.asks, found[1], names, entity):
            return Row(found[0], form.key, found[1], document)
    return None


def _names_fields(asks: str, values: tuple[Any, ...], names: Names, entity: str) -> bool:
    return asks != "field" or fact_at(names, entity, values[0]) is not None


class _Reader:
    def __init__(self, names: Names):
        self._names = names

    def part(self, document: Any, entity: str, depth: int) -> Part:
        row = row_of(document, self._names, entity)
        if row:
            return row
        found = self._nested(document, entity, depth) if depth <= MAX_NESTING else None
        return found if found and same(compose(found).document, document) else Other(document)

    def _nested(self, document: Any, entity: str, depth: int) -> Part | None:
        name, inner = _only(document)
        if name in {"and", "or"} and isinstance(inner, list) and inner:
            parts = tuple(self.part(one, entity, depth + 1) for one in inner)
            return Group(name, parts, is_bare=False)
        if name == "!":
            return self._negated(inner, entity, depth)
        if name in QUANTIFIERS and isinstance(inner, list) and len(inner) == 2:
            return self._related(Related(name), inner, entity, depth)
        return self._counted(name, inner, entity, depth)

    def _negated(self, inner: Any, entity: str, depth: int) -> Part | None:
        is_listed = isinstance(inner, list) and len(inner) == 1
        part = self.part(inner[0] if is_listed else inner, entity, depth)
        negation = "!" if is_listed else "! bare"
        if isinstance(part, Group) and not part.negation:
            return Group(part.op, part.parts, negation, part.is_bare)
        return None if isinstance(part, (Other, Group)) else Group(parts=(part,), negation=negation)

    def _counted(self, sign: str, inner: Any, entity: str, depth: int) -> Part | None:
        if f"count{sign}" not in QUANTIFIERS or not isinstance(inner, list) or len(inner) != 2:
            return None
        name, asked = _only(inner[0])
        if (
            name != "count"
            or not isinstance(asked, list)
            or len(asked) not in {1, 2}
            or type(inner[1]) is not int
        ):
            return None
        return self._related(Related(f"count{sign}", number=inner[1]), asked, entity, depth)

    def _related(self, asked: Related, inner: list[Any], entity: str, depth: int) -> Part | None:
        """`inner`: the relation, and the condition on its records where there is one."""
        var, where = inner[0], inner[1] if inner[1:] else True
        name, path = _only(var)
        relation = relation_at(self._names, entity, path) if name == "var" and isinstance(path, str) else None
        if relation is None:
            return None
        part = Group() if where is True else self.part(where, relation.entity, depth + 1)
        group = part if isinstance(part, Group) else Group(parts=(part,))
        return replace(asked, relation=path, group=group)


def _only(document: Any) -> tuple[str, Any]:
    """The one member of an object; `("", None)` for anything else."""
    return next(iter(document.items())) if isinstance(document, dict) and len(document) == 1 else ("", None)


def same(one: Any, other: Any) -> bool:
    """Whether two documents are the same JSON: `1` is not `true`, and `1.0` not `1`."""
    try:
        return strict_json.write(one) == strict_json.write(other)
    except (TypeError, ValueError):  # no JSON at all
        return False


# --- writing ---


@dataclass(frozen=True)
class Composed:
    """The document of an outline: `places` says which part stands where, `unfinished` which are left out of it."""

    document: Any
    places: Mapping[str, str]
    unfinished: tuple[str, ...] = ()

    def part_at(self, pointer: str) -> str:
        """The innermost part that holds the place of a problem; "" is the whole."""
        holding = [place for place in self.places if pointer == place or pointer.startswith(f"{place}/")]
        return self.places[max(holding, key=len)] if holding else ""


def document(outline: Group) -> Any:
    """The document of a finished outline. Raises Problems while a part of it says nothing yet."""
    made = compose(outline)
    if made.unfinished:
        raise Problems([UNFINISHED for _one in made.unfinished])
    return made.document


UNFINISHED = Problem(
    "rule.unfinished", _("This condition is not finished."), hint=_("Fill it in, or take it away.")
)


def compose(part: Part) -> Composed:
    """The document of what is finished in `part` (`True` where nothing is), and what is not."""
    writer = _Writer()
    unfinished = tuple(name for name, one in walk(part) if not says_itself(one, is_root=not name))
    return Composed(writer.part(part, "", "") if speaks(part) else True, writer.places, unfinished)


class _Writer:
    """Writes parts that speak, and notes where each of them stands."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def part(self, part: Part, name: str, place: str) -> Any:
        made = _WRITERS[type(part)](self, part, name, place)
        self.places.setdefault(place, name)
        return made

    def row(self, row: Row, _name: str, _place: str) -> Any:
        return FORMS[row.form].make(var_of(row.path), row.values) if row.written is None else row.written

    def other(self, other: Other, _name: str, _place: str) -> Any:
        return other.document

    def group(self, group: Group, name: str, place: str) -> Any:
        wrap, suffix = NEGATIONS[group.negation]
        return wrap(self._joined(group, name, place + suffix))

    def _joined(self, group: Group, name: str, place: str) -> Any:
        speaking = [(at, part) for at, part in enumerate(group.parts) if speaks(part)]
        if group.is_bare and len(speaking) == 1:
            [(at, part)] = speaking
            return self.part(part, below(name, at), place)
        inner = place + pointer(group.op)
        return {
            group.op: [
                self.part(part, below(name, at), f"{inner}/{number}")
                for number, (at, part) in enumerate(speaking)
            ]
        }

    def related(self, related: Related, name: str, place: str) -> Any:
        sign, var = QUANTIFIERS[related.quantifier].sign, {"var": related.relation}
        inner = f"{place}{pointer(sign)}/0/count/1" if sign else f"{place}/{related.quantifier}/1"
        where = self.group(related.group, name, inner) if related.group.parts else True
        if not sign:
            return {related.quantifier: [var, where]}
        return {sign: [{"count": [var] if where is True else [var, where]}, related.number]}


_WRITERS: Mapping[type, Any] = {
    Row: _Writer.row,
    Other: _Writer.other,
    Group: _Writer.group,
    Related: _Writer.related,
}
