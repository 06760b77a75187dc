"""A sheet that somebody pasted or uploaded: read as the import reads it, and what its columns would be as fields."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.datastructures import FileStorage

from builder.kinds.quick import infer
from builder.kinds.quick.proposal import Proposed
from builder.kinds.quick.words import Vocabulary
from builder.records import sheets
from builder.records.exporting import unsafe
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template

MAX_BYTES = 1_000_000
"""Of a sheet that rides along in the page; larger files are imported on their own, once the entity is there."""
NAME = "sheet.csv"


@dataclass(frozen=True)
class Table:
    """A sheet as it was read: its columns, how many rows, and the fields that it proposes."""

    columns: tuple[str, ...]
    rows: int
    fields: list[Proposed]


def of_upload(file: FileStorage) -> str:
    """The text of an uploaded file, in whatever encoding. Raises Problems."""
    content = file.read(MAX_BYTES + 1)
    _refuse_long(len(content))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(content)
        sheet = sheets.look(path)
        return path.read_text(sheet.encoding, errors="replace").replace("\r\n", "\n")


def read(text: str, words: Vocabulary) -> Table:
    """What stands in a pasted sheet. Raises Problems where it has no header, or a column twice."""
    with opened(text) as path:
        sheet = sheets.look(path, encoding="utf-8")
        rows = [[unsafe(cell) for cell in cells] for _number, cells in sheets.rows(sheet)]
    return Table(sheet.columns, len(rows), infer.fields_of(sheet.columns, rows, words))


@contextmanager
def opened(text: str) -> Iterator[Path]:
    """The text as a file, for the rooms that read files. Raises Problems where it is too long."""
    content = text.encode("utf-8", "replace")
    _refuse_long(len(content))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / NAME
        path.write_bytes(content)
        yield path


def _refuse_long(size: int) -> None:
    if size > MAX_BYTES:
        words = template(
            "This sheet is larger than {limit} MB. Begin with its first rows; import the rest afterwards."
        )
        raise Problems(Problem("sheet.large", words, {"limit": MAX_BYTES // 1_000_000}, "/sheet"))
