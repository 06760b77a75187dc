"""The buttons of one record in a list: open, edit, set a field, delete – for those who may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask_babel import gettext as _

from builder.pages.desk.views.showing import Showing
from builder.records import find
from schema_store.problems import Problems


@dataclass(frozen=True)
class Act:
    """One button. `href`: it leads somewhere; `do`: it posts that. `name` says of which record it is."""

    label: str
    name: str
    icon: str = ""
    href: str = ""
    do: str = ""
    is_danger: bool = False


Maker = Callable[[find.Record, str], Act | None]
"""Makes the button of a record that is called so; None where there is none."""


def acts_of(showing: Showing) -> Callable[[find.Record], list[Act]]:
    """What makes the buttons of a record. Asked once for a whole page."""
    if showing.is_preview:
        return lambda _record: []
    parts = showing.listing.view.get("actions", ())
    made = [
        maker
        for at, part in enumerate(parts)
        if (known := _SORTS.get(part.get("type"))) and (maker := known(showing, at, part))
    ]
    entity = showing.listing.entity

    def acts(record: find.Record) -> list[Act]:
        title = find.title_of(entity, record)
        return [act for maker in made if (act := maker(record, title)) is not None]

    return acts


def _open(showing: Showing, _at: int, _part: Mapping[str, Any]) -> Maker | None:
    base = f"/desk/{showing.listing.entity.key}"
    return lambda record, title: Act(
        _("Open"), _("Open: %(what)s", what=title), "arrow-right", f"{base}/{record.id}"
    )


def _edit(showing: Showing, _at: int, _part: Mapping[str, Any]) -> Maker | None:
    if not showing.may_write:
        return None
    base = f"/desk/{showing.listing.entity.key}"
    return lambda record, title: Act(
        _("Edit"), _("Edit: %(what)s", what=title), "pencil", f"{base}/{record.id}/edit"
    )


def _delete(showing: Showing, _at: int, _part: Mapping[str, Any]) -> Maker | None:
    entity = showing.listing.entity.key
    if not showing.here.policy.may("delete", entity):
        return None
    return lambda record, title: Act(
        _("Delete"),
        _("Delete: %(what)s", what=title),
        "trash",
        f"/desk/{entity}/{record.id}/delete",
        is_danger=True,
    )


def _set_field(showing: Showing, at: int, part: Mapping[str, Any]) -> Maker | None:
    """A button that writes, or leads to the page that asks first; none on records that have the value already."""
    entity, key = showing.listing.entity, part.get("field")
    field = entity.fields.get(str(key))
    if field is None or not showing.may_write or key not in showing.here.policy.writable(entity, "update"):
        return None
    label, value = showing.here.label(part.get("label"), field.key), constant_of(field, part.get("value"))
    ask = f"/desk/{entity.key}/acts?{showing.asked.query}&do=" if part.get("confirm") else ""

    def make(record: find.Record, title: str) -> Act | None:
        if field.key in record.values and record.values[field.key] == value:
            return None
        do = f"set.{record.id}.{record.version}.{at}"
        name = _("%(what)s: %(title)s", what=label, title=title)
        return Act(label, name, href=f"{ask}{quote(do)}") if ask else Act(label, name, do=do)

    return make


_FORMULA = object()
"""Stands for a value that differs from record to record."""


def constant_of(field: Any, document: Any) -> Any:
    """The stored form of a constant; something that equals nothing for a formula."""
    if isinstance(document, Mapping):
        return _FORMULA
    try:
        return field.type.from_json(document, field.settings)
    except Problems:
        return _FORMULA


_SORTS: Mapping[str, Callable[[Showing, int, Mapping[str, Any]], Maker | None]] = {
    "open": _open,
    "edit": _edit,
    "set_field": _set_field,
    "delete": _delete,
}
