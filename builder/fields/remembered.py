"""What follows from a published setting, worked out once: a page reads the same options in every row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")

MOST = 2_000


class Remembered(Generic[Made]):
    """`make(source)` by the identity of `source`, a list or mapping that nobody changes any more.

    The source itself is kept, so its identity cannot pass to another object while it is remembered.
    """

    def __init__(self, make: Callable[[Any], Made]):
        self._make = make
        self._made: dict[int, tuple[Any, int, Made]] = {}

    def __call__(self, source: Any) -> Made:
        found = self._made.get(id(source))
        if found is not None and found[0] is source and found[1] == len(source):
            return found[2]
        made = self._make(source)
        if len(self._made) >= MOST:
            self._made.clear()
        self._made[id(source)] = (source, len(source), made)
        return made
