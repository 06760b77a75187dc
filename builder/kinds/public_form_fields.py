"""Which fields a public form may use for what: asked by its check, and by the designer for what it offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from builder.fields.contract import Field
from schema_store.problems import Problems, _

DRAWN = "W2345ABCD"
"""What a drawn number looks like."""


@dataclass(frozen=True)
class Fit:
    """What a field must be for one use, and what is said of one that is not."""

    holds: Callable[[Field], bool]
    words: str


def fact_name(field: Field) -> str:
    """The sort of value that rules see: text, date, boolean …"""
    return str(field.type.fact(field.settings)["type"])


def is_enterable(field: Field) -> bool:
    """A visitor may fill it in: a value of its own that shows nothing of other records and no tags."""
    return _has_value(field) and not field.settings.get("to")


def is_dated(field: Field) -> bool:
    return _has_value(field) and fact_name(field) in ("date", "datetime")


def is_notable(field: Field) -> bool:
    """It can say that somebody agreed: yes, or when."""
    return _has_value(field) and fact_name(field) in ("boolean", "date", "datetime")


def is_numberable(field: Field) -> bool:
    """It can take a number that is drawn: a text that the database holds unique."""
    return _has_value(field) and field.unique and _takes(field, DRAWN)


def _takes(field: Field, text: str) -> bool:
    try:
        return field.type.from_text(text, field.settings) == text
    except Problems:
        return False


def _has_value(field: Field) -> bool:
    return field.storage == "column" and not field.is_computed


FITS: Mapping[str, Fit] = {
    "asked": Fit(
        is_enterable, _("Strangers cannot fill in “{field}”: it is worked out, or shows other records.")
    ),
    "constant": Fit(_has_value, _("“{field}” cannot be written: it is worked out, or holds tags.")),
    "dated": Fit(is_dated, _("“{field}” is no date and no time.")),
    "tags": Fit(lambda field: field.storage == "tags", _("“{field}” is not a field of tags.")),
    "number": Fit(is_numberable, _("“{field}” is not a unique text: two answers could get the same number.")),
    "consent": Fit(
        is_notable, _("“{field}” cannot say that somebody agreed: it is no yes or no, date or time.")
    ),
}
