"""Publishing: plan again under the lock, compare, change the tables, write versions, move the stamp. All or nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from builder import audit
from builder.events import Cause
from builder.publishing.checking import Changes
from builder.publishing.plan import Plan, impact, steps_for
from schema_store import drafts, store
from schema_store.documents import Body, Name, same
from schema_store.problems import Problem, Problems, _, pointer
from schema_store.store import Publication

if TYPE_CHECKING:
    from builder.work import House, Work


def publish(
    house: House,
    changes: Changes,
    *,
    cause: Cause,
    expect_stamp: int | None = None,
    confirm: str | None = None,
    note: str = "",
) -> Publication | None:
    """Publish `changes` (None retires a definition) as one set; None where all of it is live already.

    `expect_stamp`: what the caller saw as the stamp; `confirm`: the fingerprint of the plan that a person said
    yes to. Raises Problems, and nothing at all happened, where a document or the whole is wrong, where
    either has moved (`publish.moved`, `publish.plan_moved`), or where a retired key is used again.
    """
    with house.writing(cause) as opened:
        work = locked(opened, expect_stamp)
        _refuse_retired(work, changes)
        return within(work, changes, confirm=confirm, note=note)


def publish_drafts(
    house: House,
    names: Collection[Name] | None = None,
    *,
    cause: Cause,
    expect_stamp: int | None = None,
    confirm: str | None = None,
    note: str = "",
) -> Publication | None:
    """Publish the drafts of `names` (None: all) as one set. Raises Problems as `publish` does, and for stale drafts."""
    with house.writing(cause) as opened:
        work = locked(opened, expect_stamp)
        return within(work, changes_of_drafts(work, names, for_update=True), confirm=confirm, note=note)


def changes_of_drafts(
    work: Work, names: Collection[Name] | None = None, *, for_update: bool = False
) -> dict[Name, Body | None]:
    """The drafts as a change set, for `impact`. `for_update`: nobody changes them while they are published.

    Raises Problems for drafts that were written against a version which is no longer live.
    """
    found = {
        name: draft
        for name, draft in drafts.drafts(work.connection, for_update=for_update).items()
        if names is None or name in names
    }
    stale = [
        Problem(
            "draft.stale",
            _("A newer version was published after this draft was begun."),
            {},
            pointer(*name),
            _("Open the draft: it shows both."),
        )
        for name, draft in found.items()
        if draft.is_stale
    ]
    if stale:
        raise Problems(stale)
    return {name: draft.body for name, draft in found.items()}


def locked(work: Work, expect_stamp: int | None) -> Work:
    """`work` as the only publisher until its transaction ends, with the catalog of the stamp that holds so long."""
    stamp = store.lock(work.connection)
    if expect_stamp is not None and stamp != expect_stamp:
        params = {"expected": expect_stamp, "found": stamp}
        hint = _("Look at the plan again and publish once more.")
        raise Problems(
            Problem(
                "publish.moved",
                _("Something else was published meanwhile (stamp {found}, not {expected})."),
                params,
                "",
                hint,
            )
        )
    return dataclasses.replace(work, catalog=work.house.catalogs.current(work.connection, stamp))


def _refuse_retired(work: Work, changes: Changes) -> None:
    gone = store.retired(work.connection)
    template = _(
        "“{key}” was used by a {kind} that is retired; choose another key, or bring the old one back."
    )
    found = [
        Problem("definition.retired", template, {"kind": name[0], "key": name[1]}, pointer(*name))
        for name, body in changes.items()
        if body is not None and name in gone
    ]
    if found:
        raise Problems(found)


def within(work: Work, changes: Changes, *, confirm: str | None = None, note: str = "") -> Publication | None:
    """Publish `changes` in the caller's transaction, whose `work` is `locked`; raises Problems as `publish` does."""
    plan = impact(work, changes)
    plan.refuse()
    if confirm is not None and plan.fingerprint != confirm:
        hint = _("Look at the plan again and publish once more.")
        raise Problems(
            Problem(
                "publish.plan_moved",
                _("The plan is not the one you agreed to: something changed meanwhile."),
                {},
                "",
                hint,
            )
        )
    # A draft that is kept from here on waits, and learns what was published.
    store.hold(work.connection, {*changes, *plan.bodies})
    _done_drafts(work, changes)
    if plan.after is None or not plan.bodies:
        return None
    for step in steps_for(work.registry, plan.bodies):
        step.apply(work, plan.before, plan.after)
    published = store.publish(work.connection, plan.bodies, at=work.now, by=work.cause.actor, note=note)
    _note(work, plan, published)
    return published


def _done_drafts(work: Work, changes: Changes) -> None:
    """Drafts that say what is published now are done; others of the same definitions stay, and are stale."""
    for name, draft in drafts.drafts(work.connection).items():
        if name in changes and same(draft.body, changes[name]):
            drafts.discard_draft(work.connection, *name)


def _note(work: Work, plan: Plan, published: Publication) -> None:
    details: Mapping[str, object] = {
        "change": published.id,
        "stamp": published.stamp,
        "note": published.note,
        "published": [list(one) for one in published.published],
        "sentences": [sentence.said() for one in plan.definitions for sentence in one.sentences][:100],
        "tables": [change.sentence.said() for change in plan.table_changes][:100],
    }
    audit.note(
        work.connection,
        at=work.now,
        actor=work.cause.actor,
        action="publish",
        subject=f"change {published.id}",
        details=dict(details),
    )
