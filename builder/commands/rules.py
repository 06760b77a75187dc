"""`rule`: is it right, what does it mean, what does it ask the database?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click

from builder.access.policy import Policy
from builder.commands import asked, opening
from builder.commands.asked import RULE, json_option
from builder.commands.errors import FAILED, lines
from builder.records import empties, find, plans
from builder.records.row import row_of
from builder.rules import untyped
from builder.rules.advice.indexing import Wanted
from builder.rules.check import check as check_rule
from builder.rules.rule import Rule
from builder.rules.telling.empties import Counted
from builder.rules.telling.explain import Step, sentence, trace
from builder.work import Work
from schema_store import strict_json
from schema_store.problems import Problems

language_option = click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)


@click.group()
def rule() -> None:
    """Rules are JSONLogic: as text, or @file."""


@rule.command()
@click.argument("entity")
@click.argument("written", metavar="RULE")
@language_option
@json_option
def check(entity: str, written: str, language: str, as_json: bool) -> int:
    """Is RULE a right condition over ENTITY? Problems come with pointers into it."""
    with opening.house() as house, house.reading() as work:
        asked.known("entity", entity, work.catalog.entities)
        try:
            found = check_rule(_read(written), work.catalog, entity)
        except Problems as wrong:
            document = {"ok": False, "problems": [problem.document() for problem in wrong.problems]}
            said = [line for problem in wrong.problems for line in lines(problem)]
            asked.answer(document, as_json=as_json, people=lambda: said)
            return FAILED
        words = sentence(found, language)
        document = {"ok": True, "problems": [one.document() for one in found.warnings], "sentence": words}
        said = [words, *(line for one in found.warnings for line in lines(one))]
        asked.answer(document, as_json=as_json, people=lambda: said)
    return 0


def _read(written: str) -> Any:
    """What does not parse is a problem of the rule here, not a wrong use of the command."""
    if not written.startswith("@"):
        return strict_json.read(written)
    return strict_json.read(Path(written[1:]).read_bytes())


@rule.command()
@click.argument("entity")
@click.argument("document", metavar="RULE", type=RULE)
@click.option(
    "--record", metavar="K", help="The key of a record (or id:N): which conditions it meets, with its values."
)
@click.option("--as-of", "moment", metavar="T", help="Asked at this date or time.")
@language_option
@json_option
def explain(
    entity: str, document: Any, *, record: str | None, moment: str | None, language: str, as_json: bool
) -> None:
    """RULE as a sentence, with how many records lack a value in it.

    With --record as a tree of ✓ and ✗, and the fact that would turn it.
    """
    with opening.house() as house:
        as_of = asked.moment(house.clock, moment)
        with house.reading(as_of=as_of) as work:
            asked.known("entity", entity, work.catalog.entities)
            found = check_rule(document, work.catalog, entity)
            words = sentence(found, language)
            if record is None:
                lacking = _empties(work, found)
                document = {"sentence": words, **_empties_document(lacking, language)}
                asked.answer(document, as_json=as_json, people=lambda: [words, *lacking.said(language)])
                return
            step = _trace(work, found, record, language)
    asked.answer(
        {"sentence": words, "explained": step.document()}, as_json=as_json, people=lambda: _explained(step)
    )


def _empties(work: Work, found: Rule) -> Counted:
    """Where the records lack a value; nothing for a rule that no set can be asked."""
    try:
        return empties.counted(work, found, Policy.operator())
    except Problems:
        return Counted(0, ())


def _empties_document(counted: Counted, language: str) -> dict[str, Any]:
    told = [
        {
            "sentence": gap.said(count, language),
            "pointer": gap.pointer,
            "records": count,
            "counted": gap.counted,
        }
        for gap, count in counted.gaps
    ]
    return {"empty": told, "of": counted.records, "is_capped": counted.is_capped}


def _trace(work: Work, found: Rule, record: str, language: str) -> Step:
    held = find.by_key(work, found.entity, record, Policy.operator())
    if held is None:
        raise click.UsageError(f"There is no {found.entity} “{record}”.")
    return trace(found, row_of(work, found.entity, held.id), work.moment, language)


def _explained(step: Step) -> list[str]:
    return [*_tree(step), *(f"→ {flip.sentence}" for flip in step.flips)]


def _tree(step: Step, depth: int = 0) -> Iterator[str]:
    mark = {True: "✓ ", False: "✗ ", None: ""}[step.verdict]
    values = ", ".join(f"{label}: {value}" for label, value in step.values.items())
    yield f"{'  ' * depth}{mark}{step.sentence}{f'  ({values})' if values else ''}"
    for child in step.children:
        yield from _tree(child, depth + 1)


@rule.command()
@click.argument("entity")
@click.argument("document", metavar="RULE", type=RULE)
@click.option("--as-of", "moment", metavar="T", help="Asked at this date or time.")
@json_option
def sql(entity: str, document: Any, moment: str | None, as_json: bool) -> None:
    """The SQL that finds the records RULE holds for, the database's plan for it, and the index it lacks."""
    with opening.house() as house:
        as_of = asked.moment(house.clock, moment)
        with house.reading(as_of=as_of) as work:
            asked.known("entity", entity, work.catalog.entities)
            found = check_rule(document, work.catalog, entity)
            statement = plans.statement(work, found)
            written = statement.compile(work.connection, compile_kwargs={"render_postcompile": True})
            lines_of_plan = plans.plan(work, statement)
            lacking = plans.missing_indexes(work, found, lines_of_plan)
    params = {name: str(value) for name, value in written.params.items()}
    answer = {
        "sql": str(written),
        "params": params,
        "plan": lines_of_plan,
        "missing_indexes": [{"entity": one.entity, "fields": list(one.fields)} for one in lacking],
    }
    said = [str(written), str(params), *lines_of_plan, *(_lacking(one) for one in lacking)]
    asked.answer(answer, as_json=as_json, people=lambda: said)


def _lacking(one: Wanted) -> str:
    fields = ", ".join(one.fields)
    return f"An index is missing: with one on {fields} of {one.entity} not every record need be read."


@rule.command("eval")
@click.argument("document", metavar="RULE", type=RULE, required=False)
@click.option("--data", type=RULE, default=None, help="The data, as JSON or @file; null by default.")
@click.option("--batch", type=click.File("rb"), help='A file of lines {"rule": …, "data": …}.')
@json_option
def evaluate(document: Any, data: Any, batch: BinaryIO | None, **_json: bool) -> int:
    """Standard JSONLogic over free JSON: {"result": …} or {"error": {"type": …}}, a line for each."""
    given = click.get_current_context().get_parameter_source("document")
    if (batch is None) is (given is not click.core.ParameterSource.COMMANDLINE):
        raise click.UsageError("Give a RULE, or --batch FILE.")
    if batch is not None:
        for line in batch:
            if line.strip():
                click.echo(_written(_answer_line(line)))
        return 0
    found = untyped.answer(document, data)
    click.echo(_written(found))
    return FAILED if "error" in found else 0


def _answer_line(line: bytes) -> dict[str, Any]:
    try:
        asked_for = strict_json.read(line)
    except Problems as wrong:
        return {"error": {"type": "Invalid JSON", "message": str(wrong)}}
    if not isinstance(asked_for, dict) or "rule" not in asked_for:
        return {"error": {"type": "Invalid Line", "message": 'A line is {"rule": …, "data": …}.'}}
    return untyped.answer(asked_for["rule"], asked_for.get("data"))


def _written(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False)
