"""What the templates of a quick build are given: rows of the table, problems beside their inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from builder.kinds.quick import lines
from builder.kinds.quick.proposal import Proposed
from builder.kinds.quick.words import Vocabulary
from builder.pages import web
from builder.pages.reader import Reader
from builder.pages.studio.building.asked import EDITED, Asked, mark
from schema_store.problems import Problem
from schema_store.problems import _ as template

Options = Sequence[tuple[str, str]]
IN_ROWS = Problem("quick.rows", template("Look at the marked fields."), {})


@dataclass(frozen=True)
class Row:
    """One proposed field as a row of inputs. `rest` is what stands behind the colon, `takes` what that is called."""

    at: int
    line: str
    label: str
    column: str
    key: str
    type: str
    rest: str
    takes: str
    is_required: bool
    is_unique: bool
    errors: Sequence[str]
    notes: Sequence[str]
    wrong: frozenset[str]
    choices: Options = ()
    is_edited: bool = True


def words_of(here: Reader) -> Vocabulary:
    """The words of the reader's language for types, and the names of all entities."""
    labels = {key: (one.label, one.label_plural) for key, one in here.catalog.entities.items()}
    return Vocabulary.of(web.house().registry, labels, here.language)


def rows(here: Reader, asked: Asked, fields: Sequence[Proposed], words: Vocabulary) -> list[Row]:
    """The rows, in the order of the lines."""
    pairs = zip(asked.lines, fields, strict=True)
    return [_row(here, at, line.text, one, words) for at, (line, one) in enumerate(pairs)]


def _row(here: Reader, at: int, line: str, one: Proposed, words: Vocabulary) -> Row:
    settings = words.types[one.type].settings
    rest, takes = lines.rest_of(one), next((name for name in lines.RESTS if name in settings), "")
    is_asked = rest or takes in words.types[one.type].needs
    return Row(
        at,
        line,
        one.words,
        one.column or one.words,
        one.key,
        one.type,
        rest,
        _takes()[takes] if is_asked else "",
        one.is_required,
        one.is_unique,
        [here.said(problem) for problem in one.problems],
        [here.said(problem) for problem in one.notes],
        frozenset(problem.pointer.strip("/") for problem in one.problems),
        choices=_entities(here) if takes == "to" else (),
        is_edited=at < EDITED,
    )


def _entities(here: Reader) -> Options:
    found = here.catalog.entities.items()
    return [(key, here.label(one.label, key)) for key, one in found]


def in_rows(fields: Sequence[Proposed]) -> list[Problem]:
    """One problem for all that is marked in the rows."""
    return [IN_ROWS] if any(one.problems for one in fields) else []


def _takes() -> dict[str, str]:
    """What a setting is called that stands in the table."""
    return {
        "options": _("Choices, separated by |"),
        "to": _("Points to"),
        "suggestions": _("Tags to offer, separated by |"),
        "currency": _("Currency"),
        "scale": _("Digits after the point"),
        "prefix": _("Prefix"),
        "formula": _("Worked out as"),
    }


def types(here: Reader, words: Vocabulary) -> Options:
    """The field types to choose from."""
    return [(key, here.label(one.label, key)) for key, one in words.types.items()]


def apps(here: Reader) -> Options:
    made = here.catalog.of_kind("app")
    return [(key, here.label(app.get("label"), key)) for key, app in made.items()]


def roles(here: Reader, ticked: Sequence[str]) -> list[tuple[str, str, bool]]:
    """(key, label, is ticked) of the roles that can be given rights."""
    made = here.catalog.of_kind("role")
    return [(key, here.label(role.get("label"), key), key in ticked) for key, role in made.items()]


def pinned(here: Reader, problems: Sequence[Problem], names: Sequence[str]) -> dict[str, Any]:
    """`{"errors": {input: words}, "loose": [words]}`: problems by the input that their pointer names."""
    errors: dict[str, str] = {}
    loose = []
    for problem in problems:
        name = problem.pointer.strip("/").split("/")[0]
        if name in names and name not in errors:
            errors[name] = here.said(problem)
        else:
            loose.append(here.said(problem))
    return {"errors": errors, "loose": list(dict.fromkeys(loose))}


def common(here: Reader, asked: Asked, fields: Sequence[Proposed], words: Vocabulary) -> dict[str, Any]:
    """What both the new entity and the child draw."""
    return {
        "asked": asked,
        "rows": rows(here, asked, fields, words),
        "types": types(here, words),
        "sheet_mark": mark(asked.sheet),
        "table": asked.table,
        "left_over": _left_over(asked),
    }


def _left_over(asked: Asked) -> list[str]:
    """Columns of the sheet that no field takes."""
    if asked.table is None:
        return []
    taken = {name for line in asked.lines for name in (line.proposed.column or line.proposed.words,)}
    return [column for column in asked.table.columns if column and column not in taken]
