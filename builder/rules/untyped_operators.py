"""The operators of standard JSONLogic. Never here: `log`, `method`, `throw`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from builder.rules.untyped_values import INVALID, NAN, RuleError, finite, number, reach, text, truthy

MAX_CLIMB = 1_000


@dataclass(frozen=True)
class Scope:
    """What `var` sees; `above` is where `val` climbs to."""

    data: Any
    above: Scope | None = None

    def within(self, item: Any, index: int) -> Scope:
        """An iterator's scope: the item, above it the iteration, above that the outside."""
        return Scope(item, Scope({"index": index}, self))


class Run(Protocol):
    """One evaluation, metered."""

    def value(self, rule: Any, scope: Scope) -> Any: ...
    def args(self, inner: Any, scope: Scope) -> list[Any]: ...
    def spend(self, steps: int) -> None: ...
    def build(self, size: int) -> None: ...


def _var(run: Run, inner: Any, scope: Scope) -> Any:
    args = [run.value(one, scope) for one in inner] if isinstance(inner, list) else [run.value(inner, scope)]
    path = args[0] if args else None
    if path is None or path == "":
        return scope.data
    steps = text(path).split(".") if not isinstance(path, list) else path
    there, found = reach(scope.data, steps)
    if there and found is not None:
        return found
    return args[1] if len(args) > 1 else None


def _val(run: Run, inner: Any, scope: Scope) -> Any:
    steps = [run.value(one, scope) for one in inner] if isinstance(inner, list) else run.value(inner, scope)
    if not isinstance(steps, list):
        steps = [] if steps is None else [steps]
    at: Scope | None = scope
    if steps and isinstance(steps[0], list):
        climb = abs(int(number(steps[0][0]))) if steps[0] else 0
        for _level in range(min(climb, MAX_CLIMB)):
            at = at.above if at else None
        steps = steps[1:]
    return reach(at.data, steps)[1] if at else None


def _exists(run: Run, inner: Any, scope: Scope) -> bool:
    steps = run.value(inner, scope)
    return reach(scope.data, steps if isinstance(steps, list) else [steps])[0]


def _missing_of(run: Run, keys: Sequence[Any], scope: Scope) -> list[Any]:
    return [key for key in keys if _var(run, [key], scope) in (None, "")]


def _missing(run: Run, inner: Any, scope: Scope) -> list[Any]:
    keys = run.args(inner, scope)
    return _missing_of(run, keys[0] if keys and isinstance(keys[0], list) else keys, scope)


def _missing_some(run: Run, inner: Any, scope: Scope) -> list[Any]:
    least, keys = _exactly(2, run.value(inner, scope))
    if not isinstance(keys, list):
        raise RuleError(INVALID)
    missing = _missing_of(run, keys, scope)
    return [] if len(keys) - len(missing) >= number(least) else missing


# --- choices ---


def _listed(inner: Any) -> list[Any]:
    if not isinstance(inner, list):
        raise RuleError(INVALID)
    return inner


def _exactly(count: int, args: Any) -> list[Any]:
    if not isinstance(args, list) or len(args) < count:
        raise RuleError(INVALID)
    return args[:count]


def _if(run: Run, inner: Any, scope: Scope) -> Any:
    args = _listed(inner)
    for at in range(0, len(args) - 1, 2):
        if truthy(run.value(args[at], scope)):
            return run.value(args[at + 1], scope)
    return run.value(args[-1], scope) if len(args) % 2 else None


def _and(run: Run, inner: Any, scope: Scope) -> Any:
    found: Any = False
    for arg in _listed(inner):
        found = run.value(arg, scope)
        if not truthy(found):
            break
    return found


def _or(run: Run, inner: Any, scope: Scope) -> Any:
    found: Any = False
    for arg in _listed(inner):
        found = run.value(arg, scope)
        if truthy(found):
            break
    return found


def _first_known(run: Run, inner: Any, scope: Scope) -> Any:
    found: Any = None
    for arg in inner if isinstance(inner, list) else [inner]:
        found = run.value(arg, scope)
        if found is not None:
            break
    return found


def _try(run: Run, inner: Any, scope: Scope) -> Any:
    failed: RuleError | None = None
    for arg in inner if isinstance(inner, list) else [inner]:
        try:
            return run.value(
                arg, scope if failed is None else Scope({"type": failed.type}, Scope(None, scope))
            )
        except RuleError as error:
            failed = error
    if failed:
        raise failed
    return None


# --- comparisons, pair by pair and lazily ---


def _chained(test: Callable[[Any, Any], bool]) -> Callable[[Run, Any, Scope], bool]:
    def run_chain(run: Run, inner: Any, scope: Scope) -> bool:
        if not isinstance(inner, list):
            inner = run.args(inner, scope)
            value = lambda arg: arg  # noqa: E731 - already worked out
        else:
            value = lambda arg: run.value(arg, scope)  # noqa: E731
        if len(inner) < 2:
            raise RuleError(INVALID)
        before = value(inner[0])
        for arg in inner[1:]:
            after = value(arg)
            if not test(before, after):
                return False
            before = after
        return True

    return run_chain


def _soft_equal(one: Any, other: Any) -> bool:
    if isinstance(one, (dict, list)) or isinstance(other, (dict, list)):
        raise RuleError(NAN)
    if type(one) is type(other):
        return one == other
    if one is None or other is None:
        return _known_soft_equal(one, other)
    return number(one) == number(other)


def _known_soft_equal(one: Any, other: Any) -> bool:
    try:
        return number(one) == number(other)
    except RuleError:
        return False


def _strict_equal(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other
    if isinstance(one, (dict, list)):
        return one is other
    return type(one) is type(other) and one == other


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(one: Any, other: Any) -> bool:
        if isinstance(one, str) and isinstance(other, str):
            return test(one, other)
        return test(number(one), number(other))

    return compare


# --- numbers ---


def _sum(_run: Run, args: list[Any]) -> Any:
    return finite(sum(number(arg) for arg in args))


def _product(_run: Run, args: list[Any]) -> Any:
    total: float | int = 1
    for arg in args:
        total = finite(total * number(arg))
    return total


def _difference(_run: Run, args: list[Any]) -> Any:
    if not args:
        raise RuleError(INVALID)
    first, *rest = [number(arg) for arg in args]
    return finite(first - sum(rest)) if rest else -first


def _quotient(_run: Run, args: list[Any]) -> Any:
    if not args:
        raise RuleError(INVALID)
    first, *rest = [number(arg) for arg in args] if len(args) > 1 else [1, number(args[0])]
    for below in rest:
        if not below:
            raise RuleError(NAN)
        first = finite(first / below)
    return first


def _remainder(_run: Run, args: list[Any]) -> Any:
    if len(args) < 2:
        raise RuleError(INVALID)
    first, *rest = [number(arg) for arg in args]
    for below in rest:
        if not below:
            raise RuleError(NAN)
        first = (
            finite(math.fmod(first, below))
            if isinstance(first, float) or isinstance(below, float)
            else _whole_rest(first, below)
        )
    return first


def _whole_rest(first: int, below: int) -> int:
    rest = abs(first) % abs(below)
    return -rest if first < 0 else rest


def _extreme(choose: Callable[[list[Any]], Any]) -> Callable[[Run, list[Any]], Any]:
    def run_extreme(_run: Run, args: list[Any]) -> Any:
        if not args or any(isinstance(arg, bool) or not isinstance(arg, (int, float)) for arg in args):
            raise RuleError(INVALID)
        return choose(args)

    return run_extreme


# --- texts and lists ---


def _cat(run: Run, args: list[Any]) -> str:
    parts = [text(arg) for arg in args]
    run.build(sum(len(part) for part in parts))
    return "".join(parts)


def _substr(_run: Run, args: list[Any]) -> str:
    source, start = _exactly(2, args)
    whole, at = text(source), int(number(start))
    rest = whole[at:] if at >= 0 else whole[max(len(whole) + at, 0) :]
    if len(args) < 3 or args[2] is None:
        return rest
    length = int(number(args[2]))
    return rest[:length] if length >= 0 else rest[: max(len(rest) + length, 0)]


def _in(_run: Run, args: list[Any]) -> bool:
    needle, hay = _exactly(2, args)
    if isinstance(hay, str):
        return text(needle) in hay
    return isinstance(hay, list) and any(_strict_equal(needle, one) for one in hay)


def _merge(run: Run, args: list[Any]) -> list[Any]:
    merged = [one for arg in args for one in (arg if isinstance(arg, list) else [arg])]
    run.spend(len(merged))
    return merged


# --- iterators ---


def _items(run: Run, inner: Any, scope: Scope, *, or_none: bool) -> tuple[list[Any], Any]:
    """The list and the rule for each item; `or_none`: what is missing counts as an empty list."""
    args = _listed(inner)
    if len(args) < 2:
        raise RuleError(INVALID)
    items = run.value(args[0], scope)
    if items is None and or_none and args[0] is not None:
        items = []
    if not isinstance(items, list):
        raise RuleError(INVALID)
    return items, args[1]


def _map(run: Run, inner: Any, scope: Scope) -> list[Any]:
    items, rule = _items(run, inner, scope, or_none=True)
    if rule is None:
        raise RuleError(INVALID)
    return [run.value(rule, scope.within(item, at)) for at, item in enumerate(items)]


def _filter(run: Run, inner: Any, scope: Scope) -> list[Any]:
    items, rule = _items(run, inner, scope, or_none=True)
    if rule is None:
        raise RuleError(INVALID)
    return [item for at, item in enumerate(items) if truthy(run.value(rule, scope.within(item, at)))]


def _reduce(run: Run, inner: Any, scope: Scope) -> Any:
    items, rule = _items(run, inner, scope, or_none=True)
    has_start = len(inner) > 2
    total = run.value(inner[2], scope) if has_start else None
    if not has_start and items:
        total, items = items[0], items[1:]
    for at, item in enumerate(items):
        total = run.value(rule, scope.within({"current": item, "accumulator": total}, at))
    return total


def _some(run: Run, inner: Any, scope: Scope) -> bool:
    items, rule = _items(run, inner, scope, or_none=False)
    return any(truthy(run.value(rule, scope.within(item, at))) for at, item in enumerate(items))


def _all(run: Run, inner: Any, scope: Scope) -> bool:
    items, rule = _items(run, inner, scope, or_none=False)
    return bool(items) and all(
        truthy(run.value(rule, scope.within(item, at))) for at, item in enumerate(items)
    )


def _none(run: Run, inner: Any, scope: Scope) -> bool:
    items, rule = _items(run, inner, scope, or_none=False)
    return not any(truthy(run.value(rule, scope.within(item, at))) for at, item in enumerate(items))


LAZY: dict[str, Callable[[Run, Any, Scope], Any]] = {
    "var": _var,
    "val": _val,
    "exists": _exists,
    "missing": _missing,
    "missing_some": _missing_some,
    "if": _if,
    "?:": _if,
    "and": _and,
    "or": _or,
    "??": _first_known,
    "try": _try,
    "==": _chained(_soft_equal),
    "!=": _chained(lambda one, other: not _soft_equal(one, other)),
    "===": _chained(_strict_equal),
    "!==": _chained(lambda one, other: not _strict_equal(one, other)),
    "<": _chained(_ordered(lambda one, other: one < other)),
    "<=": _chained(_ordered(lambda one, other: one <= other)),
    ">": _chained(_ordered(lambda one, other: one > other)),
    ">=": _chained(_ordered(lambda one, other: one >= other)),
    "map": _map,
    "filter": _filter,
    "reduce": _reduce,
    "some": _some,
    "all": _all,
    "none": _none,
}
"""Operators that look at their arguments themselves."""


def _not(_run: Run, args: list[Any]) -> bool:
    return not truthy(args[0] if args else None)


def _truth(_run: Run, args: list[Any]) -> bool:
    return truthy(args[0] if args else None)


EAGER: dict[str, Callable[[Run, list[Any]], Any]] = {
    "!": _not,
    "not": _not,
    "!!": _truth,
    "+": _sum,
    "-": _difference,
    "*": _product,
    "/": _quotient,
    "%": _remainder,
    "min": _extreme(min),
    "max": _extreme(max),
    "cat": _cat,
    "substr": _substr,
    "in": _in,
    "merge": _merge,
}
"""Operators of worked-out arguments."""
