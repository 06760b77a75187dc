"""A rule document read into a tree: limits, shape and aliases; no names and no types yet."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from builder.rules.limits import MAX_BYTES, MAX_CHILDREN, MAX_JSON_DEPTH, check_limits, over
from builder.rules.operators import ALIASES, NAMES
from builder.rules.tree import Call, Literal, Tree
from schema_store import strict_json
from schema_store.problems import Problem, Problems, _, pointer

FLATTENED = frozenset({"and", "or"})


def parse_text(text: str | bytes) -> Tree:
    """The tree of a rule written as JSON text. Raises Problems."""
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise over("", _("This rule is longer than {limit} bytes."), MAX_BYTES)
    return parse(strict_json.read(text, max_bytes=MAX_BYTES, max_depth=MAX_JSON_DEPTH))


def parse(document: Any) -> Tree:
    """The tree of a JSON value (or `True`: no condition). Raises Problems with every problem of shape."""
    check_limits(document)
    reader = _Reader()
    tree = reader.read(document, "")
    if reader.problems:
        raise Problems(reader.problems)
    return tree


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def read(self, value: Any, place: str) -> Tree:
        if isinstance(value, dict):
            return self._call(value, place)
        if isinstance(value, list):
            return self._list(value, place)
        return Literal(value, place)

    def _list(self, items: list[Any], place: str) -> Tree:
        for at, item in enumerate(items):
            if isinstance(item, (dict, list)):
                self._refuse(f"{place}/{at}", "syntax.shape", _("A list may hold plain values only."))
        return Literal([item for item in items if not isinstance(item, (dict, list))], place)

    def _call(self, value: dict[str, Any], place: str) -> Tree:
        if len(value) != 1:
            found = ", ".join(value) or "{}"
            self._refuse(
                place,
                "syntax.shape",
                _("One operator belongs here, not {count}: {found}."),
                count=len(value),
                found=found,
            )
            return Literal(None, place)
        ((written, inner),) = value.items()
        op, inside = ALIASES.get(written, written), place + pointer(written)
        rewrite = SHORTHANDS.get(op)
        if rewrite:
            return rewrite(self, inner, place)
        if op not in NAMES:
            self._unknown(written, place)
        pairs = list(enumerate(inner)) if isinstance(inner, list) else [(None, inner)]
        args = tuple(self.read(one, inside if at is None else f"{inside}/{at}") for at, one in pairs)
        return self._flat(op, args, place) if op in FLATTENED else Call(op, args, place)

    def _flat(self, op: str, args: tuple[Tree, ...], place: str) -> Tree:
        if not args:
            self._refuse(place, "syntax.shape", _("“{operator}” needs at least one condition."), operator=op)
            return Literal(None, place)
        flat: list[Tree] = []
        for arg in args:
            flat += arg.args if isinstance(arg, Call) and arg.op == op else (arg,)
        if len(flat) > MAX_CHILDREN:
            self._refuse(
                place, "syntax.limit", _("More than {limit} conditions in one group."), limit=MAX_CHILDREN
            )
        return flat[0] if len(flat) == 1 else Call(op, tuple(flat), place)

    def _unknown(self, written: str, place: str) -> None:
        near = get_close_matches(written, [*NAMES, *ALIASES], 1)
        hint = _("Did you mean “{near}”?") if near else ""
        params = {"operator": written} | ({"near": near[0]} if near else {})
        template = _("There is no operator “{operator}”.")
        self.problems.append(Problem("op.unknown", template, params, place, hint))

    def _refuse(self, place: str, code: str, template: str, **params: Any) -> None:
        self.problems.append(Problem(code, template, params, place))

    # Shorthands: spellings that other JSONLogic writers use, read as what they mean.

    def var(self, inner: Any, place: str) -> Tree:
        """`{"var": [name, default]}` is `name ?? default`."""
        parts = inner if isinstance(inner, list) else [inner]
        if not 1 <= len(parts) <= 2 or not isinstance(parts[0], str):
            self._refuse(place, "syntax.shape", _("“var” takes the name of a field."))
            return Literal(None, place)
        name = Call("var", (Literal(parts[0], place),), place)
        if len(parts) == 1 or parts[1] is None:
            return name
        return Call("??", (name, self.read(parts[1], f"{place}/var/1")), place)

    def val(self, inner: Any, place: str) -> Tree:
        """`{"val": ["store", "region"]}` is `{"var": "store.region"}`."""
        steps = inner if isinstance(inner, list) else [inner]
        if not steps or not all(isinstance(step, str) for step in steps):
            self._refuse(place, "syntax.shape", _("“val” takes the names on the way to a field."))
            return Literal(None, place)
        return Call("var", (Literal(".".join(steps), place),), place)

    def missing(self, inner: Any, place: str) -> Tree:
        """`{"missing": ["a", "b"]}` is "a is empty, or b is"."""
        keys = inner if isinstance(inner, list) else [inner]
        if not keys or not all(isinstance(key, str) for key in keys):
            self._refuse(place, "syntax.shape", _("“missing” takes the names of fields."))
            return Literal(None, place)
        fields = [Call("var", (Literal(key, place),), place) for key in keys]
        tests = tuple(Call("is_empty", (field,), place) for field in fields)
        return tests[0] if len(tests) == 1 else Call("or", tests, place)


SHORTHANDS = {"var": _Reader.var, "val": _Reader.val, "missing": _Reader.missing}
