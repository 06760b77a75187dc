"""`check`, `fingerprint`, `routes`, `doctor`: is everything as it should be?"""

from __future__ import annotations

import click

from builder.commands import asked, opening
from builder.commands.asked import json_option
from builder.commands.errors import FAILED
from builder.events import Cause
from builder.upkeep import checks
from builder.upkeep import doctor as doctors
from builder.upkeep import fingerprint as fingerprints
from builder.upkeep.checks import definitions


@click.command()
@click.option(
    "--whole", is_flag=True, help="Work out the rollups of every record, not of a sample of a large table."
)
@click.option(
    "--repair", is_flag=True, help="Make missing tables, columns and indexes, work out rollups; check again."
)
@json_option
def check(whole: bool, repair: bool, as_json: bool) -> int:
    """Does everything agree: definitions with tables, records with history, rollups with what they sum?"""
    with opening.house() as house:
        if repair:
            with house.writing(Cause("check")) as work:
                definitions.repair(work)
        found = checks.run(house, whole=whole)
    asked.answer(
        found.document, as_json=as_json, people=lambda: [str(one) for one in found.findings] or ["All fine."]
    )
    return FAILED if found.findings else 0


@click.command()
@json_option
def fingerprint(as_json: bool) -> None:
    """One hash per part; equal on two databases that say the same."""
    with opening.house() as house:
        parts = fingerprints.of(house)
    asked.answer(
        parts, as_json=as_json, people=lambda: [f"{part:<12} {text}" for part, text in parts.items()]
    )


@click.command()
@json_option
def routes(as_json: bool) -> None:
    """Every address that answers, with its methods."""
    from builder.app import create_app  # noqa: PLC0415 - only this command needs Flask

    with opening.house(ready=False) as house:
        rules = create_app(house=house).url_map.iter_rules()
        found = [
            {
                "rule": rule.rule,
                "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                "endpoint": rule.endpoint,
            }
            for rule in sorted(rules, key=lambda rule: (rule.rule, rule.endpoint))
        ]
    rows = [[one["rule"], " ".join(one["methods"]), one["endpoint"]] for one in found]
    asked.answer(
        {"routes": found},
        as_json=as_json,
        people=lambda: asked.table(rows, ["address", "methods", "endpoint"]),
    )


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """What this installation stands on, and what is missing: for a report, or before going live."""
    with opening.house(ready=False) as house:
        answers = doctors.examine(house)
    document = {"ok": all(one.is_fine for one in answers), "answers": [one.document for one in answers]}
    asked.answer(document, as_json=as_json, people=lambda: [str(one) for one in answers])
    return 0 if document["ok"] else FAILED
