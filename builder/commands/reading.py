"""`query` and `history`: what the records say, and what they said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from builder.access.policy import Policy
from builder.catalog import Entity
from builder.commands import asked, opening
from builder.commands.actors import as_option, policy
from builder.commands.asked import CONDITIONS, KEYS, json_option
from builder.records import find
from builder.records import history as past
from builder.records.find import Query
from builder.records.tables import SYSTEM
from builder.records.values import Stored, to_json
from builder.work import House, Work

EMPTY = (None, frozenset())


@click.command()
@click.argument("entity")
@click.option("--where", "where", type=CONDITIONS, default=(), help="JSONLogic, or @file.")
@click.option("--fields", type=KEYS, help="Fields to show: a,b")
@click.option("--sort", type=KEYS, default=(), help="Fields to sort by; “-” before one that descends.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@click.option("--after", help="The cursor that the page before ended with.")
@click.option("--count", is_flag=True, help="Only how many there are.")
@click.option("--as-of", "moment", metavar="T", help="Asked at this date or time.")
@as_option
@json_option
def query(entity: str, moment: str | None, as_user: str | None, as_json: bool, **options: Any) -> None:
    """Records of ENTITY that fulfil a rule."""
    with opening.house() as house:
        as_of = asked.moment(house.clock, moment)
        with house.reading(as_of=as_of) as work:
            asked.known("entity", entity, work.catalog.entities)
            named = [*(options["fields"] or ()), *options["sort"]]
            asked.fields(named, [*SYSTEM, *work.catalog.entity(entity).fields])
            who = policy(work, as_user)
            wanted = _wanted(entity, options)
            if options["count"]:
                number = find.count(work, wanted, who, cap=None)
                asked.answer({"count": number}, as_json=as_json, people=lambda: [str(number)])
            else:
                _show_page(work, wanted, who, as_json=as_json)


def _wanted(entity: str, options: Mapping[str, Any]) -> Query:
    return Query(
        entity, options["fields"], options["where"], options["sort"], options["limit"], options["after"]
    )


def _show_page(work: Work, wanted: Query, who: Policy, *, as_json: bool) -> None:
    page = _page(work, wanted, who)
    entity = work.catalog.entity(wanted.entity)
    shown = wanted.fields or tuple(key for key in entity.fields if key in who.readable(entity))

    def lines() -> list[str]:
        rows = [[_text(entity, key, record) for key in shown] for record in page.records]
        more = [f"More: --after {page.after}"] if page.after else []
        return [*asked.table(rows, list(shown)), *more]

    documents = [_document(entity, record, wanted.fields) for record in page.records]
    asked.answer({"records": documents, "after": page.after}, as_json=as_json, people=lines)


def _page(work: Work, wanted: Query, who: Policy) -> find.Page:
    """One page of up to `limit` records, however many the reading door gives at once."""
    records: list[Stored] = []
    after = wanted.after
    while True:
        page = find.page(
            work,
            Query(
                wanted.entity, wanted.fields, wanted.where, wanted.sort, wanted.limit - len(records), after
            ),
            who,
        )
        records += page.records
        after = page.after
        if after is None or len(records) >= wanted.limit:
            return find.Page(records, after)


def _document(entity: Entity, record: Stored, fields: tuple[str, ...] | None) -> dict[str, Any]:
    document = to_json(entity, record)
    return (
        document
        if fields is None
        else {key: value for key, value in document.items() if key in ("id", *fields)}
    )


def _text(entity: Entity, key: str, record: Stored) -> str:
    if key in SYSTEM:
        return str(getattr(record, key))
    value = record.values.get(key)
    if value in EMPTY:
        return ""
    one = entity.fields[key]
    return record.titles.get(key) or one.type.to_text(value, one.settings)


@click.command()
@click.argument("entity")
@click.argument("record")
@as_option
@json_option
def history(entity: str, record: str, as_user: str | None, as_json: bool) -> None:
    """Who changed RECORD (its key, or id:N), when, why, and from what to what; newest first."""
    with opening.house() as house, house.reading() as work:
        asked.known("entity", entity, work.catalog.entities)
        who = policy(work, as_user)
        found = find.by_key(work, entity, record, who)
        if found is None:
            raise click.UsageError(f"There is no {entity} “{record}”.")
        described = work.catalog.entity(entity)
        entries = [_entry(described, entry) for entry in past.of(work, entity, found.id, who)]
        asked.answer(
            {"entity": entity, "id": found.id, "history": entries},
            as_json=as_json,
            people=lambda: [line for entry in entries for line in _entry_lines(house, entry)],
        )


def _entry(entity: Entity, entry: past.Entry) -> dict[str, Any]:
    """One version as JSON; values in the API's form, an empty one null."""
    return {
        "version": entry.version,
        "what": entry.what,
        "at": entry.at.isoformat(),
        "effective_at": entry.effective_at.isoformat() if entry.effective_at else None,
        "actor": entry.actor,
        "cause": entry.cause,
        "run": entry.run_id,
        "reason": entry.reason,
        "changes": {
            key: _change(entity, key, before, after) for key, (before, after) in entry.changes.items()
        },
    }


def _change(entity: Entity, key: str, before: Any, after: Any) -> dict[str, Any]:
    one = entity.fields[key]
    if one.storage == "tags":
        return {"removed": sorted(before or ()), "added": sorted(after or ())}
    before, after = (
        None if value is None else one.type.to_json(value, one.settings) for value in (before, after)
    )
    return {"before": before, "after": after}


def _entry_lines(house: House, entry: dict[str, Any]) -> list[str]:
    at = house.clock.moment(entry["at"]).astimezone(house.clock.zone)
    because = f" – {entry['reason']}" if entry["reason"] else ""
    run = f", run {entry['run']}" if entry["run"] else ""
    who = f"{entry['what']} by {entry['actor']} ({entry['cause']}{run})"
    lines = [f"{at:%Y-%m-%d %H:%M:%S}  version {entry['version']}  {who}{because}"]
    for key, change in entry["changes"].items():
        if "added" in change:
            said = " ".join(
                [*(f"+{tag}" for tag in change["added"]), *(f"-{tag}" for tag in change["removed"])]
            )
        else:
            said = f"{asked.cell(change['before']) or '–'} → {asked.cell(change['after']) or '–'}"
        lines.append(f"    {key}: {said}")
    return lines
