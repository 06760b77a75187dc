"""A change of a field's options in words: by what they are called, not by their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schema_store.diff import MISSING, ORDER, Change
from schema_store.problems import _
from schema_store.sentences import Sentence
from schema_store.texts import Text

Settings = Mapping[str, Any]


def of_option(
    change: Change, inside: Sequence[str], field: Text | Sentence, known: tuple[Settings, Settings]
) -> Sentence:
    """What a change below `options` means. `known`: the field's settings before and after."""
    if not inside or inside[-1] == ORDER:
        return Sentence(_ANOTHER_ORDER if inside else _("{field}: the options change."), {"field": field})
    before, after = (_labels(one).get(inside[0]) for one in known)
    params = {"field": field, "option": after or before or inside[0]}
    if len(inside) == 1:
        return Sentence(_GONE if change.after is MISSING else _NEW, params)
    if inside[1] == "label":
        return Sentence(_RENAMED, params | {"before": before or inside[0]})
    if inside[1] == "retired":
        return Sentence(_OFFERED_NO_MORE if change.after is True else _OFFERED_AGAIN, params)
    return Sentence(_OTHERWISE, params)


_ANOTHER_ORDER = _("{field}: the options stand in another order.")
_GONE = _("{field}: the option {option} is taken away.")
_NEW = _("{field}: new option {option}.")
_RENAMED = _("{field}: the option {before} is now called {option}.")
_OFFERED_NO_MORE = _("{field}: the option {option} is offered no more.")
_OFFERED_AGAIN = _("{field}: the option {option} is offered again.")
_OTHERWISE = _("{field}: the option {option} looks or counts otherwise.")


def _labels(settings: Settings) -> dict[str, Text]:
    """`{value: words}` of a field's options."""
    held = [one for one in settings.get("options", ()) if isinstance(one, Mapping) and "value" in one]
    return {one["value"]: one.get("label") or one["value"] for one in held}
