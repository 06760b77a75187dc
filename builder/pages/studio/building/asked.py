"""What the form of a quick build holds: names, lines, a sheet. Rows of the table that were changed go into the lines.

The lines are all the state there is of the fields; the table is drawn from them and read back into them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import FileStorage, MultiDict

from builder.kinds.quick import lines
from builder.kinds.quick.lines import Line
from builder.kinds.quick.proposal import Proposed, keyed, text_of
from builder.kinds.quick.words import Vocabulary
from builder.pages.studio.building import sheet
from schema_store.problems import Problem, Problems

Posted = MultiDict[str, str]
EDITED = 150
"""Fields that can be changed in the table; what stands behind them is changed in the lines."""


@dataclass(frozen=True)
class Asked:
    """A quick build on its way. `texts`: the plain inputs by name; `focus`: the id that the answer points to."""

    texts: Mapping[str, str]
    lines: tuple[Line, ...] = ()
    sheet: str = ""
    table: sheet.Table | None = None
    problems: tuple[Problem, ...] = ()
    focus: str = ""
    said: str = ""

    def text(self, name: str) -> str:
        return self.texts.get(name, "").strip()

    @property
    def written(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def fields(self, taken: Sequence[str] = ()) -> list[Proposed]:
        """The proposed fields, each with its key."""
        return keyed([line.proposed for line in self.lines], taken)


def read(form: Posted, file: FileStorage | None, words: Vocabulary) -> Asked:
    """What was posted. Whatever is wrong with lines or sheet is among its problems, and nothing typed is lost."""
    texts = {name: value for name, value in form.items() if name not in ("lines", "sheet")}
    own = Asked(texts, sheet=form.get("sheet", "").replace("\r\n", "\n"))
    try:
        typed = lines.parse(form.get("lines", ""), words)
    except Problems as wrong:
        kept = tuple(
            Line(text, Proposed(text)) for text in form.get("lines", "").splitlines() if text.strip()
        )
        return replace(own, lines=kept[: lines.MAX_FIELDS], problems=wrong.problems)
    changed = _with_button(_with_rows(typed, form, words), form.get("do", ""))
    return _with_sheet(replace(own, lines=changed[0], focus=changed[1]), file, words)


def _with_rows(typed: list[Line], form: Posted, words: Vocabulary) -> list[tuple[Line, int]]:
    """The lines with what was changed in their rows; with each the number of its row, -1 where it has none."""
    rows = {at: form.get(f"f.{at}.line", "") for at in range(EDITED) if f"f.{at}.line" in form}
    found = []
    for line in typed:
        at = next((at for at, text in rows.items() if text == line.text), -1)
        rows.pop(at, None)
        found.append((_changed(line, form, f"f.{at}", words) if at >= 0 else line, at))
    return found


def _changed(line: Line, form: Posted, name: str, words: Vocabulary) -> Line:
    """The line as its row has it now; the very same line where nothing was changed."""
    was = line.proposed
    label, type_ = form.get(f"{name}.label", "").strip() or was.words, form.get(f"{name}.type", was.type)
    type_ = type_ if type_ in words.types else was.type
    rest = form.get(f"{name}.options", "").strip()
    now = replace(
        was,
        label=was.label if label == was.words else text_of(label.replace('"', "”")[: lines.LABEL]),
        type=type_,
        is_required=f"{name}.required" in form,
        is_unique=f"{name}.unique" in form,
        key=_key(was, form, name),
        notes=(),
        problems=(),
    )
    if label != was.words and not was.column and form.get("sheet", "").strip():
        now = replace(now, column=form.get(f"{name}.column", ""))
    if type_ != was.type or rest != lines.rest_of(was):
        now = replace(now, settings=lines.settings_of(type_, rest, words) or {} if rest else {})
    if now == replace(was, notes=(), problems=()):
        return line
    text = lines.write(now, words)
    return Line(text, lines.field_of(text, words))


def _key(was: Proposed, form: Posted, name: str) -> str:
    """A key that somebody wrote; what was only derived goes on following the label."""
    key = form.get(f"{name}.key", "").strip()
    return was.key if key == form.get(f"{name}.key_was", "") else key


def _with_button(rows: list[tuple[Line, int]], do: str) -> tuple[tuple[Line, ...], str]:
    """The lines after a button of a row, and the id to put the focus on."""
    change, _colon, number = do.partition(":")
    found = [line for line, _at in rows]
    at = next((at for at, (_line, row) in enumerate(rows) if str(row) == number), None)
    if at is None:
        return tuple(found), ""
    if change == "remove":
        del found[at]
        return tuple(found), f"f-{min(at, len(found) - 1)}-label" if found else "lines"
    to = at + {"up": -1, "down": 1}.get(change, 0)
    if to != at and 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
        return tuple(found), f"f-{to}-{_other(change) if to in (0, len(found) - 1) else change}"
    return tuple(found), ""


def _other(change: str) -> str:
    """At an end the button that was pressed is no use any more."""
    return "down" if change == "up" else "up"


def _with_sheet(own: Asked, file: FileStorage | None, words: Vocabulary) -> Asked:
    """With the fields of a sheet that is new here, behind those that are there already."""
    try:
        text = sheet.of_upload(file) if file and file.filename else own.sheet
        table = sheet.read(text, words) if text.strip() else None
    except Problems as wrong:
        return replace(own, problems=(*own.problems, *wrong.problems))
    is_new = mark(text) != own.texts.get("sheet_was", "")
    own = replace(own, sheet=text, table=table)
    if table is None:
        return own
    there = {name for line in own.lines for name in (line.proposed.words, line.proposed.column)}
    new = [one for one in table.fields if is_new and (one.column or one.words) not in there]
    added = [Line(text, lines.field_of(text, words)) for text in (lines.write(one, words) for one in new)]
    return replace(own, lines=tuple(_noted(line, table) for line in (*own.lines, *added)))


def _noted(line: Line, table: sheet.Table) -> Line:
    """With what the sheet's column has to say about the field."""
    one, known = line.proposed, {each.column or each.words: each for each in table.fields}
    column = known.get(one.column or one.words)
    if column is None or not column.notes or column.type != one.type:
        return line
    return Line(line.text, replace(one, notes=(*one.notes, *column.notes)))


def mark(text: str) -> str:
    """What tells one sheet from another."""
    return (
        hashlib.blake2s(text.strip().encode("utf-8", "replace"), digest_size=8).hexdigest()
        if text.strip()
        else ""
    )


def columns_of(table: sheet.Table, fields: Sequence[Proposed]) -> dict[str, str]:
    """`{column: key}`: which column of a sheet fills which field."""
    found = {(one.column or one.words): one.key for one in fields}
    return {column: found[column] for column in table.columns if column in found}
