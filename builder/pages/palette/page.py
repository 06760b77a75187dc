"""`/find?q=`: the palette's answers, as a page of their own or as the list in its dialog; and the sheet of keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import structlog
from flask import Blueprint, Response, flash, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext

from builder import runs
from builder.pages import web
from builder.pages.palette import ranking
from builder.pages.palette.all import SOURCES
from builder.pages.reader import Reader, answer, reader
from builder.palette import Offer, Seeker, Source
from builder.records import anywhere
from builder.work import Work
from builder.workflows.undo import UNDOABLE
from schema_store import drafts

log = structlog.get_logger()

LONGEST = 100
LOOKED_AT = 50
"""Runs among which the last one that can be undone is looked for."""


@dataclass(frozen=True)
class Group:
    """What a page or the dialog draws of one source."""

    key: str
    label: str
    offers: tuple[Offer, ...]


def blueprint() -> Blueprint:
    palette = Blueprint("palette", __name__)
    palette.add_url_rule("/find", "find", show)
    palette.add_url_rule("/find/undo", "undo", undo)
    palette.add_url_rule("/shortcuts", "shortcuts", shortcuts)
    return palette


@web.needs("signed_in")
def show() -> Response:
    here, text = reader(), " ".join(request.args.get("q", "").split())[:LONGEST]
    with web.reading() as work:
        groups = found(here, work, text)
    count = sum(len(one.offers) for one in groups)
    return answer(
        "palette/find.html",
        {"palette-list": "palette/_options.html", "found": "palette/_found.html"},
        text=text,
        groups=groups,
        count=count,
        announced=ngettext("%(num)s found", "%(num)s found", count) if count else _("Nothing was found."),
        keys=keys(),
    )


def found(here: Reader, work: Work, text: str) -> list[Group]:
    """The best of every source, records last."""
    seeker = _seeker(here, work, ranking.terms(text))
    ranked = ranking.ordered(
        one
        for source in _sources(seeker)
        if (one := ranking.group(source, filter(seeker.finds, _offers(source, seeker)), seeker.terms))
    )
    groups = [
        Group(one.source.key, here.label(one.source.label, one.source.key), one.offers) for one in ranked
    ]
    hits = _records(here, work, text)
    return [*groups, Group("hits", _("Records"), hits)] if hits else groups


def _seeker(here: Reader, work: Work, terms: tuple[str, ...]) -> Seeker:
    return Seeker(
        terms,
        here.language,
        here.catalog,
        here.policy,
        web.house().registry,
        lambda: {name: one.body for name, one in drafts.drafts(work.connection).items() if one.body},
        lambda: _undoable(work),
    )


def _sources(seeker: Seeker) -> Iterator[Source]:
    """Those of the product, then those of plugins; before anything was typed only what people begin with."""
    for source in (*SOURCES, *seeker.registry.palette.values()):
        if seeker.terms or source.is_eager:
            yield source


def _offers(source: Source, seeker: Seeker) -> Iterable[Offer]:
    """What a source has; one of a plugin that breaks has nothing, and the log says why."""
    if source in SOURCES:
        return source.offers(seeker)
    try:
        return list(source.offers(seeker))
    except Exception as error:
        log.error("plugin.stumbled", part=source.key, exc_info=error)
        return []


def _records(here: Reader, work: Work, text: str) -> tuple[Offer, ...]:
    entities = here.catalog.entities
    return tuple(
        Offer(
            hit.title,
            f"/desk/{hit.entity}/{hit.id}",
            " · ".join(one for one in (here.label(entities[hit.entity].label, hit.entity), hit.key) if one),
            entities[hit.entity].icon,
        )
        for hit in anywhere.found(work, text, here.policy)[: ranking.ALL]
    )


def _undoable(work: Work) -> int | None:
    for run in runs.recent(work.connection, limit=LOOKED_AT):
        if run.kind != runs.UNDO and run.undone_by is None and run.status in UNDOABLE:
            return run.id
    return None


@web.needs("signed_in", "may:undo")
def undo() -> Response:
    """On to the question whether the last run shall be undone."""
    with web.reading() as work:
        run = _undoable(work)
    if run is None:
        flash(_("There is no run that could be undone."), "info")
    return redirect(f"/studio/runs/{run}/undo" if run is not None else "/studio/runs", 303)  # type: ignore[return-value]


@web.needs("signed_in")
def shortcuts() -> Response:
    """`/shortcuts`: what the keyboard can do."""
    return answer("palette/shortcuts.html", keys=keys())


def keys() -> list[tuple[str, str]]:
    """What each key does. Keys of one character can be switched off in one's account."""
    return [
        ("Ctrl K", _("Find anything, do anything")),
        ("/", _("Go to the search box")),
        ("n", _("New record, in a list")),
        ("e", _("Edit, on a record's page")),
        ("Ctrl Enter", _("Save the form that is being filled in")),
        ("↑ ↓", _("Choose a line of the palette")),
        ("Enter", _("Go there, or do it")),
        ("Esc", _("Close a menu or the palette")),
    ]
