"""`/studio/changes`: what was published, when, by whom and why; each change set in sentences, and the way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, abort, request
from flask_babel import gettext as _

from builder.catalog import Catalog, compile_bodies
from builder.pages import web
from builder.pages.desk import tale
from builder.pages.reader import Reader, answer, joined, reader
from builder.pages.studio import rights
from builder.pages.studio.plan_words import Told, kind_label, what_words
from builder.pages.web.numbers import counted
from builder.publishing.sentences import describe
from builder.publishing.words import named
from builder.work import Work
from schema_store import change_sets
from schema_store.change_sets import Step
from schema_store.documents import Name
from schema_store.store import Publication

HOME = "/studio/changes"
PAGE = 30
LABELS = 4
"""So many definitions of a change set are named in the list."""


@dataclass(frozen=True)
class Row:
    """One change set in a list. `is_next`: the one to undo first, of several."""

    id: int
    href: str
    when: str
    moment: str
    by: str
    note: str
    labels: str
    more: int
    is_next: bool = False


@web.needs("signed_in")
def overview() -> Response:
    """`?before=`: newest first."""
    here, before = rights.of_studio(reader()), request.args.get("before", type=counted)
    with web.reading() as work:
        found = change_sets.recent(work.connection, before=before, limit=PAGE + 1)
        shown = rows(here, work, found[:PAGE])
    next_url = f"{HOME}?before={found[PAGE - 1].id}" if len(found) > PAGE else ""
    return answer(
        "studio/changes.html",
        {"changes": "studio/_changes.html"},
        rows=shown,
        next_url=next_url,
        may_publish=here.policy.may("publish"),
        announced=_("Older changes") if before else "",
    )


@web.needs("signed_in")
def show(change_id: int) -> Response:
    """`/studio/changes/<id>`: what a change set did to each definition, said as it was then."""
    here = rights.of_studio(reader())
    with web.reading() as work:
        found = change_sets.get(work.connection, change_id)
        if found is None:
            abort(404)
        steps = change_sets.steps(work.connection, change_id)
        then = _then(work, change_id, steps)
        (row,) = rows(here, work, [found])
    return answer(
        "studio/change.html",
        row=row,
        trail=[(HOME, _("Changes"))],
        told=[(told(here, name, step, then), _text_url(name, step)) for name, step in steps.items()],
        undo_url=f"{HOME}/{change_id}/undo" if here.policy.may("publish") else "",
    )


def rows(here: Reader, work: Work, found: Sequence[Publication], *, next_id: int = 0) -> list[Row]:
    """Change sets in words: two statements for all of them."""
    names = tale.names_of(work, [one.by for one in found])
    shown = {(kind, key) for one in found for kind, key, _version in one.published[:LABELS]}
    gone = change_sets.last_bodies(work.connection, [one for one in shown if one not in here.catalog.bodies])
    labels = {name: _label(here, name, gone) for name in shown}
    return [
        Row(
            one.id,
            f"{HOME}/{one.id}",
            here.moment(one.at),
            one.at.isoformat(),
            tale.actor_name(here, one.by, names),
            one.note,
            joined(labels[kind, key] for kind, key, _version in one.published[:LABELS]),
            max(len(one.published) - LABELS, 0),
            one.id == next_id,
        )
        for one in found
    ]


def _label(here: Reader, name: Name, gone: dict[Name, dict[str, object]]) -> str:
    return here.label(named(here.catalog.bodies.get(name) or gone.get(name, {})), name[1])


@dataclass(frozen=True)
class Then:
    """All that was published before a change set and after it: what its sentences name."""

    before: Catalog
    after: Catalog


def _then(work: Work, change_id: int, steps: Mapping[Name, Step]) -> Then:
    after = change_sets.as_after(work.connection, change_id)
    before = {**after, **{name: step.before for name, step in steps.items()}}
    there = {name: body for name, body in before.items() if body is not None}
    return Then(compile_bodies(work.registry, there), compile_bodies(work.registry, after))


def told(here: Reader, name: Name, step: Step, then: Then) -> Told:
    """What happened to one definition then, in the words of then."""
    what = "retired" if step.after is None else "changed" if step.before is not None else "new"
    word, colour = what_words(what)
    if step.after is not None and step.before is None and step.version > 1:
        word = _("Brought back")
    said = _sentences(here, name, step, then)
    label = here.label(named(step.after or step.before or {}), name[1])
    return Told(f"/studio/{name[0]}/{name[1]}", kind_label(here, name[0]), label, word, colour, said)


def _sentences(here: Reader, name: Name, step: Step, then: Then) -> list[str]:
    try:
        found = describe(name, step.before, step.after, then.after, earlier=then.before)
    except Exception:  # noqa: BLE001 - of a kind whose plugin is gone, say; the text beside still shows it
        return []
    return [one.said(_, here.language) for one in found]


def _text_url(name: Name, step: Step) -> str:
    """Where both texts stand side by side."""
    return f"/studio/{name[0]}/{name[1]}/versions/{step.version}"
