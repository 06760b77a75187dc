"""Sets of values of one type, empty among them or not: what a comparison lets through, as spans of an order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from builder.rules.limits import MAX_INTEGER
from builder.rules.names import Type
from builder.rules.operators.comparing import aligned

Cut = tuple[Any, ...]
"""A place between values: (0, value, 0) just before a value, (0, value, 1) just after it."""
Span = tuple[Cut, Cut]
LOWEST: Cut = (-1,)
HIGHEST: Cut = (1,)


@dataclass(frozen=True)
class Values:
    """The values between the cuts of `spans` (in order, none touching another); `empty`: the empty one too."""

    spans: tuple[Span, ...] = ()
    empty: bool = False

    def __bool__(self) -> bool:
        return self.empty or bool(self.spans)

    def __and__(self, other: Values) -> Values:
        met = [(max(low, least), min(high, most)) for low, high in self.spans for least, most in other.spans]
        return Values(tuple(span for span in met if span[0] < span[1]), self.empty and other.empty)

    def __or__(self, other: Values) -> Values:
        joined: list[Span] = []
        for low, high in sorted((*self.spans, *other.spans)):
            if joined and low <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], high))
            else:
                joined.append((low, high))
        return Values(tuple(joined), self.empty or other.empty)

    def without(self, other: Values) -> Values:
        """These values but for those of `other`."""
        left = self
        for low, high in other.spans:
            left = left & Values(((LOWEST, low), (high, HIGHEST)), empty=True)
        return Values(left.spans, self.empty and not other.empty)


def _same(value: Any) -> Any:
    return value


_STEPS: tuple[Callable[[Any], Any], Callable[[Any], Any]] = (lambda at: at - 1, lambda at: at + 1)


@dataclass(frozen=True)
class Line:
    """All values of a type in their order. `at`: the place of a stored value, None where it is none of them.

    `of`: the stored value at a place. `next_to`: the places just below and above one.
    `is_ordered`: False where only == is asked of them, and their order is ours.
    """

    all: Span
    at: Callable[[Any], Any] = _same
    of: Callable[[Any], Any] = _same
    is_stepped: bool = True
    is_ordered: bool = True
    next_to: tuple[Callable[[Any], Any], Callable[[Any], Any]] = _STEPS

    def before(self, value: Any) -> Cut:
        return (0, value, 0)

    def after(self, value: Any) -> Cut:
        return (0, value + 1, 0) if self.is_stepped else (0, value, 1)

    def only(self, values: Iterable[Any]) -> Values:
        """These values, as far as they are of the type."""
        found = Values()
        for place in [self.at(value) for value in values]:
            if place is not None:
                found |= Values(((self.before(place), self.after(place)),))
        return found & Values((self.all,))

    def where(self, sign: str, value: Any) -> Values:
        """The values of which `sign value` holds: == < <= > >=."""
        if sign == "==":
            return self.only([value])
        place = self.at(value)
        low = {">": self.after, ">=": self.before}.get(sign)
        high = {"<": self.before, "<=": self.after}.get(sign)
        span = (low(place) if low else LOWEST, high(place) if high else HIGHEST)
        return Values((self.all,)) & Values((span,))

    def beside(self, value: Any) -> list[Any]:
        """The stored values just below and just above one."""
        places = [step(self.at(value)) for step in self.next_to]
        known = [place for place in places if place is not None and self._holds(place)]
        return [self.of(place) for place in known]

    def _holds(self, place: Any) -> bool:
        low, high = self.all
        return low <= self.before(place) and self.after(place) <= high

    def nearest(self, values: Values, present: Any) -> Any:
        """The stored value among `values` that is nearest to the present one; None where there is none."""
        place = self.at(present)
        found = [edge for span in values.spans for edge in self._edges(span, place) if edge is not None]
        if not self.is_stepped:
            return self.of(found[0]) if found else None
        return self.of(min(found, key=lambda edge: abs(edge - place))) if found else None

    def _edges(self, span: Span, place: Any) -> list[Any]:
        """The place itself where the span holds it, else the first and the last place of the span."""
        low, high = span
        if low <= self.before(place) and self.after(place) <= high:
            return [place]
        below, above = self.next_to
        first = None if low == LOWEST else above(low[1]) if low[2] else low[1]
        last = None if high == HIGHEST else high[1] if high[2] else below(high[1])
        return [first, last]


def line(type_: Type) -> Line | None:
    """The order of a type's values; None for sets and lists."""
    made = LINES.get(type_.name)
    return made(type_) if made else None


def tested(type_: Type, sign: str, value: Any, scale: int) -> Values | None:
    """The values of a type of which `sign value` holds; `scale`: that of the value. None is equal to None only.

    None where that cannot be told: options are ordered as the texts they are, sets are not ordered at all.
    """
    own = line(type_)
    if value is None:
        return Values(empty=sign == "==")
    if own is None or not (own.is_ordered or sign == "=="):
        return None
    known = aligned(sign, value, scale, type_)
    return Values() if known is None else own.where(*known)


def _steps(least: int, most: int) -> Span:
    return (0, least, 0), (0, most + 1, 0)


def _options(type_: Type) -> Line:
    places = {option: at for at, option in enumerate(type_.options)}
    return Line(_steps(0, len(places) - 1), places.get, type_.options.__getitem__, is_ordered=False)


def _numbers(_type: Type) -> Line:
    return Line(_steps(-MAX_INTEGER, MAX_INTEGER))


def _days(_type: Type) -> Line:
    return Line(_steps(1, date.max.toordinal()), lambda value: value.toordinal(), date.fromordinal)


def _dense(below: Callable[[Any], Any], above: Callable[[Any], Any]) -> Callable[[Type], Line]:
    made = Line((LOWEST, HIGHEST), is_stepped=False, next_to=(below, above))
    return lambda _type: made


SECOND = timedelta(seconds=1)


def _moved(at: datetime, step: timedelta) -> datetime | None:
    try:
        return at + step
    except OverflowError:
        return None


LINES: dict[str, Callable[[Type], Line]] = {
    "boolean": lambda _type: Line(_steps(0, 1), int, bool, is_ordered=False),
    "enum": _options,
    "integer": _numbers,
    "decimal": _numbers,
    "ref": _numbers,
    "date": _days,
    "datetime": _dense(lambda at: _moved(at, -SECOND), lambda at: _moved(at, SECOND)),
    "number": _dense(lambda at: at - 1, lambda at: at + 1),
    "text": _dense(lambda at: at[:-1] or None, lambda at: at + "0"),
}
