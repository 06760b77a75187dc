"""How many values a row asks for, and with how many inputs: one each, two, boxes, pickers, lines, a set of tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from builder.fields.contract import Widget

Posted = Sequence[Sequence[str]]
"""What was posted for each input of a row."""
CALENDAR_INPUT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?")


@dataclass(frozen=True)
class Input:
    """One input of a row. `texts`: what stands in it; more than one only where `has_boxes`."""

    label: str
    widget: Widget
    texts: tuple[str, ...] = ("",)
    has_boxes: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Manner:
    """`texts`: what the inputs hold for the texts of all values; `split`: the text of each value back from them."""

    inputs: Callable[[Widget, Posted], list[Input]]
    texts: Callable[[list[str]], Posted]
    split: Callable[[Posted, int], list[str]]


def _each(widget: Widget, texts: Posted, unit: str = "") -> list[Input]:
    labels = [_("From"), _("To")] if len(texts) == 2 else [_("Value")]

    return [
        Input(label, _fitting(widget, text[0]), (text[0],), unit=unit)
        for label, text in zip(labels, texts, strict=True)
    ]


def _fitting(widget: Widget, text: str) -> Widget:
    """A browser drops what its calendar cannot show; that stands in a plain input instead."""
    is_calendar = widget.attributes.get("type") in {"date", "datetime-local"}
    if not is_calendar or not text or CALENDAR_INPUT.fullmatch(text):
        return widget
    return Widget("text", {"type": "text"})


def _filled(posted: Posted, takes: int) -> list[str]:
    last = [texts[-1] if texts else "" for texts in posted]
    return [*last, *[""] * takes][:takes]


def _lines(posted: Posted, _takes: int) -> list[str]:
    written = posted[0][-1] if posted and posted[0] else ""
    return [line for line in written.replace("\r", "").split("\n") if line.strip()]


def _boxes(posted: Posted, _takes: int) -> list[str]:
    return [text for texts in posted[:1] for text in texts if text]


EACH = Manner(_each, lambda texts: [[text] for text in texts], _filled)
COUNTED = replace(EACH, inputs=lambda widget, texts: _each(widget, texts, _("days")))
BOXES = Manner(
    lambda widget, texts: [Input(_("Values"), widget, tuple(texts[0]) if texts else (), has_boxes=True)],
    lambda texts: [texts] if texts else [],
    _boxes,
)
PICKS = Manner(
    lambda widget, texts: [
        Input(_("Value %(number)s", number=at), widget, (text[0],))
        for at, text in enumerate([*texts, [""]], 1)
    ],
    lambda texts: [[text] for text in texts if text],
    lambda posted, _takes: [texts[-1] for texts in posted if texts and texts[-1]],
)
LINES = Manner(
    lambda _widget, texts: [
        Input(
            _("Values, one on each line"), Widget("long_text", {"rows": 3}), (texts[0][0] if texts else "",)
        )
    ],
    lambda texts: [["\n".join(texts)]] if texts else [],
    _lines,
)
SET = Manner(
    lambda widget, texts: [Input(_("Tags"), widget, (texts[0][0] if texts else "",))],
    lambda texts: [["; ".join(texts)]] if texts else [],
    lambda posted, _takes: [";".join(posted[0])] if posted and any(posted[0]) else [],
)
