"""The fields of an entity on its studio page: added, edited, moved, retired and brought back, all in the draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.kinds import entity_edits
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio import wording
from builder.pages.studio.building import drafted
from builder.pages.studio.definitions import kind_of, page
from builder.pages.studio.saying import entity as entity_words
from builder.publishing import sentences, where_used
from builder.publishing.where_used import Use
from builder.work import Work
from schema_store import drafts
from schema_store.documents import Name
from schema_store.problems import Problems

KIND = "entity"


@dataclass(frozen=True)
class Line:
    """One field. `state`: "", new (in the draft only), changed (in the draft)."""

    key: str
    label: str
    type: str
    marks: list[str]
    options: list[tuple[str, str]]
    detail: str
    uses: int
    state: str
    href: str


@web.needs("signed_in")
def show(key: str) -> Response:
    """`/studio/entity/<key>`: as any definition's page, with the fields as things to change."""
    return page(KIND, key, of)


def of(here: Reader, work: Work, key: str) -> wording.Said | None:
    """The list of an entity's fields for whoever may change them; None for others, and for what is not whole."""
    if not here.policy.may("publish") or not _is_there(work, key):
        return None
    try:
        working = drafted.opened(work, KIND, key)
        lines = [_line(here, working, one) for one in entity_edits.used(working.body)]
        gone = [_line(here, working, one) for one in entity_edits.retired(working.body)]
    except (KeyError, TypeError, AttributeError, ValueError):  # a draft may be any JSON
        return None
    given = {
        "key": key,
        "lines": lines,
        "gone": gone,
        "facts": _facts(here, key),
        "is_live": working.live is not None,
    }
    return wording.Said("studio/building/_fields.html", given)


def _is_there(work: Work, key: str) -> bool:
    """A retired entity has versions, and nothing to edit."""
    return (KIND, key) in work.catalog.bodies or drafts.draft(work.connection, KIND, key) is not None


def _facts(here: Reader, key: str) -> Any:
    known = here.catalog.entities.get(key)
    return entity_words.entity_facts(here, known) if known else []


def _line(here: Reader, working: drafted.Working, key: str) -> Line:
    settings = entity_edits.settings_of(working.body, key)
    live = entity_edits.field(working.live or {}, key)
    type_ = web.house().registry.field_types.get(settings.get("type", ""))
    marks = [
        (key in working.body.get("required", ()), _("required")),
        (settings.get("unique"), _("unique")),
        (type_ is not None and type_.is_computed, _("worked out")),
        (settings.get("index"), _("indexed")),
    ]
    state = "new" if live is None else "changed" if live != entity_edits.field(working.body, key) else ""
    return Line(
        key,
        here.label(settings.get("label"), key),
        here.label(type_.label) if type_ else str(settings.get("type")),
        [words for holds, words in marks if holds],
        [
            (here.label(one.get("label"), str(one.get("value"))), one.get("colour", ""))
            for one in settings.get("options", ())
        ],
        _detail(here, working.name[1], key),
        len(_uses(here, working.name[1], key)),
        state,
        f"/studio/entity/{working.name[1]}/fields/{key}",
    )


def _detail(here: Reader, entity: str, key: str) -> str:
    known = here.catalog.entities.get(entity)
    return entity_words.rollup(here, known.fields[key]) if known and key in known.fields else ""


def _uses(here: Reader, entity: str, key: str) -> list[Use]:
    """Where others name a field; its own entity's title, search and the like are not counted."""
    found = where_used.uses_of_field(web.house().registry, here.catalog, entity, key)
    return [one for one in found if (one.kind, one.key) != (KIND, entity)]


@web.needs("signed_in", "may:publish")
def press(key: str) -> Response:
    """A button of the list: `up:<field>`, `down:<field>`, `restore:<field>`."""
    step, _colon, field = request.form.get("do", "").partition(":")
    edits = {
        "up": lambda body: entity_edits.moved(body, field, -1),
        "down": lambda body: entity_edits.moved(body, field, 1),
        "restore": lambda body: entity_edits.restored(body, field),
    }
    if step not in edits:
        abort(422)
    with web.reading() as work:
        held = drafted.opened(work, KIND, key)
    if not entity_edits.settings_of(held.body, field):
        abort(404)
    drafted.change((KIND, key), lambda _body: "", drafted.mark(""), edits[step])
    if "HX-Request" not in request.headers:
        return elsewhere(f"/studio/entity/{key}#field-{field}")
    here = reader()
    with web.reading() as work:
        said = of(here, work, key)
    return answer("studio/building/_fields.html", given=said.given if said else {}, moved=f"{step}:{field}")


@web.needs("signed_in", "may:publish")
def ask_retire(key: str, field_key: str) -> Response:
    """What names the field, before it is retired."""
    return _ask(reader(), key, field_key)


@web.needs("signed_in", "may:publish")
def retire(key: str, field_key: str) -> Response:
    """Retire the field in the draft; and leave it out of lists and forms, where that was ticked."""
    here = reader()
    uses = [one for one in _uses(here, key, field_key) if _can_leave_out(here, one)]
    also: dict[Name, Any] = {}
    if "leave_out" in request.form:
        for name in dict.fromkeys((one.kind, one.key) for one in uses):
            places = [one.pointer for one in uses if (one.kind, one.key) == name]
            also[name] = lambda body, places=places: entity_edits.without_entries(body, places)
    live = here.catalog.bodies.get((KIND, key))
    try:
        drafted.change(
            (KIND, key),
            lambda body: entity_edits.field(body, field_key),
            request.form.get("seen", ""),
            lambda body: entity_edits.without(body, field_key, live),
            also,
        )
    except Problems as refused:
        problems = [here.said(one) for one in refused.problems]
        return _ask(here, key, field_key, problems=problems, status=409)
    flash(_("The draft is kept. Nothing has changed for others until it is published."), "good")
    return elsewhere("/studio/publish" if "publish" in request.form else f"/studio/entity/{key}")


def _can_leave_out(here: Reader, use: Use) -> bool:
    return entity_edits.is_in_list(here.catalog.bodies[use.kind, use.key], use.pointer)


def _ask(
    here: Reader, key: str, field_key: str, *, problems: list[str] | None = None, status: int = 200
) -> Response:
    with web.reading() as work:
        working = drafted.opened(work, KIND, key)
    settings = entity_edits.settings_of(working.body, field_key)
    if not settings:
        abort(404)
    uses = _uses(here, key, field_key)
    return answer(
        "studio/building/retire.html",
        status=status,
        title=_("Retire: %(what)s", what=here.label(settings.get("label"), field_key)),
        trail=[
            ("/studio", _("Definitions")),
            (f"/studio/entity/{key}", here.label(sentences.named(working.body), key)),
        ],
        base=f"/studio/entity/{key}",
        field=field_key,
        seen=drafted.mark(entity_edits.field(working.body, field_key)),
        is_published=bool(entity_edits.settings_of(working.live or {}, field_key)),
        left_out=_named(here, [one for one in uses if _can_leave_out(here, one)]),
        others=_named(here, [one for one in uses if not _can_leave_out(here, one)]),
        problems=problems or [],
    )


def _named(here: Reader, uses: list[Use]) -> list[tuple[str, str]]:
    """Addresses and words of the definitions, each once."""
    names = dict.fromkeys((one.kind, one.key) for one in uses)
    return [
        (
            f"/studio/{kind}/{key}",
            _(
                "%(kind)s: %(name)s",
                kind=here.label(kind_of(kind).label),
                name=here.label(sentences.named(here.catalog.bodies[kind, key]), key),
            ),
        )
        for kind, key in names
    ]
