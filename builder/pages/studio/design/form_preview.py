"""A form under design as people will fill it in: for a record, as a role, in a language, as wide as a phone."""

from __future__ import annotations

from builder.pages.desk.filling import Drawing, Filling
from builder.pages.reader import Reader
from builder.pages.studio.design.panels import Panel
from builder.pages.studio.design.state import Designing, Seen


def panel(here: Reader, designing: Designing, _seen: Seen) -> Panel:
    body = designing.body
    entity = here.catalog.entity(body["entity"])
    tabs = Drawing(here, Filling(entity, body)).tabs()
    return Panel("studio/design/_form.html", {"tabs": tabs})
