"""`app` and `entity`: folders of definitions in and out, and what is published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from builder.commands import asked, opening
from builder.commands.asked import json_option
from builder.commands.errors import FAILED, lines
from builder.events import Cause
from builder.publishing import checking
from builder.publishing.plan import Plan, impact
from builder.publishing.publish import publish
from builder.work import House
from schema_store import packages
from schema_store.documents import Body, Name
from schema_store.problems import Problem, Problems
from schema_store.texts import pick

FOLDER = click.Path(path_type=Path)


@click.group()
def app() -> None:
    """Folders of definitions, one JSON file each: <kind>/<key>.json."""


@app.command()
@click.argument("folder", type=FOLDER)
@json_option
def validate(folder: Path, as_json: bool) -> int:
    """Check every definition in FOLDER; needs no database."""
    with opening.house(ready=False) as house:
        problems = _problems(house, folder)
    document = {"ok": not _errors(problems), "problems": [problem.document() for problem in problems]}
    said = [line for problem in problems for line in lines(problem)]
    asked.answer(document, as_json=as_json, people=lambda: said or [f"{folder}: fine."])
    return FAILED if _errors(problems) else 0


def _problems(house: House, folder: Path) -> list[Problem]:
    try:
        return checking.validate(packages.read(packages.find(str(folder))), house.registry)
    except Problems as wrong:
        return list(wrong.problems)


def _errors(problems: list[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.severity == "error"]


@app.command()
@click.argument("folder", type=FOLDER)
@json_option
def plan(folder: Path, as_json: bool) -> int:
    """What publishing FOLDER would do: definitions, tables, losses. Writes nothing."""
    with opening.house() as house:
        documents = packages.read(packages.find(str(folder)))
        with house.reading() as work:
            found = impact(work, documents)
    asked.answer(_plan_document(found), as_json=as_json, people=lambda: _plan_lines(found))
    return FAILED if found.errors else 0


@app.command("publish")
@click.argument("folder", type=FOLDER)
@click.option("--yes", is_flag=True, help="Publish without asking.")
@click.option("--expect-stamp", type=int, metavar="N", help="Refuse if anything was published since stamp N.")
@click.option("--note", default="", help="Why; kept with the version.")
@json_option
def publish_folder(folder: Path, yes: bool, expect_stamp: int | None, note: str, as_json: bool) -> int:
    """Publish FOLDER as one set: all of it, or nothing."""
    with opening.house() as house:
        documents = packages.read(packages.find(str(folder)))
        with house.reading() as work:
            found = impact(work, documents)
        if found.errors:
            asked.answer(_plan_document(found), as_json=as_json, people=lambda: _plan_lines(found))
            return FAILED
        if not found.is_empty and not yes:
            _confirm(found, as_json=as_json)
        published = _publish(house, documents, found, expect_stamp=expect_stamp, note=note)
    asked.answer(published, as_json=as_json, people=lambda: _published_lines(published))
    return 0


def _confirm(found: Plan, *, as_json: bool) -> None:
    for line in _plan_lines(found):
        click.echo(line, err=as_json)
    if not click.get_text_stream("stdin").isatty():
        raise click.UsageError("Nothing was published. Add --yes to publish this.")
    click.confirm("Publish this?", abort=True, err=as_json)


def _publish(
    house: House, documents: Mapping[Name, Body], found: Plan, *, expect_stamp: int | None, note: str
) -> dict[str, Any]:
    expected = found.stamp if expect_stamp is None else expect_stamp
    done = publish(
        house, documents, cause=Cause("command"), expect_stamp=expected, confirm=found.fingerprint, note=note
    )
    if done is None:
        return {"stamp": found.stamp, "published": []}
    return {
        "stamp": done.stamp,
        "published": [
            {"kind": kind, "key": key, "version": version} for kind, key, version in done.published
        ],
    }


def _published_lines(published: Mapping[str, Any]) -> list[str]:
    if not published["published"]:
        return [f"All of this is live already (stamp {published['stamp']})."]
    return [f"Published {len(published['published'])} definitions (stamp {published['stamp']})."]


def _plan_document(found: Plan) -> dict[str, Any]:
    return {
        "stamp": found.stamp,
        "definitions": [
            {
                "kind": one.kind,
                "key": one.key,
                "what": one.what,
                "sentences": [line.said() for line in one.sentences],
            }
            for one in found.definitions
        ],
        "tables": [
            {"sentence": one.sentence.said(), "count": one.count, "is_loss": one.is_destructive}
            for one in found.table_changes
        ],
        "problems": [problem.document() for problem in found.problems],
    }


def _plan_lines(found: Plan) -> list[str]:
    if found.is_empty:
        return ["All of this is live already; nothing would change."]
    said = [f"{one.kind} {one.key} ({one.what})" for one in found.definitions]
    for one in found.definitions:
        said += [f"  {line.said()}" for line in one.sentences if one.what != "new"]
    said += [f"{'LOSS: ' if one.is_destructive else ''}{one.sentence.said()}" for one in found.table_changes]
    return said + [line for problem in found.problems for line in lines(problem)]


@app.command("export")
@click.argument("folder", type=FOLDER)
@click.argument("names", nargs=-1)
@json_option
def export_folder(folder: Path, names: tuple[str, ...], as_json: bool) -> None:
    """Write what is published to FOLDER: everything, or the NAMES (a key, or kind/key)."""
    with opening.house() as house, house.reading() as work:
        kinds = work.registry.kinds
        bodies = {
            name: kinds[name[0]].authored(body)
            for name, body in work.catalog.bodies.items()
            if name[0] in kinds
        }
        written = packages.write(folder, packages.only(bodies, names))
    files = [str(path.relative_to(folder)) for path in written]
    asked.answer(
        {"files": files}, as_json=as_json, people=lambda: [f"Wrote {len(files)} definitions to {folder}."]
    )


@click.group()
def entity() -> None:
    """What is published of entities."""


@entity.command("list")
@json_option
def entity_list(as_json: bool) -> None:
    """All published entities."""
    with opening.house() as house, house.reading() as work:
        found = [
            {
                "key": one.key,
                "label": pick(one.label, "en", one.key),
                "fields": len(one.fields),
                "key_field": one.key_field,
            }
            for one in work.catalog.entities.values()
        ]
    rows = [[one["key"], one["label"], one["fields"], one["key_field"]] for one in found]
    asked.answer(
        {"entities": found},
        as_json=as_json,
        people=lambda: asked.table(rows, ["entity", "label", "fields", "key field"]),
    )


@entity.command("show")
@click.argument("key")
@json_option
def entity_show(key: str, as_json: bool) -> None:
    """The published JSON Schema document of the entity KEY."""
    with opening.house() as house, house.reading() as work:
        asked.known("entity", key, work.catalog.entities)
        document = dict(work.catalog.entity(key).document)
    asked.answer(document, as_json=as_json)
