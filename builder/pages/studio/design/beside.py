"""What stands beside a design, live: what it means and does now. A kind without a panel has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import gettext as _

from builder.pages.reader import Reader
from builder.pages.studio.design import (
    app_preview,
    doing,
    form_preview,
    granting,
    page_preview,
    public_preview,
    view_preview,
)
from builder.pages.studio.design.panels import Panel
from builder.pages.studio.design.state import Designing, Seen
from builder.publishing.checking import shape_of
from schema_store.documents import Body
from schema_store.problems import Problem, Problems


def panel(here: Reader, designing: Designing, seen: Seen) -> Panel | None:
    """The panel of this design; None for a kind that has none."""
    made = _PANELS.get(designing.kind.key)
    if made is None:
        return None
    note = _not_about(here, designing)
    if note:
        return Panel("studio/design/_blank.html", {"note": note})
    try:
        return made(here, designing, seen)
    except Problems as refused:
        return Panel(
            "studio/design/_blank.html", {"note": " ".join(here.said(one) for one in refused.problems)}
        )
    except (KeyError, TypeError, AttributeError, ValueError):  # a draft may be any JSON
        return Panel("studio/design/_blank.html", {"note": _NOT_YET()})


def _not_about(here: Reader, designing: Designing) -> str:
    """Why nothing can be shown of a kind that is about one entity; "" where something can."""
    if "entity" not in shape_of(designing.kind).schema.get("properties", {}):
        return ""
    entity = designing.body.get("entity")
    if not isinstance(entity, str) or entity not in here.catalog.entities:
        return _("Choose first what it is about.")
    return "" if here.policy.may("read", entity) else _("Your roles do not show these records.")


def _NOT_YET() -> str:  # noqa: N802
    return _("As soon as the marked places are right, it is shown here.")


def _workflow(here: Reader, designing: Designing, seen: Seen) -> Panel:
    body: Body = designing.body
    given = {
        "said": doing.sentence(here, body),
        "rehearsal": None,
        "note": _NOT_YET(),
        "trying": doing.trying(here, body),
    }
    if not seen.is_wrong:
        given |= doing.rehearsal(here, {**body, "key": designing.key or "untitled"})
    return Panel("studio/design/_workflow.html", given)


_PANELS: Mapping[str, Callable[[Reader, Designing, Seen], Panel]] = {
    "view": view_preview.panel,
    "form": form_preview.panel,
    "page": page_preview.panel,
    "app": app_preview.panel,
    "workflow": _workflow,
    "role": granting.panel,
    "public_form": public_preview.panel,
}


def loose(problems: list[Problem], here: Reader) -> list[str]:
    """Problems in words, each once."""
    return list(dict.fromkeys(here.said(one) for one in problems))
