"""From a design to the editor of a field and back: the design is kept first, the way back rides along."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from flask import Response, request

from builder.pages.reader import elsewhere

FIELD = re.compile(r"/studio/entity/[a-z][a-z0-9_]{0,29}/fields/[a-z][a-z0-9_]{0,29}")
DESIGN = re.compile(r"/studio/[a-z][a-z0-9_]{0,29}/[a-z][a-z0-9_]{0,29}/design")


def gone(kept: Response, design: str) -> Response:
    """Where the button `leave` says, once the design is `kept`; else where keeping leads."""
    wish = request.form.get("leave", "")
    if not FIELD.fullmatch(wish) or kept.status_code == 409:
        return kept
    return elsewhere(f"{wish}?{urlencode({'back': design})}")


def way_back() -> str:
    """The design that somebody came from; "" for none."""
    found = request.values.get("back", "")
    return found if DESIGN.fullmatch(found) else ""
