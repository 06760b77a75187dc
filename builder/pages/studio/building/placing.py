"""Where a new field is to be seen at once: the entity's form and its own list, as further drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from flask_babel import gettext as _

from builder.kinds.form_parts import placed
from builder.pages.reader import Reader
from builder.pages.studio.design.leaving import way_back
from schema_store.documents import Body, Name

Edit = Callable[[Body], Body]
FORM, LIST = "in_form", "in_list"


def places(
    here: Reader, entity: str, form: Mapping[str, str], *, is_filled: bool
) -> list[tuple[str, str, bool]]:
    """(name, words, is ticked) of the places that are there; forms only for what people fill in."""
    said = {FORM: _("in the form"), LIST: _("in the list")}
    return [
        (name, said[name], name in form if form else True)
        for name, definition in _definitions(here, entity).items()
        if definition and (is_filled or name != FORM)
    ]


def also_in(here: Reader, entity: str, key: str, form: Mapping[str, str]) -> dict[Name, Edit]:
    """The further changes that the ticks ask for."""
    edits = {FORM: lambda body: _in_form(body, key), LIST: lambda body: _in_list(body, key)}
    return {
        definition: edits[name]
        for name, definition in _definitions(here, entity).items()
        if definition and name in form
    }


def _definitions(here: Reader, entity: str) -> dict[str, Name | None]:
    """The form that somebody came from, else the first; and the list that opens with the entity."""
    forms = [key for key, form in here.catalog.of_kind("form").items() if form["entity"] == entity]
    lists = (
        key
        for key, view in here.catalog.of_kind("view").items()
        if view["entity"] == entity and view.get("default")
    )
    came_from = [key for key in forms if way_back() == f"/studio/form/{key}/design"]
    form, view = next(iter(came_from or forms), None), next(lists, None)
    return {FORM: ("form", form) if form else None, LIST: ("view", view) if view else None}


def _in_form(body: Body, key: str) -> Body:
    made: dict[str, Any] = deepcopy(body)
    sections = made.get("sections") or []
    if sections and key not in [one.key for one in placed(made)]:
        sections[-1].setdefault("fields", []).append(key)
    return made


def _in_list(body: Body, key: str) -> Body:
    columns = body.get("columns", [])
    return deepcopy(body) if key in columns else {**deepcopy(body), "columns": [*columns, key]}
