"""Reading CSV as people's programs write it: encodings, byte order marks, delimiters, huge cells."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
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
_NAME_IT = _("Name the encoding, for example --encoding gb18030.")
_QUOTED = re.compile(r'"[^"]*("|$)')
_SAYS_DELIMITER = re.compile(r"\ufeff?sep=(.)\s*", re.IGNORECASE)
_BROKEN = re.compile("[\udc80-\udcff]")
_SOUND = re.compile("[^\x00-\x7f\udc80-\udcff]")


@dataclass(frozen=True)
class Sheet:
    """How a file is to be read, and its header row."""

    path: Path
    encoding: str
    delimiter: str
    columns: tuple[str, ...] = ()


def look(path: Path, *, encoding: str | None = None) -> Sheet:
    """Find out encoding, delimiter and header of a CSV file. Raises Problems (`file.missing`, `file.encoding` …)."""
    if not path.is_file():
        raise Problems(Problem("file.missing", _("There is no file “{path}”."), {"path": str(path)}))
    encoding = _known(encoding) if encoding else _encoding(path)
    sheet = Sheet(path, encoding, _delimiter(path, encoding))
    _number, header = next(_filled_rows(sheet), (0, []))
    columns = tuple(name.strip() for name in header)
    if not any(columns):
        raise Problems(Problem("file.empty", _("“{path}” has no header row."), {"path": path.name}))
    if not is_sound(columns):
        raise _not_in(path, encoding)
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise Problems(
            Problem(
                "file.columns", _("The column “{column}” stands twice in the header."), {"column": twice[0]}
            )
        )
    return Sheet(path, encoding, sheet.delimiter, columns)


def rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """`(row number as a spreadsheet counts, cells)` of every row behind the header that is not empty."""
    found = _filled_rows(sheet)
    next(found, None)
    return found


def trouble(sheet: Sheet, cells: Sequence[str]) -> Problem | None:
    """What is wrong with a row as it stands in the file, whatever its fields: broken characters, cells too many."""
    if not is_sound(cells):
        template = _("This row has characters that are not {encoding}.")
        return Problem("row.encoding", template, {"encoding": sheet.encoding}, hint=_NAME_IT)
    if any(cells[len(sheet.columns) :]):
        return Problem(
            "row.cells",
            _("This row has {count} cells, the header {columns}."),
            {"count": len(cells), "columns": len(sheet.columns), "delimiter": sheet.delimiter},
            hint=_("A cell that holds “{delimiter}” must stand in double quotes."),
        )
    return None


def is_sound(cells: Sequence[str]) -> bool:
    """False where a byte of the file was no character of its encoding."""
    text = "".join(cells)
    return text.isascii() or not _BROKEN.search(text)


def _filled_rows(sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not empty, the header first, without the line by which a file names its delimiter."""
    csv.field_size_limit(MAX_CELL)
    with _opened(sheet.path, sheet.encoding) as file:
        reader = csv.reader(file, delimiter=sheet.delimiter)
        number = 0
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
            says_delimiter = number == 1 and _SAYS_DELIMITER.fullmatch(sheet.delimiter.join(cells))
            if any(cells) and not says_delimiter:
                yield number, cells


def _delimiter(path: Path, encoding: str) -> str:
    """What stands most often, outside quotes, in the first line that says anything."""
    with _opened(path, encoding) as file:
        first = next((line for line in _lines(file) if line.strip()), "")
    said = _SAYS_DELIMITER.fullmatch(first)
    if said:
        return said[1]
    plain = _QUOTED.sub("", first)
    return max(DELIMITERS, key=plain.count)


def _lines(file: Iterator[str]) -> Iterator[str]:
    """Lines as far as `MAX_CELL` characters go."""
    while line := file.readline(MAX_CELL):  # type: ignore[attr-defined]
        yield line


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[Iterator[str]]:
    """The file as text; bytes that are no characters stay recognizable (`is_sound`), so that they fail their row."""
    try:
        with path.open(encoding=encoding, newline="", errors="surrogateescape") as file:
            yield file  # type: ignore[misc]
    except UnicodeError as error:
        raise _not_in(path, encoding) from error


def _not_in(path: Path, encoding: str) -> Problems:
    template = _("“{path}” is not {encoding}.")
    return Problems(
        Problem("file.encoding", template, {"path": path.name, "encoding": encoding}, hint=_NAME_IT)
    )


def _encoding(path: Path) -> str:
    """Byte order mark, then strict UTF-8, then UTF-8 with a few broken bytes, then strict GB18030, then a guess."""
    with path.open("rb") as file:
        head = file.read(4_096)
    if head.startswith(b"PK\x03\x04"):
        template = _("“{path}” is a spreadsheet or an archive, not CSV.")
        hint = _("Save it as CSV.")
        raise Problems(Problem("file.spreadsheet", template, {"path": path.name}, hint=hint))
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if head.count(b"\x00") * 20 <= len(head):  # more of them: two or four bytes a character
        if _decodes(path, "utf-8"):
            return "utf-8"
        if _is_damaged_utf8(path):
            return "utf-8"
        if _decodes(path, "gb18030"):
            return "gb18030"
    return _guessed(path)


def _guessed(path: Path) -> str:
    with path.open("rb") as file:
        guess = from_bytes(file.read(_BLOCK)).best()
    if guess is None:
        raise Problems(
            Problem(
                "file.encoding",
                _("The encoding of “{path}” could not be found out."),
                {"path": path.name},
                hint=_NAME_IT,
            )
        )
    return guess.encoding


def _decodes(path: Path, encoding: str) -> bool:
    try:
        for _text in _texts(path, encoding, "strict"):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _is_damaged_utf8(path: Path) -> bool:
    """True where broken bytes are few beside whole characters of UTF-8; in another encoding hardly any are whole."""
    broken = sound = 0
    for text in _texts(path, "utf-8", "surrogateescape"):
        broken += len(_BROKEN.findall(text))
        sound += len(_SOUND.findall(text))
    return sound >= 4 * broken


def _texts(path: Path, encoding: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _known(encoding: str) -> str:
    """Python's name of a text encoding. UTF-8 may begin with a mark."""
    try:
        "".encode(encoding)
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):  # ValueError: an encoding that is none, or no name at all
        raise Problems(
            Problem(
                "file.encoding",
                _("“{encoding}” is not an encoding; write utf-8, gb18030 or another."),
                {"encoding": encoding},
            )
        ) from None
    return "utf-8-sig" if name == "utf-8" else name
