"""A definition on its way through the designer's form, which is all its state: `d.was` is how it was shown last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import abort
from werkzeug.datastructures import MultiDict

from builder.kinds.contract import Kind
from builder.kinds.design import beginnings, carrying, names
from builder.kinds.design.edits import Edited, edited
from builder.kinds.design.matrix import OPEN
from builder.kinds.design.named import parts_of
from builder.kinds.design.plan import Node, plan, walk
from builder.kinds.design.reading import read
from builder.kinds.design.schemas import at
from builder.pages import web
from builder.pages.reader import Reader
from builder.pages.studio import rule_places
from builder.pages.studio.design.outside import Beside
from builder.pages.web.numbers import counted
from builder.publishing import checking
from builder.publishing.checking import shape_of
from schema_store import strict_json
from schema_store.documents import Body
from schema_store.problems import Problem, Problems

DRAWABLE = 10_000
"""A document of more values is edited as text: its inputs would be a page of many megabytes."""
STAND_IN = "untitled"
"""The key under which a definition is checked that has none yet."""


@dataclass(frozen=True)
class Designing:
    """The document under edit. `key` is "" for a new one; `is_tried`: it was to be kept, so what is missing is told.

    `open`: the place of the row of a matrix, or of the thing of a canvas or a list, that is open; "" for none.
    """

    kind: Kind
    key: str
    body: Body
    base: int = 0
    turn: int = 0
    is_tried: bool = False
    outside: Beside | None = None
    edit: Edited = field(default_factory=lambda: Edited({}))
    open: str = ""

    @property
    def address(self) -> str:
        return f"/studio/{self.kind.key}/{self.key or 'new'}"


def planned(kind: Kind, body: Any) -> Node:
    """What can be filled in of a body."""
    return plan(shape_of(kind).schema, body, parts_of(web.house().registry))


def posted(here: Reader, kind: Kind, key: str, form: MultiDict[str, str]) -> Designing:
    """The designing that a form holds, after its button."""
    was = _was(form.get("d.was", ""))
    outside = Beside(here, kind, was, form)
    body = read(planned(kind, was), form, outside)
    body = body if key else begun(here, kind, body, was)
    change = _edited(here, kind, body, form.get("d.do", ""))
    opened = _open(kind, form, body, change)
    change = replace(change, document=_without_begun(kind, change.document, outside.unfinished, opened))
    return Designing(
        kind,
        key,
        _with_only_choices(here, kind, change),
        form.get("base", 0, counted),
        form.get("turn", 0, counted),
        form.get("d.tried") == "1",
        outside,
        change,
        opened,
    )


def _without_begun(kind: Kind, body: Body, unfinished: Sequence[str], opened: str) -> Body:
    """Without conditions that were begun, say nothing yet, and are shut now: they would hold always, unseen."""
    for place in unfinished:
        is_shown = bool(opened) and f"{place}/".startswith(f"{opened}/")
        if not is_shown and at(body, place) is True:
            body = edited(planned(kind, body), body, f"quiet:{place}").document
    return body


def _edited(here: Reader, kind: Kind, body: Body, do: str) -> Edited:
    """What a button makes of the body; `fill:<place>` adds all that can be chosen there and was not."""
    if not do.startswith("fill:"):
        return edited(planned(kind, body), body, do)
    place = do.partition(":")[2]
    filled = beginnings.filled(here.catalog, planned(kind, body), body, place)
    return Edited(filled, place, "added")


def begun(here: Reader, kind: Kind, body: Body, was: Body) -> Body:
    """The body; where a new one has just been told what it is about, with all that a list of it begins with."""
    root = planned(kind, body)
    if not beginnings.is_first_about(here.catalog, kind.key, root, planned(kind, was)):
        return body
    return beginnings.with_all(here.catalog, root, body)


def _open(kind: Kind, form: MultiDict[str, str], before: Body, change: Edited) -> str:
    """What is open after the button."""
    do, _colon, place = form.get("d.do", "").partition(":")
    if do in ("open", "close"):
        return place if do == "open" else ""
    if change.said == "added" and _is_folded(kind, change):
        return change.place
    return carrying.still_open(
        form.get(OPEN, ""), form.get("d.do", ""), before, change.document, change.place
    )


def _is_folded(kind: Kind, change: Edited) -> bool:
    """Whether what was added stands in a list whose things are folded, but for the one that is open."""
    home = change.place.rpartition("/")[0]
    return any(one.pointer == home and one.is_folding for one in walk(planned(kind, change.document)))


def _with_only_choices(here: Reader, kind: Kind, change: Edited) -> Body:
    """The document; in what was just added, a name that must be chosen is, where there is only one."""
    body = change.document
    if change.said != "added":
        return body
    for node in walk(planned(kind, body)):
        is_new = node.pointer.startswith(f"{change.place}/") and node.sort == "name" and not node.is_there
        offers = (
            names.offered(here.catalog, node.wanted) if is_new and node.is_required and node.wanted else []
        )
        if len(offers) == 1:
            body = _put(body, node, offers[0][0])
    return body


def _put(body: Body, node: Node, value: Any) -> Body:
    """The document with a value at a node, in an object that is made for it where there is none yet."""
    around = node.pointer.rpartition("/")[0]
    placed = rule_places.put(body, node.pointer, value)
    return placed or rule_places.put(body, around, {node.key: value}) or body


def _was(text: str) -> Body:
    try:
        found = strict_json.read(text) if text else {}
    except Problems:
        return {}
    if size(found) > DRAWABLE:
        abort(413)
    return found if isinstance(found, dict) else {}


def size(document: Any) -> int:
    """How many values a document has, inner ones too."""
    inside = (
        document.values() if isinstance(document, Mapping) else document if isinstance(document, list) else ()
    )
    return 1 + sum(size(one) for one in inside)


@dataclass(frozen=True)
class Seen:
    """What checking says of a body: `problems` with places inside it, and the catalog as it would be."""

    problems: tuple[Problem, ...]
    catalog: Any

    @property
    def is_wrong(self) -> bool:
        return any(one.severity == "error" for one in self.problems)


def checked(here: Reader, designing: Designing) -> Seen:
    """The body beside everything that is live."""
    key = designing.key or str(designing.body.get("key") or STAND_IN)
    name = (designing.kind.key, key)
    try:
        found = checking.check(web.house().registry, here.catalog, {name: {**designing.body, "key": key}})
    except (KeyError, TypeError, AttributeError, ValueError):  # a draft may be any JSON
        return Seen((), here.catalog)
    own = f"/{designing.kind.key}/{key}"
    problems = tuple(
        replace(one, pointer=one.pointer[len(own) :]) for one in found.problems if one.pointer.startswith(own)
    )
    return Seen(problems, found.after or here.catalog)
