"""A posted form read back into the document: every input that was drawn counts, all else stays as it was.

The name of an input is `d` and its place (`d/columns`, `d/label/en`); what a place needs beside its value stands
behind a `#` (`d/trigger/cron#how`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from builder.kinds.design import cron, matrix
from builder.kinds.design.plan import PLAIN_NAME, Node
from builder.kinds.design.schemas import LANGUAGES, MISSING
from schema_store.texts import Text


class Posted(Protocol):
    """The fields of a form, as web frameworks give them."""

    @property
    def get(self) -> Callable[..., Any]: ...

    def getlist(self, key: str, /) -> list[str]: ...

    def __contains__(self, key: str, /) -> bool: ...


class Outside(Protocol):
    """What a document's rules and constants are edited with, which is not known here."""

    def rule(self, node: Node) -> Any:
        """The rule that the builder at this place holds; the node's own value where none was drawn."""
        ...

    def constant(self, node: Node, posted: Sequence[str]) -> Any:
        """The value in JSON form that was typed for the node's field; what cannot be read stays a text."""
        ...

    def formula(self, node: Node) -> Any:
        """The document of the formula at this place; the node's own value where it cannot be read yet."""
        ...

    def texts(self, node: Node) -> list[str]:
        """What the input of the node's constant holds."""
        ...


def name_of(node: Node, what: str = "") -> str:
    """The name of a node's input."""
    return f"d{node.pointer}{'#' if what else ''}{what}"


def read(node: Node, form: Posted, outside: Outside) -> Any:
    """The value that the form gives a node; MISSING where it is to be left out."""
    reader = _READERS.get(node.sort)
    return node.value if reader is None else reader(node, form, outside)


def text_of(value: Any) -> str:
    """A plain value as an input holds it."""
    if value is MISSING or value is None:
        return ""
    return (
        value
        if isinstance(value, str)
        else ("true" if value else "false")
        if isinstance(value, bool)
        else str(value)
    )


def lines_of(text: Text | Any) -> Mapping[str, str]:
    """A text as its two inputs hold it; a plain one stands in the first."""
    if isinstance(text, Mapping):
        return {language: text.get(language, "") for language in LANGUAGES}
    return {"en": text_of(text), "zh": ""}


def _plain(text: str) -> str:
    """As browsers send it: an input of one line drops line ends, one of several has its own."""
    return text.replace("\r", "").replace("\n", "")


def _object(node: Node, form: Posted, outside: Outside) -> Any:
    held = dict(node.value) if node.is_there else {}
    for child in node.children:
        found = read(child, form, outside)
        if found is MISSING:
            held.pop(child.key, None)
        else:
            held[child.key] = found
    for choice in node.children:
        for key in _left(choice, held):
            held.pop(key, None)
    return held if held or node.is_there else MISSING


def _left(choice: Node, held: Mapping[str, Any]) -> frozenset[str]:
    """The settings that go with what was chosen before, as far as the new choice does not know them too."""
    was, now = _chosen(choice, choice.value), _chosen(choice, held.get(choice.key, MISSING))
    if was == now:
        return frozenset()
    brings = dict(choice.brings)
    return brings.get(was, frozenset()) - brings.get(now, frozenset())


def _chosen(choice: Node, value: Any) -> str:
    """What a choice stands at: where nothing is written, what its schema says is usual."""
    return text_of(choice.schema.get("default", MISSING) if value is MISSING else value)


def _part(node: Node, form: Posted, outside: Outside) -> Any:
    """Another type has other settings: what both know by the same key stays."""
    held = _object(node, form, outside)
    chosen = form.get(name_of(node, "type"), node.chosen)
    if chosen == node.chosen:
        return held
    return {"type": chosen}


def _ways(node: Node, form: Posted, outside: Outside) -> Any:
    held = _object(node, form, outside)
    if node.is_there and node.chosen in node.value and node.chosen not in held:
        held[node.chosen] = ""
    chosen = form.get(name_of(node, "way"), node.chosen)
    if chosen == node.chosen or chosen not in dict(node.choices):
        return held
    rest = {} if held is MISSING else {key: one for key, one in held.items() if key != node.chosen}
    return {chosen: "", **rest}


def _list(node: Node, form: Posted, outside: Outside) -> Any:
    if not node.is_there:
        return MISSING
    return [read(child, form, outside) for child in node.children]


def _piece(node: Node, form: Posted, outside: Outside) -> Any:
    """A name about which nothing more is said stands alone, if it stood alone before."""
    held = _object(node, form, outside)
    return next(iter(held.values())) if node.chosen == PLAIN_NAME and len(held) == 1 else held


def _names(node: Node, form: Posted, _outside: Outside) -> Any:
    """The names as they stand; only their direction is an input."""
    sign = node.wanted.sign if node.wanted else ""
    if not node.is_there or not sign:
        return node.value
    return [
        _turned(one, sign, form.get(f"{name_of(node)}/{step}#turn")) for step, one in enumerate(node.value)
    ]


def _turned(one: str, sign: str, turn: str | None) -> str:
    if turn is None:
        return one
    plain = one.removeprefix(sign)
    return f"{sign}{plain}" if turn == sign else plain


def _boxes(node: Node, form: Posted, _outside: Outside) -> Any:
    name, known = name_of(node), [one for one, _words in node.choices]
    if name not in form:
        return node.value
    ticked, was = set(form.getlist(name)), node.value if node.is_there else []
    if ticked & set(known) == set(was) & set(known):
        return node.value
    found = [one for one in was if one not in known or one in ticked]
    found += [one for one in known if one in ticked and one not in was]
    return found if found or node.is_required else MISSING


def _line(node: Node, form: Posted, _outside: Outside) -> Any:
    text = form.get(name_of(node))
    if text is None or _plain(text) == _plain(text_of(node.value)):
        return node.value
    return text.replace("\r\n", "\n") if text.strip() else MISSING


def _number(node: Node, form: Posted, outside: Outside) -> Any:
    found = _line(node, form, outside)
    if found is MISSING and node.is_there and "null" in node.schema.get("type", ()):
        return None
    return _as_number(found) if isinstance(found, str) and found != node.value else found


def _as_number(text: str) -> Any:
    """The number; the text itself where it is none, to be told so."""
    plain = text.strip().replace(",", "").replace("，", "")
    if plain.removeprefix("-").isascii() and plain.removeprefix("-").isdigit() and len(plain) < 16:
        return int(plain)
    return text


def _flag(node: Node, form: Posted, _outside: Outside) -> Any:
    """A box that is not ticked posts nothing, so a hidden input says that it was there."""
    name = name_of(node)
    usual = node.schema.get("default", False)
    was = node.value if node.is_there else usual
    if name not in form or not isinstance(was, bool):
        return node.value
    is_ticked = "1" in form.getlist(name)
    return node.value if is_ticked == was else is_ticked


def _choice(node: Node, form: Posted, _outside: Outside) -> Any:
    text = form.get(name_of(node))
    if text is None or _plain(text) == _plain(_chosen(node, node.value)):
        return node.value
    known = {text_of(one): one for one, _words in node.choices}
    return known.get(text, text) if text else MISSING


def _name(node: Node, form: Posted, _outside: Outside) -> Any:
    text = form.get(name_of(node))
    if text is None or _plain(text) == _plain(text_of(node.value)):
        return node.value
    if not text:
        return MISSING
    return _as_number(text) if node.schema.get("type") == "integer" else text


def _text(node: Node, form: Posted, _outside: Outside) -> Any:
    was = lines_of(node.value)
    now = {one: form.get(f"{name_of(node)}/{one}", was[one]) for one in LANGUAGES}
    if all(_plain(now[one]) == _plain(was[one]) for one in LANGUAGES):
        return node.value
    found = {one: text.replace("\r\n", "\n") for one, text in now.items() if text.strip()}
    if isinstance(node.value, str) and set(found) == {"en"}:
        return found["en"]
    return found or MISSING


def _rule(node: Node, _form: Posted, outside: Outside) -> Any:
    """No condition is every record: where nothing stood, nothing is written."""
    found = outside.rule(node)
    return MISSING if found is True and not node.is_there else found


def _cron(node: Node, form: Posted, _outside: Outside) -> Any:
    was = cron.read(text_of(node.value))
    how = form.get(name_of(node, "how"))
    if how is None:
        return node.value
    given = {
        what: form.get(name_of(node, what), getattr(was, what)) for what in ("time", "weekday", "day", "text")
    }
    now = cron.Times(how, **given)
    if (now.how, _plain(now.text)) == (was.how, _plain(was.text)) and replace(now, text="") == replace(
        was, text=""
    ):
        return node.value
    if how != was.how and how == cron.TEXT:
        return node.value
    return cron.write(now, was) or MISSING


CONSTANT, FIELD, EMPTY, KEPT = "constant", "field", "empty", "kept"


def how_of(node: Node) -> str:
    """How a value says what is written: a constant, another field's value, nothing, or a formula."""
    if isinstance(node.value, Mapping):
        is_field = set(node.value) == {"var"} and isinstance(node.value["var"], str)
        return FIELD if is_field and "." not in node.value["var"] else KEPT
    if node.value is None:
        return EMPTY
    return KEPT if isinstance(node.value, list) else CONSTANT


def _value(node: Node, form: Posted, outside: Outside) -> Any:
    was, name = how_of(node), name_of(node)
    how = form.get(f"{name}#how", was)
    if _plain(form.get(f"{name}#for", node.field[1])) != _plain(node.field[1]):
        return MISSING
    readers: Mapping[str, Callable[[], Any]] = {
        EMPTY: lambda: None if was != EMPTY or node.is_there else MISSING,
        FIELD: lambda: _of_field(node, form),
        CONSTANT: lambda: _constant(node, form, outside),
        KEPT: lambda: outside.formula(node),
    }
    return readers[how]() if how in readers else node.value


def _of_field(node: Node, form: Posted) -> Any:
    was = node.value["var"] if how_of(node) == FIELD else ""
    text = form.get(name_of(node, "field"), was)
    return node.value if how_of(node) == FIELD and _plain(text) == _plain(was) else {"var": text}


def _constant(node: Node, form: Posted, outside: Outside) -> Any:
    posted = form.getlist(name_of(node))
    if how_of(node) != CONSTANT:
        return "" if "x-for" in node.schema or not node.schema else MISSING
    if not posted or _plain(posted[-1]) == _plain(outside.texts(node)[-1]):
        return node.value
    found = outside.constant(node, posted)
    return found if found is not None else ""


def _values(node: Node, form: Posted, outside: Outside) -> Any:
    if not node.is_there:
        return MISSING
    found = {child.key: read(child, form, outside) for child in node.children}
    return {key: "" if one is MISSING else one for key, one in found.items()}


_READERS: Mapping[str, Callable[[Node, Posted, Outside], Any]] = {
    "object": _object,
    "part": _part,
    "ways": _ways,
    "list": _list,
    "canvas": _list,
    "placed": _list,
    "piece": _piece,
    "when": _rule,
    "names": _names,
    "boxes": _boxes,
    "line": _line,
    "icon": _line,
    "number": _number,
    "flag": _flag,
    "choice": _choice,
    "name": _name,
    "text": _text,
    "rule": _rule,
    "cron": _cron,
    "value": _value,
    "values": _values,
    "matrix": lambda node, form, outside: matrix.rows(
        node, name_of(node), form, lambda child: read(child, form, outside)
    ),
    "levels": lambda node, form, _outside: matrix.levels(node, name_of(node), form),
}
