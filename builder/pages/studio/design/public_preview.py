"""A public form under design as its visitors will see it, empty; nothing of it can be sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from builder.access.policy import Grants, Policy
from builder.mechanics.public_forms import rights, tickets
from builder.pages import web
from builder.pages.public import drawing
from builder.pages.public.drawing import Sheet
from builder.pages.reader import Reader
from builder.pages.studio.design.panels import Panel
from builder.pages.studio.design.state import STAND_IN, Designing, Seen


def panel(here: Reader, designing: Designing, _seen: Seen) -> Panel:
    body = {"label": "", "key": designing.key or STAND_IN, **designing.body}
    role = rights.role_of(here.catalog, body, rights.CREATE)
    visitor = replace(here, policy=Policy(None, (), ("preview",), Grants([role])))
    sheet = Sheet(body, tickets.fresh(web.house().clock.now()))
    given: dict[str, Any] = {
        **drawing.head(here, body),
        "sections": drawing.sections(visitor, sheet),
        "consent": here.label(body.get("consent", {}).get("text")),
    }
    return Panel("studio/design/_public_form.html", given)
