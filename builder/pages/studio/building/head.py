"""`/studio/entity/<key>/settings`: what an entity is called, what names a record, what the search looks into."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from flask import Response, flash, request
from flask_babel import gettext as _

from builder.kinds import entity_edits
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio.building import drafted, inputs, reading
from builder.pages.studio.building.choices import chooser
from builder.pages.studio.building.drafted import Moved, Working
from builder.publishing import checking, sentences
from schema_store.documents import Body
from schema_store.problems import Problem, Problems, pointer
from schema_store.shapes import shipped

KIND = "entity"
HEAD = "x-tessera"


@web.needs("signed_in", "may:publish")
def show(key: str) -> Response:
    here = reader()
    working = _opened(key)
    return _show(here, working, working.body.get(HEAD, {}), drafted.mark(working.body.get(HEAD)))


@web.needs("signed_in", "may:publish")
def save(key: str) -> Response:
    here = reader()
    working, seen = _opened(key), request.form.get("seen", "")
    own = _posted(working)
    problems = _check(here, working, own)
    if any(one.severity == "error" for one in problems):
        return _show(here, working, own, seen, problems, status=422)
    try:
        drafted.change(
            (KIND, key), lambda body: body.get(HEAD), seen, lambda body: {**deepcopy(body), HEAD: own}
        )
    except Problems as refused:
        moved = drafted.mark(refused.theirs) if isinstance(refused, Moved) else seen
        return _show(here, working, own, moved, list(refused.problems), status=409)
    flash(_("The draft is kept. Nothing has changed for others until it is published."), "good")
    return elsewhere("/studio/publish" if "publish" in request.form else f"/studio/entity/{key}")


def _opened(key: str) -> Working:
    with web.reading() as work:
        return drafted.opened(work, KIND, key)


def _properties() -> dict[str, Any]:
    found: dict[str, Any] = shipped()[KIND]["properties"][HEAD]["properties"]
    return found


def _posted(working: Working) -> dict[str, Any]:
    read = reading.Reader(
        request.form, types={}, rule=lambda _place: reading.NOTHING, value=lambda _place: reading.NOTHING
    )
    return read.document(_properties(), working.body.get(HEAD, {}))


def _check(here: Reader, working: Working, own: dict[str, Any]) -> list[Problem]:
    body: Body = {**working.body, HEAD: own}
    found = checking.check(web.house().registry, here.catalog, {working.name: body}).problems
    base = pointer(*working.name, HEAD)
    return [
        Problem(one.code, one.template, one.params, one.pointer[len(base) :], one.hint, one.severity)
        for one in found
        if one.pointer.startswith(base)
    ]


def _show(
    here: Reader,
    working: Working,
    own: dict[str, Any],
    seen: str,
    problems: list[Problem] | None = None,
    *,
    status: int = 200,
) -> Response:
    problems = problems or []
    errors: dict[str, list[str]] = {}
    for one in problems:
        errors.setdefault("/" + one.pointer.strip("/").split("/")[0], []).append(here.said(one))
    keys = entity_edits.used(working.body)
    fields = {key: entity_edits.settings_of(working.body, key) for key in keys}
    context = inputs.Context(
        here.language, choose=chooser(here, working.name[1], {}, fields), errors=errors, live=working.live
    )
    drawn = inputs.drawn(_properties(), own, context, needs=("label",))
    known = {one.pointer for one in drawn}
    base = f"/studio/entity/{working.name[1]}"
    return answer(
        "studio/building/settings.html",
        status=status,
        title=_("Edit: %(what)s", what=here.label(sentences.named(working.body), working.name[1])),
        trail=[
            ("/studio", _("Definitions")),
            (base, here.label(sentences.named(working.body), working.name[1])),
        ],
        action=f"{base}/settings",
        cancel_url=base,
        inputs=drawn,
        seen=seen,
        loose=[words for place, said in errors.items() if place not in known for words in said],
    )
