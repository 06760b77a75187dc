"""Rights as tables: things by name with a box for each flag (`matrix`), and names, each at one level (`levels`).

Only what was drawn is read: `<name>#names` says which rows were. A row that was opened shows what more there is of it;
the others keep that as it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from builder.kinds.design.plan import Node
from builder.kinds.design.schemas import MISSING

ALL, OPEN = "all", "d.open"
"""The button `all:<place>:<level>` sets every drawn name; under OPEN stands the place of the row that is open."""
ENDING = frozenset({"save", "publish", "anyway"})
"""The buttons with which somebody is done."""


def rows(node: Node, name: str, form: Any, read: Callable[[Node], Any]) -> Any:
    """What a form makes of a matrix; a row in which nothing stands is left out, unless it is open."""
    drawn = form.get(f"{name}#names")
    held = dict(node.value) if node.is_there else {}
    if drawn is None:
        return node.value
    children = {child.key: child for child in node.children if child.sort == "object"}
    for key in drawn.split():
        ticked = set(form.getlist(f"{name}/{key}#may"))
        was = read(children[key]) if key in children else held.get(key, {})
        now = _ticked(was, node, ticked) if isinstance(was, Mapping) else was
        if now or (form.get(OPEN) == f"{node.pointer}/{key}" and not ENDING & set(form)):
            held[key] = now
        else:
            held.pop(key, None)
    return held if held or node.is_there else MISSING


def _ticked(was: Any, node: Node, ticked: set[str]) -> dict[str, Any]:
    """A row with its flags as ticked; one that says what it said stays as it was written."""
    now = {} if was is MISSING else dict(was)
    for flag, _words in node.choices:
        if bool(now.get(flag)) == (flag in ticked):
            continue
        now[flag] = flag in ticked
    return now


def levels(node: Node, name: str, form: Any) -> Any:
    """What a form makes of levels by name: what is at the usual level is left out, and so is a map of nothing."""
    drawn = form.get(f"{name}#names")
    if drawn is None:
        return node.value
    held = dict(node.value) if node.is_there else {}
    wish = form.get("d.do", "").rpartition(":")
    known = {value for value, _words in node.choices}
    to_all = wish[2] if wish[0] == f"{ALL}:{node.pointer}" and wish[2] in known else None
    for key in drawn.split():
        was = held.get(key, node.chosen)
        level = to_all or form.get(f"{name}/{key}", was)
        if level == was:
            continue
        if level == node.chosen:
            held.pop(key, None)
        else:
            held[key] = level
    return held if held or node.value == {} else MISSING
