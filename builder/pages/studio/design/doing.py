"""A workflow under design, live: its sentence, what would happen now, and why one record is concerned or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from builder.kinds.parts import settings_of
from builder.pages import web
from builder.pages.desk import tale
from builder.pages.reader import Reader
from builder.pages.studio import wording
from builder.pages.studio.design.eyes import picked
from builder.pages.studio.design.times import next_times
from builder.records import conditions, within
from builder.records.row import row_of
from builder.rules.check import check
from builder.rules.telling import explain
from builder.work import Work
from builder.workflows import definition, rehearse
from builder.workflows.actions.contract import Scope
from schema_store.documents import Body
from schema_store.problems import Problems

SAMPLE = 3


@dataclass(frozen=True)
class Sentence:
    """The whole workflow in words; "" and what stands in its place where a part is not finished."""

    when: str
    who: str
    which: str
    steps: Sequence[str]
    next: Sequence[str]


def sentence(here: Reader, body: Body) -> Sentence:
    """As far as it can be said: an unfinished part is a gap, not a failure."""
    registry = web.house().registry
    entity = here.catalog.entity(body["entity"])
    trigger = body.get("trigger", {})
    sort = registry.triggers.get(trigger.get("type", ""))
    when = _said(lambda: sort.sentence(trigger, entity.key, here.catalog, here.language)) if sort else ""
    scope = Scope(here.catalog, entity.key, here.language)
    steps = [_step(registry.actions.get(one.get("type", "")), one, scope) for one in body.get("actions", ())]
    which = _said(
        lambda: wording.sentence(here, entity.key, body.get("where"), is_trigger=_asks_change(body))
    )
    times = next_times(here, trigger["cron"]) if isinstance(trigger.get("cron"), str) else []
    return Sentence(when, here.label(entity.label_plural, entity.key), which, steps, times)


def _said(say: Any) -> str:
    try:
        return say()
    except (KeyError, TypeError, AttributeError, ValueError, Problems):
        return ""


def _step(action: Any, document: Mapping[str, Any], scope: Scope) -> str:
    if action is None:
        return ""
    return _said(lambda: action.sentence(settings_of(document), scope))


def _asks_change(body: Body) -> bool:
    trigger = body.get("trigger", {})
    return trigger.get("type") == definition.RECORD and "via" not in trigger


def rehearsal(here: Reader, body: Body) -> dict[str, Any]:
    """What would happen if it ran now: counted over the whole set, a few records before and after."""
    if not here.policy.may("run"):
        return {"note": _("Who may run workflows sees here what would happen now.")}
    kind = web.house().registry.kinds["workflow"]
    try:
        with web.reading() as work:
            made = definition.compiled(
                kind.complete(dict(body), work.registry), 0, work.catalog, work.registry
            )
            found = rehearse.rehearsed(work, made, SAMPLE)
            sample = _sample(here, work, made.entity, found)
    except Problems as refused:
        return {"note": " ".join(here.said(one) for one in refused.problems)}
    except SQLAlchemyError:
        return {"note": _("The database cannot count this just now.")}
    return {"rehearsal": found, "sample": sample, "note": ""}


def _sample(here: Reader, work: Work, entity_key: str, found: rehearse.Rehearsal) -> list[dict[str, Any]]:
    entity, readable = here.catalog.entity(entity_key), here.policy.readable(here.catalog.entity(entity_key))
    titles = tale.titles_of(here, work, entity_key, {one.id for one in found.sample})
    return [
        {
            "title": titles[one.id],
            "href": f"/desk/{entity_key}/{one.id}",
            "changes": [
                tale.change(entity.fields[key], here, here.shown, *both)
                for key, both in one.changes.items()
                if key in readable
            ],
        }
        for one in found.sample
        if one.id in titles
    ]


@dataclass(frozen=True)
class Trying:
    """The condition asked of one record: `step` is its tree; `note` says why there is none."""

    search: str
    chosen: str
    offered: Sequence[tuple[str, str]]
    step: explain.Step | None = None
    note: str = ""


def trying(here: Reader, body: Body) -> Trying:
    """The test on one record that the form asks for (`try.search`, `try.record`)."""
    entity = here.catalog.entity(body["entity"])
    with web.reading() as work:
        found = picked(here, work, entity)
        own = Trying(found.search, found.chosen, found.offered)
        return own if found.record is None else _tried(here, work, body, own)


def _tried(here: Reader, work: Work, body: Body, own: Trying) -> Trying:
    place = (own.search, own.chosen, own.offered)
    try:
        rule = check(body.get("where", True), here.catalog, body["entity"], trigger=_asks_change(body))
        if rule.uses_trigger:
            return Trying(
                *place,
                note=_("It asks what a change did, so it can only be answered when a record is written."),
            )
        within.refuse_hidden(work, rule, here.policy, "/where")
        moment = conditions.moment_of(work, here.policy)
        step = explain.trace(
            rule, row_of(work, body["entity"], int(own.chosen), here.policy), moment, here.language
        )
    except Problems as refused:
        return Trying(*place, note=" ".join(here.said(one) for one in refused.problems))
    return Trying(*place, step=step)
