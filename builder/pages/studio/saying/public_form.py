"""A public form in words: what visitors are asked, what is written beside it, and when it is open."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _

from builder.fields.contract import Field
from builder.kinds.public_form import asked
from builder.mechanics.public_forms import known
from builder.pages.reader import Reader, joined
from builder.pages.studio.wording import Body, Said, label_of
from schema_store.problems import Problems


def say(here: Reader, body: Body) -> Said:
    return Said("studio/_facts.html", {"facts": facts(here, body), "open_url": ""})


def facts(here: Reader, body: Body) -> list[tuple[str, str]]:
    """`(label, words)` of what a form says of itself."""
    entity = here.catalog.entity(body["entity"])

    def labels(keys: Iterable[str]) -> str:
        return joined(label_of(here, entity, key) for key in keys)

    number = body.get("number", {}).get("field")
    found = [
        (_("Makes"), here.label(entity.label, entity.key)),
        (_("Asks for"), labels(asked(body))),
        (_("Must be filled in"), labels(body.get("required", ()))),
        (_("Consent"), here.label(body.get("consent", {}).get("text"))),
        (_("Always written"), joined(_constants(here, body))),
        (_("Day of the answer"), labels(body.get("dated", ()))),
        (_("Tags"), joined(_tags(body))),
        (_("Draws a number for"), labels([number] if number else ())),
        (_("If somebody is known"), _of_known(body, labels(known.telling(entity, body)))),
        (_("Filled in by the address"), labels(body.get("prefill", ()))),
        (_("Open days"), _days(here, body)),
    ]
    return [one for one in found if one[1]]


def _constants(here: Reader, body: Body) -> Iterable[str]:
    entity = here.catalog.entity(body["entity"])
    for key, value in body.get("set", {}).items():
        yield _(
            "%(field)s: %(value)s",
            field=label_of(here, entity, key),
            value=_cell(here, entity.fields[key], value),
        )


def _cell(here: Reader, field: Field, value: object) -> str:
    try:
        return field.type.cell(field.type.from_json(value, field.settings), field.settings, here.shown)
    except Problems:
        return str(value)


def _tags(body: Body) -> Iterable[str]:
    for one in body.get("tags", ()):
        word = one.get("from")
        yield _("%(tag)s (from %(word)s)", tag=one["tag"], word=word) if word else one["tag"]


def _of_known(body: Body, by: str) -> str:
    if not by:
        return ""
    if body.get("on_known") == "update_empty":
        return _("by %(fields)s: what is empty is filled in", fields=by)
    return _("by %(fields)s: nothing is written", fields=by)


def _days(here: Reader, body: Body) -> str:
    first, last = (
        here.day(date.fromisoformat(body[key])) if key in body else "" for key in ("opens", "closes")
    )
    if first and last:
        return _("from %(first)s to %(last)s", first=first, last=last)
    if first:
        return _("from %(first)s on", first=first)
    return _("until %(last)s", last=last) if last else ""
