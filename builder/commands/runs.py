"""`run`, `run-due`, `undo`: workflows by hand, all that is due, and back again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import click

from builder import runs as kept
from builder.catalog import Entity
from builder.commands import asked, opening
from builder.commands.actors import as_option, cause, require
from builder.commands.asked import json_option
from builder.commands.errors import FAILED
from builder.runs import Run
from builder.work import House
from builder.workflows import rehearse as rehearsing
from builder.workflows import run as running
from builder.workflows import scheduler
from builder.workflows import undo as undoing

T = click.option("--as-of", "moment", metavar="T", help="As on this date (its end) or at this time.")
GOOD = (kept.DONE, kept.WAITING, kept.UNDONE)


@click.command("run")
@click.argument("workflow")
@T
@click.option("--rehearse", is_flag=True, help="Count what would happen; write nothing.")
@as_option
@json_option
def run(workflow: str, *, moment: str | None, rehearse: bool, as_user: str | None, as_json: bool) -> int:
    """Run WORKFLOW now, to its end; it counts as approved."""
    with opening.house() as house:
        as_of = asked.moment(house.clock, moment)
        with house.reading() as work:
            asked.known("workflow", workflow, work.catalog.of_kind("workflow"))
            require(work, as_user, "run")
        if rehearse:
            found = rehearsing.rehearse(house, workflow, as_of=as_of)
            asked.answer(found.document(), as_json=as_json, people=lambda: _rehearsed(house, found))
            return 0
        scheduler.settle(house)
        actor = cause(house, "command", as_user).actor
        run_id = running.run(house, workflow, as_of=as_of, actor=actor).id
        scheduler.settle(house)
        with house.reading() as work:
            done = running.found(work, run_id)  # as it is once all that it caused has happened
    asked.answer(done.document(), as_json=as_json, people=lambda: _lines(done))
    return 0 if done.status in GOOD else FAILED


def _lines(done: Run) -> list[str]:
    effects = ", ".join(f"{name} {count:,}" for name, count in done.effects.items())
    said = [
        f"Run {done.id} of {done.workflow}: {done.matched:,} matched, {done.changed:,} changed – {done.status}."
    ]
    if effects:
        said.append(f"  {effects}")
    if done.trouble:
        said.append(f"  {done.trouble}")
    return said


def _rehearsed(house: House, found: rehearsing.Rehearsal) -> list[str]:
    said = [
        f"{found.workflow} would change {found.changed:,} of {found.matched:,} records. Nothing was written."
    ]
    if found.closed:
        said.append(
            f"  {found.closed:,} of them were handled before; an unattended run would leave these alone."
        )
    if found.needs_approval:
        said.append("  An unattended run would wait for approval.")
    with house.reading() as work:
        entity = work.catalog.entity(work.catalog.of_kind("workflow")[found.workflow]["entity"])
    return said + [f"  {one.title}: {_changes(entity, one.changes)}" for one in found.sample]


def _changes(entity: Entity, changes: Mapping[str, tuple[Any, Any]]) -> str:
    return ", ".join(_change(entity, key, *both) for key, both in changes.items())


def _change(entity: Entity, key: str, before: Any, after: Any) -> str:
    one = entity.fields[key]
    if one.storage == "tags":
        return " ".join(
            [*(f"+{tag}" for tag in sorted(after or ())), *(f"-{tag}" for tag in sorted(before or ()))]
        )
    return f"{key} {one.type.to_text(before, one.settings) or '–'} → {one.type.to_text(after, one.settings) or '–'}"


@click.command("run-due")
@click.option("--until", "moment", metavar="T", help="Up to this date or time; now by default.")
@json_option
def run_due(moment: str | None, as_json: bool) -> int:
    """Run every timed workflow once for each time it was due since its last one, then all queued work."""
    with opening.house() as house:
        done = scheduler.run_due(house, asked.moment(house.clock, moment))
    asked.answer(_together(done), as_json=as_json, people=lambda: _all_lines(done))
    return 0 if all(one.status in GOOD for one in done) else FAILED


def _together(done: Sequence[Run]) -> dict[str, Any]:
    """The sums of all runs, as if they were one, and each of them under `runs`."""
    effects: Counter[str] = Counter()
    for one in done:
        effects.update(one.effects)
    sums = {name: sum(getattr(one, name) for one in done) for name in ("matched", "changed", "failed")}
    each = [_one(one) for one in done]
    return {
        "run": done[-1].id if done else None,
        **sums,
        "status": _worst(done),
        "effects": dict(effects),
        "runs": each,
    }


def _one(done: Run) -> Mapping[str, Any]:
    slot = done.slot.isoformat() if done.slot else None
    return {**done.document(), "workflow": done.workflow, "slot": slot}


def _worst(done: Sequence[Run]) -> str:
    found = {one.status for one in done}
    return next(
        (one for one in (kept.FAILED, kept.PARTIAL, kept.RUNNING, kept.WAITING) if one in found), kept.DONE
    )


def _all_lines(done: Sequence[Run]) -> list[str]:
    return [line for one in done for line in _lines(one)] or ["Nothing was due."]


@click.command()
@click.argument("run_id", metavar="RUN", type=int)
@click.option("--rehearse", is_flag=True, help="Count what would be put back; write nothing.")
@as_option
@json_option
def undo(run_id: int, *, rehearse: bool, as_user: str | None, as_json: bool) -> None:
    """Put back what RUN wrote; records that were changed since are left alone and listed."""
    with opening.house() as house:
        with house.reading() as work:
            require(work, as_user, "undo")
        if rehearse:
            found = undoing.rehearse(house, run_id)
        else:
            scheduler.settle(house)
            found = undoing.undo(house, run_id, actor=cause(house, "command", as_user).actor)
            scheduler.settle(house)
    asked.answer(found.document(), as_json=as_json, people=lambda: _undone(found, rehearse=rehearse))


def _undone(found: undoing.Undone, *, rehearse: bool) -> list[str]:
    said = [f"{'Would put back' if rehearse else 'Put back'} {found.reverted:,} records."]
    if found.skipped_count:
        listed = ", ".join(f"{entity} id:{record_id}" for entity, record_id in found.skipped[:10])
        more = " …" if found.skipped_count > 10 else ""
        said.append(f"  {found.skipped_count:,} were changed since and left alone: {listed}{more}")
    return said + [f"  {sentence}" for sentence in found.not_undoable]
