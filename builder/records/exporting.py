"""Export of a list: CSV that a spreadsheet may open safely and that import reads back, or JSON lines. Streamed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TextIO

from builder.access.policy import Policy
from builder.fields.contract import Field, Reading
from builder.records import find
from builder.records.find import Query, Record
from builder.records.values import to_json
from builder.work import Work
from schema_store import strict_json
from schema_store.problems import Problem, Problems, _

PAGE = 1_000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""First characters that make a spreadsheet run a cell as a formula; such a text gets a leading apostrophe."""


def write(work: Work, query: Query, policy: Policy, file: TextIO, form: str) -> int:
    """Write the matching records to `file` as "csv" or "jsonl"; how many. Raises Problems and Refused."""
    policy.require("export")
    writers: dict[str, Callable[..., int]] = {"csv": _csv, "jsonl": _jsonl}
    if form not in writers:
        raise Problems(
            Problem("export.form", _("“{form}” cannot be written; choose csv or jsonl."), {"form": form})
        )
    return writers[form](work, query, policy, file)


def records(work: Work, query: Query, policy: Policy) -> Iterator[Record]:
    """All matching records, a page at a time, so that memory stays flat."""
    after: str | None = query.after
    while True:
        page = find.page(work, replace(query, limit=PAGE, after=after), policy)
        yield from page.records
        if page.after is None:
            return
        after = page.after


def _csv(work: Work, query: Query, policy: Policy, file: TextIO) -> int:
    entity = work.catalog.entity(query.entity)
    readable = policy.readable(entity)
    fields = [entity.fields[key] for key in (query.fields or entity.fields) if key in readable]
    file.write("\ufeff")  # without it Excel reads UTF-8 as something else
    writer = csv.writer(file)
    writer.writerow([one.key for one in fields])
    reading = Reading(work.house.clock.zone)
    count = 0
    for record in records(work, query, policy):
        writer.writerow([cell(one, record, reading) for one in fields])
        count += 1
    return count


def _jsonl(work: Work, query: Query, policy: Policy, file: TextIO) -> int:
    entity = work.catalog.entity(query.entity)
    count = 0
    for record in records(work, query, policy):
        file.write(strict_json.write(to_json(entity, record)) + "\n")
        count += 1
    return count


def cell(one: Field, record: Record, reading: Reading) -> str:
    """The CSV text of a field: a reference as the key of what it points to, a formula-like text made harmless."""
    value = record.values.get(one.key)
    if value is None:
        return ""
    if one.settings.get("to"):
        key = record.keys.get(one.key, "id:")
        return f"id:{value}" if key.startswith("id:") else safe(key)
    text = one.type.to_text(value, one.settings, reading)
    return safe(text) if isinstance(value, str | frozenset) else text


def safe(text: str) -> str:
    """`text` that no spreadsheet runs as a formula; import takes the apostrophe off again."""
    return f"'{text}" if text.startswith((*DANGEROUS, "'")) else text


def unsafe(text: str) -> str:
    """A cell as it was before `safe`."""
    return text[1:] if text.startswith("'") and text[1:].startswith((*DANGEROUS, "'")) else text
