"""What of a document can be filled in, drawn from its JSON Schema: a tree of nodes, each with a sort and a place.

Keywords that only this reads: `x-names` (what may be chosen here: `{"kind": "view"}`, with `about` those of one entity,
`{"fields_of": "/entity", "only": "sortable"}`, with `through` of the records behind a relation, `{"relations_of":
"/entity"}`; a place without a slash is a key beside this one, `^` the key of the object around, a list of places
means the first that says something),
`x-parts` (the shelf whose things bring the further settings), `x-beside` (the same, the settings standing beside the
choice instead of below it), `x-widget` (cron, icon, lines, value, values, matrix, levels, canvas, placed, when),
`x-options` (words for the values of an enum), `x-more` (stands among the further settings), `x-folded` (of the
things of a list one at a time is open).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from builder.kinds.design.schemas import (
    MISSING,
    PLAIN,
    are_texts,
    are_words,
    at,
    is_a,
    is_scalar,
    is_text,
    options,
    resolved,
    said,
    type_of,
    ways,
)
from schema_store.problems import pointer
from schema_store.texts import Text

RULE_TYPES = ["object", "boolean"]
PLAIN_NAME = "plain"
AROUND = "^"
"""A place: the key under which the object around stands."""
RELATIONS = "relations"
"""What `only` of a `Wanted` says where relations may be chosen."""


@dataclass(frozen=True)
class Part:
    """A thing of a shelf, as far as a document needs it: words, and the schema of its settings."""

    label: Text
    help: Text
    settings: Mapping[str, Any]


Parts = Callable[[str], Mapping[str, Part]]
"""The things of a shelf by its name."""


@dataclass(frozen=True)
class Wanted:
    """What may be chosen: names of a `kind` (about an `entity`), fields of an `entity`, or (RELATIONS) its relations.

    `to` is the entity that references lead to; `through` the relation behind which the entity's fields are meant.
    """

    kind: str = ""
    entity: str = ""
    only: str = ""
    to: str = ""
    sign: str = ""
    through: str | None = None


@dataclass(frozen=True)
class Node:
    """One thing that is drawn. `choices` `(value, words)` and `chosen`: of what has a closed list of ways.

    `field`: of a value, `(entity, field)` that it is written to. `unknown`: keys that nothing here draws.
    `brings`: of a choice with `x-beside`, `(value, keys)`: what stands beside it when that is chosen.
    """

    pointer: str
    sort: str
    schema: Mapping[str, Any]
    value: Any = MISSING
    label: Text = ""
    help: Text = ""
    is_required: bool = False
    children: tuple[Node, ...] = ()
    choices: tuple[tuple[Any, Text], ...] = ()
    chosen: str = ""
    wanted: Wanted | None = None
    field: tuple[str, str] = ("", "")
    unknown: tuple[str, ...] = ()
    brings: tuple[tuple[str, frozenset[str]], ...] = ()

    @property
    def key(self) -> str:
        return self.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")

    @property
    def is_there(self) -> bool:
        return self.value is not MISSING

    @property
    def is_folding(self) -> bool:
        """A list of which one thing at a time shows its settings."""
        return self.sort == "list" and bool(self.schema.get("x-folded"))

    @property
    def drag_group(self) -> str:
        """What lists share that exchange their things: the shelf these are of, else the list's own place."""
        return (self.schema["items"].get("x-parts") or self.pointer) if self.is_folding else ""


def plan(schema: Mapping[str, Any], document: Any, parts: Parts) -> Node:
    """The tree of a whole document; what does not fit its schema is a node of the sort `kept`."""
    return _Planner(document, parts).node(schema, document, _Place("", schema, {}))


def walk(node: Node) -> list[Node]:
    """The node and all below it, outermost first."""
    return [node, *(one for child in node.children for one in walk(child))]


@dataclass(frozen=True)
class _Place:
    """Where a node stands: `home` is the schema that its references are read in, `around` the object that holds it."""

    pointer: str
    home: Mapping[str, Any]
    around: Mapping[str, Any]
    is_required: bool = False

    @property
    def around_key(self) -> str:
        """The key under which the object around this stands."""
        return self.pointer.split("/")[-2] if self.pointer.count("/") > 1 else ""

    def below(self, step: str | int, around: Any, *, is_required: bool = False) -> _Place:
        held = around if isinstance(around, Mapping) else {}
        return _Place(self.pointer + pointer(step), self.home, held, is_required)


class _Planner:
    def __init__(self, document: Any, parts: Parts):
        self._document, self._parts = document, parts

    def node(self, schema: Mapping[str, Any], value: Any, place: _Place) -> Node:
        schema = resolved(schema, place.home)
        own = Node(
            place.pointer,
            "kept",
            schema,
            value,
            label=said(schema, "title", "x-zh-title"),
            help=said(schema, "description", "x-zh"),
            is_required=place.is_required,
            wanted=self._wanted(schema, place),
        )
        for fits, make in _SORTS:
            if fits(own, place):
                return make(self, own, place)
        return own

    def _wanted(self, schema: Mapping[str, Any], place: _Place) -> Wanted | None:
        items = schema.get("items")
        named = schema.get("x-names") or (items.get("x-names") if isinstance(items, Mapping) else None)
        if not isinstance(named, Mapping):
            return None
        around = next((named[key] for key in ("fields_of", "relations_of", "about") if key in named), None)
        return Wanted(
            named.get("kind", ""),
            self._first(around, place),
            RELATIONS if "relations_of" in named else named.get("only", ""),
            self._first(named.get("to"), place),
            named.get("sign", ""),
            self._first(named["through"], place) if "through" in named else None,
        )

    def _first(self, places: Any, place: _Place) -> str:
        """The first of these places that has a text."""
        for one in [places] if isinstance(places, str) else places or ():
            found = at(self._document, one) if one.startswith("/") else place.around.get(one)
            found = place.around_key if one == AROUND else found
            if isinstance(found, str) and found:
                return found
        return ""

    def object(self, own: Node, place: _Place) -> Node:
        """An object: what its schema knows is drawn, the rest is kept."""
        held = own.value if isinstance(own.value, Mapping) else {}
        children: list[Node] = []
        for key, inner in own.schema.get("properties", {}).items():
            is_required = key in own.schema.get("required", ())
            child = self.node(inner, held.get(key, MISSING), place.below(key, held, is_required=is_required))
            children += [child, *self._beside(child, held, place)]
        known = {child.key for child in children}
        unknown = tuple(key for key in held if key not in known)
        return replace(own, sort="object", children=tuple(children), unknown=unknown)

    def _beside(self, choice: Node, held: Mapping[str, Any], place: _Place) -> tuple[Node, ...]:
        """The settings of the chosen thing, which stand beside the choice."""
        if not choice.brings:
            return ()
        chosen = choice.value if choice.is_there else choice.schema.get("default")
        shelf = self._parts(choice.schema["x-beside"])
        part = shelf.get(chosen) if isinstance(chosen, str) else None
        if part is None:
            return ()
        within = replace(place, home=part.settings)
        return self.object(Node(place.pointer, "object", part.settings, held), within).children

    def part(self, own: Node, place: _Place) -> Node:
        """A thing of a shelf: its type, and the settings that the thing asks for."""
        held = own.value if isinstance(own.value, Mapping) else {}
        shelf = self._parts(own.schema["x-parts"])
        chosen = held.get("type", "")
        sort = "part" if isinstance(chosen, str) else "kept"
        choices = tuple((key, one.label) for key, one in shelf.items())
        part = shelf.get(chosen) if sort == "part" else None
        if part is None:
            unknown = tuple(key for key in held if key != "type")
            return replace(own, sort=sort, choices=choices, chosen=str(chosen), unknown=unknown)
        within = replace(place, home=part.settings)
        inner = self.object(replace(own, schema=resolved(part.settings, part.settings)), within)
        unknown = tuple(key for key in inner.unknown if key != "type")
        return replace(
            inner,
            sort="part",
            schema=own.schema,
            choices=choices,
            chosen=chosen,
            help=part.help,
            unknown=unknown,
        )

    def ways(self, own: Node, place: _Place) -> Node:
        """One of several objects, told apart by the key that only it needs."""
        held = own.value if isinstance(own.value, Mapping) else {}
        known = ways(own.schema, place.home)
        chosen = next((key for key in known if key in held), next(iter(known)))
        inner = self.object(replace(own, schema=known[chosen]), place)
        choices = tuple(
            (key, said(way["properties"][key], "title", "x-zh-title")) for key, way in known.items()
        )
        return replace(inner, sort="ways", schema=own.schema, choices=choices, chosen=chosen)

    def list(self, own: Node, place: _Place) -> Node:
        items = own.value if isinstance(own.value, list) else []
        inner = own.schema.get("items", {})
        children = tuple(self.node(inner, one, place.below(step, {})) for step, one in enumerate(items))
        return replace(own, sort="list", children=children)

    def names(self, own: Node, place: _Place) -> Node:
        return replace(own, sort="names")

    def boxes(self, own: Node, place: _Place) -> Node:
        return replace(own, sort="boxes", choices=options(own.schema["items"]))

    def choice(self, own: Node, place: _Place) -> Node:
        return replace(own, sort="choice", choices=options(own.schema))

    def shelf(self, own: Node, place: _Place) -> Node:
        """A choice among the things of a shelf, whose settings stand beside it."""
        shelf = self._parts(own.schema["x-beside"])
        brings = tuple((key, frozenset(one.settings.get("properties", {}))) for key, one in shelf.items())
        choices = tuple((key, one.label) for key, one in shelf.items())
        chosen = own.value if own.is_there else own.schema.get("default", "")
        known = shelf.get(chosen) if isinstance(chosen, str) else None
        return replace(
            own, sort="choice", choices=choices, brings=brings, help=known.help if known else own.help
        )

    def value(self, own: Node, place: _Place) -> Node:
        """A constant or a formula, written to the field that its schema names (`x-for`)."""
        entity, key = (self._first(one, place) for one in own.schema.get("x-for", ("/entity", "")))
        reads = Wanted(entity=self._first("/entity", place), only="shown")
        return replace(own, sort="value", field=(entity, key), wanted=reads)

    def values(self, own: Node, place: _Place) -> Node:
        """Values of several fields of an entity, by field."""
        entity = own.wanted.entity if own.wanted else ""
        held = own.value if isinstance(own.value, Mapping) else {}
        reads = Wanted(entity=self._first("/entity", place), only="shown")
        said = {"x-constant": True} if own.schema.get("x-constant") else {}
        children = tuple(
            Node(place.pointer + pointer(key), "value", said, one, wanted=reads, field=(entity, key))
            for key, one in held.items()
        )
        return replace(own, sort="values", children=children)

    def matrix(self, own: Node, place: _Place) -> Node:
        """Things by name: `choices` are the flags of each; a child is the whole of one."""
        held = own.value if isinstance(own.value, Mapping) else {}
        inner = own.schema["additionalProperties"]
        flags = [(key, one) for key, one in inner["properties"].items() if one.get("type") == "boolean"]
        return replace(
            own,
            sort="matrix",
            children=tuple(self.node(inner, one, place.below(key, held)) for key, one in held.items()),
            choices=tuple((key, said(one, "title", "x-zh-title")) for key, one in flags),
        )

    def levels(self, own: Node, place: _Place) -> Node:
        """Names that are each at one level; `chosen` is where the others are."""
        inner = own.schema["additionalProperties"]
        return replace(own, sort="levels", choices=options(inner), chosen=inner["default"])

    def canvas(self, own: Node, place: _Place) -> Node:
        """A list that is drawn as what it makes: its items side by side, each with the names that stand in it."""
        return replace(self.list(own, place), sort="canvas")

    def placed(self, own: Node, place: _Place) -> Node:
        """Names where they stand, each as it is or in an object that says more of it: a child is the whole of one."""
        branches = [resolved(one, place.home) for one in own.schema["items"]["oneOf"]]
        said = next(one for one in branches if one.get("type") == "object")
        items = own.value if isinstance(own.value, list) else []
        children = tuple(self._piece(said, one, place.below(step, {})) for step, one in enumerate(items))
        return replace(own, sort="placed", children=children)

    def _piece(self, schema: Mapping[str, Any], value: Any, place: _Place) -> Node:
        """One name; `chosen` says whether it stands alone (PLAIN_NAME). Its own key is not drawn: it is what it is."""
        key = schema["required"][0]
        held = {key: value} if isinstance(value, str) else value
        if not isinstance(held, Mapping) or not isinstance(held.get(key), str):
            return Node(place.pointer, "kept", schema, value)
        made = self.object(Node(place.pointer, "piece", schema, held), place)
        children = tuple(one for one in made.children if one.key != key)
        alone = PLAIN_NAME if isinstance(value, str) else ""
        return replace(made, sort="piece", children=children, chosen=alone)

    def when(self, own: Node, place: _Place) -> Node:
        return replace(own, sort="when")

    def plain(self, own: Node, place: _Place) -> Node:
        return replace(own, sort=PLAIN[type_of(own.schema)])

    def name(self, own: Node, place: _Place) -> Node:
        return replace(own, sort="name")

    def text(self, own: Node, place: _Place) -> Node:
        return replace(own, sort="text")

    def rule(self, own: Node, place: _Place) -> Node:
        return replace(own, sort="rule")

    def cron(self, own: Node, place: _Place) -> Node:
        return replace(own, sort="cron")

    def icon(self, own: Node, place: _Place) -> Node:
        return replace(own, sort="icon")


def _names(node: Node, _place: _Place) -> bool:
    return node.schema.get("type") == "array" and node.wanted is not None and are_words(node.value)


def _boxes(node: Node, _place: _Place) -> bool:
    items = node.schema.get("items")
    is_closed = isinstance(items, Mapping) and "enum" in items and node.schema.get("uniqueItems")
    return bool(is_closed) and are_words(node.value)


def _list(node: Node, place: _Place) -> bool:
    items = resolved(node.schema.get("items", {}), place.home)
    is_of_objects = items.get("type") == "object" or bool(ways(items, place.home))
    return node.schema.get("type") == "array" and is_of_objects and is_a(node.value, list)


Fits = Callable[[Node, _Place], bool]
_SORTS: tuple[tuple[Fits, Callable[[_Planner, Node, _Place], Node]], ...] = (
    (lambda node, _p: node.schema.get("x-widget") == "cron" and is_a(node.value, str), _Planner.cron),
    (lambda node, _p: node.schema.get("x-widget") == "icon" and is_a(node.value, str), _Planner.icon),
    (lambda node, _p: node.schema.get("x-widget") == "value", _Planner.value),
    (lambda node, _p: node.schema.get("x-widget") == "values" and is_a(node.value, dict), _Planner.values),
    (lambda node, _p: node.schema.get("x-widget") == "matrix" and is_a(node.value, dict), _Planner.matrix),
    (lambda node, _p: node.schema.get("x-widget") == "levels" and is_a(node.value, dict), _Planner.levels),
    (lambda node, _p: node.schema.get("x-widget") == "canvas" and is_a(node.value, list), _Planner.canvas),
    (lambda node, _p: node.schema.get("x-widget") == "placed" and is_a(node.value, list), _Planner.placed),
    (lambda node, _p: node.schema.get("x-widget") == "when", _Planner.when),
    (lambda node, _p: "x-parts" in node.schema and is_a(node.value, dict), _Planner.part),
    (lambda node, _p: node.schema.get("type") == RULE_TYPES, _Planner.rule),
    (lambda node, _p: is_text(node.schema) and are_texts(node.value), _Planner.text),
    (lambda node, place: bool(ways(node.schema, place.home)) and is_a(node.value, dict), _Planner.ways),
    (_boxes, _Planner.boxes),
    (_names, _Planner.names),
    (_list, _Planner.list),
    (lambda node, _p: "properties" in node.schema and is_a(node.value, dict), _Planner.object),
    (lambda node, _p: "enum" in node.schema and is_scalar(node.value), _Planner.choice),
    (lambda node, _p: "x-beside" in node.schema and is_scalar(node.value), _Planner.shelf),
    (lambda node, _p: node.wanted is not None and is_scalar(node.value), _Planner.name),
    (lambda node, _p: type_of(node.schema) in PLAIN and is_scalar(node.value), _Planner.plain),
)
