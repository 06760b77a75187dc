"""A canvas as templates draw it: blocks as they will stand, the names in each, and the tray of all other names.

One thing is open at a time; its settings are drawn in place. All others are drawn short, and keep what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from builder.catalog import Entity
from builder.fields.contract import Field
from builder.kinds.design import names
from builder.kinds.design.beginnings import names_in
from builder.kinds.design.edits import next_list
from builder.kinds.design.plan import Node, Wanted
from builder.kinds.design.reading import lines_of, text_of
from builder.pages.reader import Reader
from builder.pages.studio import wording
from builder.pages.studio.design.drawn import Drawn, Options
from builder.pages.studio.design.state import Designing
from schema_store.problems import pointer

WIDE = ("long_text",)
Mark = tuple[str, str]
"""An icon, and what it says."""


@dataclass(frozen=True)
class Piece:
    """A name where it stands. `more`: its settings while open; `others`: `(place, label)` where it can be carried."""

    id: str
    place: str
    label: str
    type: str
    is_required: bool
    is_wide: bool
    marks: Sequence[Mark]
    errors: Sequence[str]
    warnings: Sequence[str]
    is_open: bool
    has_focus: bool
    is_first: bool
    is_last: bool
    field: str = ""
    more: Sequence[Drawn] = ()
    others: Options = ()


@dataclass(frozen=True)
class Block:
    """One item of a canvas. `across`: how many names stand side by side; `break_`: what begins with it."""

    id: str
    place: str
    list: str
    label: str
    across: int
    break_: str
    marks: Sequence[Mark]
    errors: Sequence[str]
    warnings: Sequence[str]
    pieces: Sequence[Piece]
    is_open: bool
    has_focus: bool
    is_first: bool
    is_last: bool
    more: Sequence[Drawn] = ()


@dataclass(frozen=True)
class Telling:
    """What is wrong at a place, and anywhere below one; what is only worth a thought there."""

    at: Callable[[str], list[str]]
    below: Callable[[str], list[str]]
    thoughts: Callable[[str], list[str]]


class Canvas:
    """One canvas; `draw` draws a setting of what is open."""

    def __init__(self, here: Reader, designing: Designing, node: Node, telling: Telling):
        self._here, self._designing, self._node, self._telling = here, designing, node, telling
        lists = [one for block in node.children for one in block.children if one.sort == "placed"]
        wanted = next((one.wanted for one in lists if one.wanted), Wanted())
        self._entity: Entity | None = names.entity_of(here.catalog, wanted)
        self._offered = {key: here.label(words, key) for key, words in names.offered(here.catalog, wanted)}
        self._taken = {name for one in lists for name in names_in(one)}

    def given(self, draw: Callable[[Node], Drawn]) -> dict[str, object]:
        blocks = [self._block(one, at, draw) for at, one in enumerate(self._node.children)]
        return {
            "blocks": blocks,
            "tray": self._tray(),
            "into": self._into(blocks),
            "open": self._designing.open,
            "new_url": f"/studio/entity/{self._entity.key}/fields/new" if self._entity else "",
            "is_blank": not self._offered,
        }

    def _tray(self) -> list[tuple[str, str, str]]:
        """`(name, label, type)` of what stands nowhere."""
        left = [(key, words) for key, words in self._offered.items() if key not in self._taken]
        return [(key, words, self._type(key)) for key, words in left]

    def _into(self, blocks: Sequence[Block]) -> Block | None:
        """Where a name from the tray goes when its button is pressed: into what is open, else into the last."""
        opened = [one for one in blocks if f"{self._designing.open}/".startswith(f"{one.place}/")]
        return (opened or list(blocks) or [None])[-1]

    def _block(self, node: Node, at: int, draw: Callable[[Node], Drawn]) -> Block:
        of = {one.schema.get("x-role", one.sort): one for one in node.children}
        inner, is_open = of.get("placed"), node.pointer == self._designing.open
        settings = [one for one in node.children if one.sort not in ("placed", "kept")]
        wrong = [] if is_open else [words for one in settings for words in self._telling.below(one.pointer)]
        wrong += self._telling.at(node.pointer) + (self._telling.at(inner.pointer) if inner else [])
        return Block(
            self._id(node.pointer),
            node.pointer,
            inner.pointer if inner else "",
            block_label(self._here, node, at),
            self._across(of.get("across")),
            self._words(of.get("break")),
            [mark for one in settings if one.sort == "when" for mark in self._mark(one)],
            list(dict.fromkeys(wrong)),
            self._telling.thoughts(node.pointer),
            self._pieces(inner, draw) if inner else [],
            is_open,
            self._designing.edit.place == node.pointer,
            is_first=not at,
            is_last=at + 1 == len(self._node.children),
            more=[draw(one) for one in settings] if is_open else (),
        )

    def _across(self, node: Node | None) -> int:
        return node.value if node and node.value in (1, 2, 3) else 2

    def _words(self, node: Node | None) -> str:
        texts = lines_of(node.value) if node and node.is_there and node.sort == "text" else {}
        return texts.get(self._here.language) or next((one for one in texts.values() if one), "")

    def _pieces(self, inner: Node, draw: Callable[[Node], Drawn]) -> list[Piece]:
        return [self._piece(inner, one, at, draw) for at, one in enumerate(inner.children)]

    def _piece(self, inner: Node, node: Node, at: int, draw: Callable[[Node], Drawn]) -> Piece:
        name = node.value[node.schema["required"][0]] if node.sort == "piece" else text_of(str(node.value))
        field, is_open = self._field(name), node.pointer == self._designing.open
        body, telling = self._designing.body, self._telling
        return Piece(
            self._id(node.pointer),
            node.pointer,
            self._offered.get(name, name)[:80],
            self._type(name),
            bool(field and field.required),
            bool(field and field.type.widget(field.settings, self._here.shown).name in WIDE),
            [mark for one in node.children for mark in self._mark(one)],
            telling.at(node.pointer) if is_open else telling.below(node.pointer),
            telling.thoughts(node.pointer),
            is_open,
            self._designing.edit.place == node.pointer,
            is_first=not at and not next_list(body, inner.pointer, -1),
            is_last=at + 1 == len(inner.children) and not next_list(body, inner.pointer, 1),
            field=f"/studio/entity/{field.entity}/fields/{field.key}" if field else "",
            more=[draw(one) for one in node.children] if is_open else (),
            others=self._others(inner) if is_open else (),
        )

    def _others(self, inner: Node) -> Options:
        """The other lists, as places at their ends."""
        found = []
        for at, block in enumerate(self._node.children):
            for one in block.children:
                if one.sort == "placed" and one.pointer != inner.pointer:
                    end = len(one.value) if isinstance(one.value, list) else 0
                    found.append((one.pointer + pointer(end), block_label(self._here, block, at)))
        return found

    def _mark(self, node: Node) -> list[Mark]:
        """What is set, as an icon with its words."""
        icon = node.schema.get("x-icon")
        if not icon or not node.is_there:
            return []
        label = self._here.label(node.label, node.key)
        if node.sort != "when":
            return [(icon, f"{label}: {self._words(node)}")]
        if node.value is True or not self._entity:
            return [(icon, f"{label}: {_('always')}")]
        return [(icon, f"{label}: {wording.sentence(self._here, self._entity.key, node.value)}")]

    def _field(self, name: str) -> Field | None:
        return self._entity.fields.get(name) if self._entity else None

    def _type(self, name: str) -> str:
        field = self._field(name)
        return self._here.label(field.type.label) if field else ""

    def _id(self, place: str) -> str:
        return "d" + place.replace("/", "-")


def block_label(here: Reader, node: Node, at: int) -> str:
    """What a block is called: its own label, else its number."""
    held = node.value if isinstance(node.value, Mapping) else {}
    label = held.get("label")
    words = here.label(label) if isinstance(label, str | Mapping) else ""
    return words or _("Number %(number)s", number=at + 1)
