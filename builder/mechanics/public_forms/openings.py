"""Whether a public form takes answers now, and why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from builder.mechanics.public_forms.turns import Count

OPEN, OFF, EARLY, OVER, FULL = "open", "off", "early", "over", "full"


def state(form: Mapping[str, Any], *, today: date, count: Count) -> str:
    """OPEN, or why it is not: switched OFF, too EARLY, OVER, or FULL."""
    if not form.get("enabled"):
        return OFF
    if "opens" in form and today < date.fromisoformat(form["opens"]):
        return EARLY
    if "closes" in form and today > date.fromisoformat(form["closes"]):
        return OVER
    return FULL if count.answers >= form.get("limit", {}).get("total", count.answers + 1) else OPEN
