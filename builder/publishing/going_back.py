"""Going back: an old version, or what was live before a change set, published again as a change set of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from builder.events import Cause
from builder.publishing import checking
from builder.publishing.publish import locked, within
from schema_store import change_sets, store
from schema_store.change_sets import Step
from schema_store.documents import Body, Name
from schema_store.problems import Problem, Problems, _, pointer
from schema_store.store import Publication

if TYPE_CHECKING:
    from builder.work import House, Work


def roll_back(
    house: House,
    kind: str,
    key: str,
    version: int,
    *,
    cause: Cause,
    note: str = "",
    confirm: str | None = None,
) -> Publication | None:
    """Publish the body of an old version again, as a new version; brings a retired definition back too."""
    with house.writing(cause) as opened:
        work = locked(opened, None)
        return within(work, old_version(work, kind, key, version), confirm=confirm, note=note)


def old_version(work: Work, kind: str, key: str, version: int) -> dict[Name, Body | None]:
    """An old version as a change set, for `impact`. Raises Problems where there is no such version."""
    body = store.body_of_version(work.connection, kind, key, version)
    if body is None:
        params = {"kind": kind, "key": key, "version": version}
        raise Problems(
            Problem(
                "version.unknown",
                _("There is no version {version} of the {kind} “{key}” to go back to."),
                params,
                pointer(kind, key),
            )
        )
    return {(kind, key): work.registry.kinds[kind].authored(body)}


def undo(
    house: House, change_id: int, *, cause: Cause, note: str = "", confirm: str | None = None
) -> Publication | None:
    """Publish again what was live before a change set: what it made is retired, what it retired comes back."""
    with house.writing(cause) as opened:
        work = locked(opened, None)
        return within(work, before_change(work, change_id), confirm=confirm, note=note)


def before_change(work: Work, change_id: int) -> dict[Name, Body | None]:
    """What was live before a change set, as a change set, for `impact`.

    Raises Problems where one of its definitions says something else by now: going back would lose that.
    """
    steps = change_sets.steps(work.connection, change_id)
    if not steps:
        raise Problems(_unknown(change_id))
    since = moved_since(work, steps)
    if since:
        template = _("This was published again since; go back step by step, newest change first.")
        raise Problems([Problem("change.moved", template, {}, pointer(*name)) for name in since])
    return {name: _authored(work, name, step.before) for name, step in steps.items()}


def moved_since(work: Work, steps: Mapping[Name, Step]) -> list[Name]:
    """The definitions that no longer say what the change set made them say; what was undone again says it."""
    made = {name: _authored(work, name, step.after) for name, step in steps.items()}
    alone = {name: body for name, body in made.items() if name[0] in work.registry.kinds}
    completed = checking.complete(work.registry, work.catalog, alone)
    return [name for name in made if not checking.is_live(name, completed.get(name), work.catalog)]


def before_moment(work: Work, change_id: int) -> dict[Name, Body | None]:
    """Everything as it was before a change set, whatever was published since, as a change set for `impact`."""
    found = change_sets.as_before(work.connection, change_id)
    if not found:
        raise Problems(_unknown(change_id))
    return {name: _authored(work, name, body) for name, body in found.items()}


def go_back(
    house: House, change_id: int, *, cause: Cause, note: str = "", confirm: str | None = None
) -> Publication | None:
    """Publish again all that was live before a change set: it and whatever came after it is undone."""
    with house.writing(cause) as opened:
        work = locked(opened, None)
        return within(work, before_moment(work, change_id), confirm=confirm, note=note)


def _unknown(change_id: int) -> Problem:
    return Problem("change.unknown", _("There is no change set {id}."), {"id": change_id})


def _authored(work: Work, name: Name, body: Body | None) -> Body | None:
    kind = work.registry.kinds.get(name[0])
    return kind.authored(body) if kind is not None and body is not None else body
