"""Lists of names that begin with all there is (`x-begin`): a form of an entity with all of its fields."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from builder.kinds.design.names import offered
from builder.kinds.design.plan import Node, walk
from builder.kinds.design.schemas import at

if TYPE_CHECKING:
    from builder.catalog import Catalog


def is_first_about(catalog: Catalog, kind: str, now: Node, was: Node) -> bool:
    """Whether a document that was about nothing yet is told now what it is about, and is the first about that."""
    about = _about(now)
    others = [body.get("entity") for body in catalog.of_kind(kind).values()]
    return bool(about) and not _about(was) and about not in others


def _about(root: Node) -> str:
    return next((one.wanted.entity for one in _lists(root) if one.wanted), "")


def with_all(catalog: Catalog, root: Node, document: Any) -> Any:
    """The document with the first of its empty lists filled, if none of them holds anything."""
    lists = _lists(root)
    if not lists or any(one.value for one in lists if one.is_there):
        return document
    return filled(catalog, root, document, lists[0].pointer)


def filled(catalog: Catalog, root: Node, document: Any, place: str) -> Any:
    """The document with all at the end of a list that stands in no list of its sort yet."""
    lists = _lists(root)
    node = next((one for one in lists if one.pointer == place), None)
    made = deepcopy(document)
    held = at(made, place)
    if node is None or node.wanted is None or not isinstance(held, list):
        return document
    taken = {name for one in lists for name in names_in(one)}
    held += [name for name, _words in offered(catalog, node.wanted) if name not in taken]
    return made


def names_in(node: Node) -> list[str]:
    """The names that stand in a list of placed ones."""
    return [one.value[one.schema["required"][0]] for one in node.children if one.sort == "piece"]


def _lists(root: Node) -> list[Node]:
    return [one for one in walk(root) if one.sort == "placed" and one.schema.get("x-begin") == "all"]
