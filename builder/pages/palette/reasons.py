"""Why something cannot be done now, in a sentence that says whom to ask or what to do first."""

from __future__ import annotations

from flask_babel import gettext as _

from builder.pages.reader import joined
from builder.palette import Seeker


def of_right(seeker: Seeker, right: str) -> str:
    """Why somebody may not use a right of the workspace; "" where they may."""
    if seeker.policy.may(right):
        return ""
    said = {
        "publish": _("You may not publish definitions."),
        "run": _("You may not run workflows."),
        "undo": _("You may not undo runs."),
        "export": _("You may not export records."),
        "import": _("You may not import records."),
        "users": _("You may not manage users."),
    }
    return f"{said[right]} {_whom(seeker, right)}"


def of_entity(seeker: Seeker, action: str, entity: str) -> str:
    """Why somebody may not do something with records; "" where they may."""
    if seeker.policy.may(action, entity):
        return ""
    said = {"create": _("You may not add records here."), "update": _("You may not change records here.")}
    ask = _("Ask an administrator.")
    return f"{said[action]} {ask}"


def _whom(seeker: Seeker, right: str) -> str:
    roles = [
        seeker.label(body.get("label"), key)
        for key, body in seeker.catalog.of_kind("role").items()
        if right in body.get("may", ())
    ]
    if not roles:
        return _("Ask an administrator.")
    return _("Ask an administrator, or somebody with the role %(roles)s.", roles=joined(roles))
