"""How commands read what people type (rules, moments, mappings) and how they answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from builder.clock import Clock
from schema_store import strict_json
from schema_store.problems import Problems

json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else."
)


class RuleText(click.ParamType[Any]):
    """A rule: JSONLogic text, or `@file` that holds it."""

    name = "RULE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return strict_json.read(Path(value[1:]).read_bytes() if value.startswith("@") else value)
        except Problems as error:
            self.fail(str(error), param, ctx)
        except OSError as error:
            self.fail(f"{value[1:]}: {error.strerror}", param, ctx)


RULE = RuleText()


class Conditions(RuleText):
    """Rules that must hold: the one that was typed, even where that is `null`; none where nothing was typed."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if isinstance(value, tuple) else (super().convert(value, param, ctx),)


CONDITIONS = Conditions()


class KeyList(click.ParamType[tuple[str, ...]]):
    """Keys separated by commas: `name,-joined_on`."""

    name = "KEYS"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if not isinstance(value, str):
            return tuple(value)
        return tuple(part.strip() for part in value.split(",") if part.strip())


KEYS = KeyList()


def known(sort: str, key: str, among: Iterable[str]) -> str:
    """`key`, if it is one of `among`; else wrong use, naming what there is."""
    names = sorted(among)
    if key in names:
        return key
    there = ", ".join(names) if names else "none is published yet"
    raise click.UsageError(f"There is no {sort} “{key}”. Known: {there}.")


def fields(keys: Iterable[str | None], among: Iterable[str]) -> None:
    """Wrong use where a key that was given, "-" before it or not, is not `among` the fields."""
    names = list(among)
    for key in keys:
        if key is not None:
            known("field", key.removeprefix("-"), names)


def moment(clock: Clock, text: str | None) -> datetime | None:
    """The moment that was typed, None where nothing was; wrong use for what is neither date nor time."""
    try:
        return clock.moment(text) if text else None
    except Problems as error:
        raise click.UsageError(str(error)) from None


def answer(document: Any, *, as_json: bool, people: Callable[[], Sequence[str]] | None = None) -> None:
    """Print the answer: the document for programs, or lines for people (without `people`, JSON with line breaks)."""
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False))
    elif people is None:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        for line in people():
            click.echo(line)


def table(rows: Sequence[Sequence[Any]], headings: Sequence[str]) -> list[str]:
    """Rows as aligned columns; wide (Chinese) characters count twice."""
    texts = [list(headings), *([cell(value) for value in row] for row in rows)]
    widths = [max(_width(row[at]) for row in texts) for at in range(len(headings))]
    return [
        "  ".join(
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in texts
    ]


def cell(value: Any) -> str:
    """A value as a terminal shows it; empty is ''."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)
