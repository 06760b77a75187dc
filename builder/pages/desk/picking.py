"""What the pickers of references offer: what was searched for, and what is chosen already."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, abort, request

from builder.catalog import Entity
from builder.fields.contract import Field, InputState
from builder.pages import web
from builder.pages.reader import Reader, answer, reader
from builder.records import find
from builder.work import Work

PICKS = 20
"""Records that a picker offers at a time; its template says so when there are as many."""

Picks = dict[str, list[tuple[str, str]]]
"""`{reference field: [(id, title)]}`."""


def picks(here: Reader, work: Work, entity: Entity, texts: Mapping[str, str], prefix: str = "") -> Picks:
    """What each picker of a form offers. `texts`: what the form holds; `prefix`: of its inputs' names."""
    found: Picks = {}
    for one in entity.fields.values():
        if one.settings.get("to") and here.policy.may("read", one.settings["to"]):
            text = request.form.get(f"{prefix}{one.key}__search", "")
            found[one.key] = picked(here, work, one, text, texts.get(one.key, ""))
    return found


def picked(here: Reader, work: Work, one: Field, text: str, chosen: str = "") -> list[tuple[str, str]]:
    """`(id, title)` of the records that a picker offers; the chosen one is always among them."""
    to = here.catalog.entity(one.settings["to"])
    readable = here.policy.readable(to)
    if to.title_field not in readable:
        return []
    shown = tuple(dict.fromkeys(key for key in (to.title_field, to.key_field) if key in readable))
    page = find.page(work, find.Query(to.key, fields=shown, search=text, limit=PICKS), here.policy)
    found = {str(record.id): _called(to, record) for record in page.records}
    if chosen.isdecimal() and chosen not in found:
        record = find.get(work, to.key, int(chosen), here.policy)
        found = {chosen: _called(to, record), **found} if record else found
    return list(found.items())


def _called(entity: Entity, record: find.Record) -> str:
    """The record's title, and its key where people may share a title."""
    title, key = find.title_of(entity, record), record.values.get(entity.key_field or "")
    return f"{title} · {key}" if key and str(key) != title else title


@web.needs("signed_in")
def choices(entity_key: str, field_key: str) -> Response:
    """What a picker found for what was typed, for htmx; the only one that fits is chosen where nothing was."""
    here = reader()
    entity = here.entity(entity_key)
    one = entity.fields.get(field_key)
    if one is None or not one.settings.get("to"):
        abort(404)
    text = request.args.get(f"{field_key}__search", "").strip()[:100]
    chosen = request.args.get(field_key, "")
    with web.reading() as work:
        found = picked(here, work, one, text, chosen)
    if text and not chosen and len(found) == 1:
        chosen = found[0][0]
    state = InputState(id=f"f-{field_key}", is_required=one.required, candidates=found, search=text)
    widget = one.type.widget(one.settings, here.shown)
    return answer("fields/_choices.html", name=field_key, value=chosen, widget=widget, state=state)
