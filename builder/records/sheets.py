"""Reading CSV as people's programs write it: encodings, byte order marks, delimiters, huge cells."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from schema_store.problems import Problem, Problems, _

DELIMITERS = ",;\t|"
MAX_CELL = 16_000_000
"""Characters of a cell that are still read; what a field takes is far less, and said so for its row."""
_BLOCK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Sheet:
    """How a file is to be read, and its header row."""

    path: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...]


def look(path: Path, *, encoding: str | None = None) -> Sheet:
    """Find out encoding, delimiter and header of a CSV file. Raises Problems (`file.missing`, `file.encoding` …)."""
    if not path.is_file():
        raise Problems(Problem("file.missing", _("There is no file “{path}”."), {"path": str(path)}))
    encoding = _known(encoding) if encoding else _encoding(path)
    with _opened(path, encoding) as file:
        first = file.readline(MAX_CELL)
    if not first.strip():
        raise Problems(Problem("file.empty", _("“{path}” has no header row."), {"path": path.name}))
    delimiter = max(DELIMITERS, key=first.count) if any(first.count(mark) for mark in DELIMITERS) else ","
    columns = tuple(name.strip() for name in next(csv.reader([first], delimiter=delimiter)))
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise Problems(
            Problem(
                "file.columns", _("The column “{column}” stands twice in the header."), {"column": twice[0]}
            )
        )
    return Sheet(path, encoding, delimiter, columns)


def rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """`(row number as a spreadsheet counts, cells)` of every row behind the header that is not empty."""
    csv.field_size_limit(MAX_CELL)
    with _opened(sheet.path, sheet.encoding) as file:
        reader = csv.reader(file, delimiter=sheet.delimiter)
        next(reader, None)
        number = 1
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Problems(
                    Problem(
                        "file.row", _("Row {row} cannot be read: {why}."), {"row": number, "why": str(error)}
                    )
                ) from None
            if any(cells):
                yield number, cells


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[Iterator[str]]:
    try:
        with path.open(encoding=encoding, newline="", errors="strict") as file:
            yield file  # type: ignore[misc]
    except UnicodeDecodeError as error:
        raise Problems(
            Problem(
                "file.encoding",
                _("“{path}” is not {encoding} (byte {at})."),
                {"path": path.name, "encoding": encoding, "at": error.start},
                hint=_("Name the encoding, for example --encoding gb18030."),
            )
        ) from None


def _encoding(path: Path) -> str:
    """Byte order mark, then strict UTF-8, then strict GB18030, then a guess."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    for name in ("utf-8", "gb18030"):
        if _decodes(path, name):
            return name
    guess = from_bytes(path.read_bytes()[:_BLOCK]).best()
    if guess is None:
        raise Problems(
            Problem(
                "file.encoding",
                _("The encoding of “{path}” could not be found out."),
                {"path": path.name},
                hint=_("Name the encoding, for example --encoding gb18030."),
            )
        )
    return guess.encoding


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                if "\x00" in decoder.decode(block):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise Problems(
            Problem(
                "file.encoding",
                _("“{encoding}” is not an encoding; write utf-8, gb18030 or another."),
                {"encoding": encoding},
            )
        ) from None
