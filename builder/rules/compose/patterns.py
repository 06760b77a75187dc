"""Documents with places left open: filled they are written, matched they are read."""

from __future__ import annotations

from enum import Enum
from typing import Any

MANY = 50
"""The most values of a list, and what a form takes that takes one value or more."""


class Place(Enum):
    """What is left open in a pattern: the field, a value, a second one, a list of values, another name."""

    FIELD = "field"
    FIRST = "first"
    SECOND = "second"
    ALL = "all"
    NAME = "name"


FIELD, FIRST, SECOND, ALL, NAME = Place.FIELD, Place.FIRST, Place.SECOND, Place.ALL, Place.NAME


def filled(pattern: Any, var: Any, values: list[Any]) -> Any:
    """The document of a pattern for a field (`{"var": …}`) and its values."""
    if isinstance(pattern, dict):
        return {name: filled(inner, var, values) for name, inner in pattern.items()}
    if isinstance(pattern, list):
        return [filled(inner, var, values) for inner in pattern]
    if not isinstance(pattern, Place):
        return pattern
    return _FILLERS[pattern](var, values)


_FILLERS = {
    FIELD: lambda var, _values: var,
    FIRST: lambda _var, values: values[0],
    SECOND: lambda _var, values: values[1],
    ALL: lambda _var, values: values,
    NAME: lambda _var, values: {"var": values[0]},
}


def matches(pattern: Any, document: Any, found: dict[Place, Any]) -> bool:
    """Whether `document` is `pattern` with its places filled; what fills them is put into `found`."""
    if isinstance(pattern, Place):
        return _READERS[pattern](document, found)
    if isinstance(pattern, dict):
        return (
            isinstance(document, dict)
            and document.keys() == pattern.keys()
            and all(matches(inner, document[name], found) for name, inner in pattern.items())
        )
    if isinstance(pattern, list):
        return (
            isinstance(document, list)
            and len(document) == len(pattern)
            and all(matches(inner, one, found) for inner, one in zip(pattern, document, strict=True))
        )
    return type(document) is type(pattern) and document == pattern


EITHER = " ?? "
"""Between two paths of one: the second field counts where the first is empty."""


def var_of(path: str) -> Any:
    """The document of a path: `{"var": …}`, or `??` over several."""
    fields = [{"var": one} for one in path.split(EITHER)]
    return fields[0] if len(fields) == 1 else {"??": fields}


def path_of(document: Any) -> str:
    """The path that a document is; "" where it is none."""
    if isinstance(document, dict) and list(document) == ["??"] and isinstance(document["??"], list):
        paths = [path_of(one) for one in document["??"]]
        return EITHER.join(paths) if all(paths) and not any(EITHER in one for one in paths) else ""
    if not isinstance(document, dict) or list(document) != ["var"] or not isinstance(document["var"], str):
        return ""
    return document["var"]


def _name(place: Place) -> Any:
    def read(document: Any, found: dict[Place, Any]) -> bool:
        found[place] = path = path_of(document)
        return bool(path) and (EITHER not in path if place is NAME else "$" not in path)

    return read


def _value(place: Place) -> Any:
    def read(document: Any, found: dict[Place, Any]) -> bool:
        found[place] = document
        return document is not None and not isinstance(document, (dict, list))

    return read


def _values(document: Any, found: dict[Place, Any]) -> bool:
    found[ALL] = document
    return (
        isinstance(document, list)
        and 0 < len(document) <= MANY
        and not any(one is None or isinstance(one, (dict, list)) for one in document)
    )


_READERS = {
    FIELD: _name(FIELD),
    FIRST: _value(FIRST),
    SECOND: _value(SECOND),
    ALL: _values,
    NAME: _name(NAME),
}
