"""A form under design as people will fill it in: for a record, as a role, in a language, as wide as a phone.

Its inputs can be tried: their names begin with `see/`, so that they are the preview's and no part of the document.
What is typed counts for the conditions until another record is chosen, and is never kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from markupsafe import Markup

from builder.catalog import Entity
from builder.pages import web
from builder.pages.desk.filling import Drawing, Filling, Tab
from builder.pages.desk.picking import picks
from builder.pages.reader import Reader
from builder.pages.studio import layouts
from builder.pages.studio.design.eyes import Picked, eyes, picked
from builder.pages.studio.design.panels import Panel
from builder.pages.studio.design.state import STAND_IN, Designing, Seen
from builder.records import form_rules
from builder.records import forms as readings
from builder.work import Work
from schema_store.problems import Problems

PREFIX = "see/"
LANGUAGES = (("en", "English"), ("zh", "中文"))
PHONE = "phone"


def panel(here: Reader, designing: Designing, _seen: Seen) -> Panel:
    body = designing.body
    entity, looking = here.catalog.entity(body["entity"]), eyes(here)
    language = request.form.get("see.language", "")
    language = language if language in dict(LANGUAGES) else here.language
    with web.reading() as work:
        one = picked(here, work, entity)
        with web.speaking(language):
            seer = replace(looking.here, language=language)
            note, html = _drawn(seer, work, entity, body, one)
    key = designing.key or STAND_IN
    given = {
        "picked": one,
        "roles": looking.roles,
        "role": looking.role,
        "languages": LANGUAGES,
        "language": language,
        "is_phone": request.form.get("see.width") == PHONE,
        "html": html,
        "note": note,
        "who_gets": layouts.who_gets(here, entity.key, beside={key: {**body, "key": key}}),
    }
    return Panel("studio/design/_form.html", given)


def _drawn(
    seer: Reader, work: Work, entity: Entity, body: Mapping[str, Any], one: Picked
) -> tuple[str, Markup]:
    """What is to be said of the preview, and the form itself; empty where there is nothing to fill in."""
    action = "update" if one.record else "create"
    if not seer.policy.may(action, entity.key):
        return _("This role may not fill in this form."), Markup()
    note, tabs = _tabs(seer, work, entity, body, one)
    if not tabs:
        return note or _("No field is in this form yet."), Markup()
    return note, Markup(render_template("desk/filling/_parts.html", tabs=tabs, action=""))  # noqa: S704 - our own


def _tabs(
    seer: Reader, work: Work, entity: Entity, body: Mapping[str, Any], one: Picked
) -> tuple[str, list[Tab]]:
    """The form with what was typed, as its conditions stand; without them where one of them is wrong."""
    record_id = one.record.id if one.record else None
    draft = _typed(seer, entity, one)
    filling = Filling(entity, body, record_id, texts=draft.texts, typed=draft.values)
    stored = (
        readings.texts_of(entity, one.record, seer.reading)
        if one.record
        else readings.begun(entity, seer.reading)
    )
    note, standing = "", form_rules.PLAIN
    try:
        standing = form_rules.standing(work, body, record_id, draft.values, seer.policy)
    except Problems as wrong:
        note = " ".join(seer.said(problem) for problem in wrong.problems)
    offered = picks(seer, work, entity, {**stored, **draft.texts}, PREFIX)
    return note, Drawing(seer, filling, standing, stored, picks=offered, prefix=PREFIX).tabs()


def _typed(seer: Reader, entity: Entity, one: Picked) -> readings.Draft:
    """What was typed into the preview for this record."""
    if request.form.get("see.was", "") != one.chosen:
        return readings.Draft()
    posted = {
        name.removeprefix(PREFIX): request.form.getlist(name)
        for name in request.form
        if name.startswith(PREFIX)
    }
    return readings.from_post(entity, posted, seer.policy, seer.reading)
