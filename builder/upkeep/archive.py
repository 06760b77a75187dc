"""The file of a backup: a zip with a manifest, one JSONL file per table, the workspace's files and secrets.

The zip's comment ends with the SHA-256 of everything before it, so that no damaged byte goes unseen.

    manifest.json        {"format", "product", "revision", "made_at", "made_from", "tables": [Part], "files": [Part]}
    tables/<name>.jsonl  one row a line, a JSON list in the order of the part's columns
    data/<path>          files of the data folder
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from schema_store.problems import Problem, Problems, _

FORMAT = 1
_MARK = b"tessera sha256:"
_DIGITS = 64
_CHUNK = 1 << 20


class Hashing:
    """A file being written into a zip: counts and hashes what goes through."""

    def __init__(self, file: IO[bytes]):
        self._file = file
        self._hash = hashlib.sha256()

    def write(self, block: bytes) -> None:
        self._hash.update(block)
        self._file.write(block)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def writing(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip that appears at `path` whole, sealed and readable by its owner only, or not at all."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with open(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as made:
                yield made
                made.comment = _MARK + b"0" * _DIGITS
            _seal(file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _seal(file: IO[bytes]) -> None:
    file.seek(-_DIGITS, os.SEEK_END)
    end = file.tell()
    digest = _hash_of(file, end)
    file.seek(end)
    file.write(digest.encode())
    file.flush()
    os.fsync(file.fileno())


def _hash_of(file: IO[bytes], end: int) -> str:
    found = hashlib.sha256()
    file.seek(0)
    while (at := file.tell()) < end:
        found.update(file.read(min(_CHUNK, end - at)))
    return found.hexdigest()


@contextmanager
def reading(path: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """The zip and its manifest, once the seal was found whole. Raises Problems for a file that is no good backup."""
    with path.open("rb") as file:
        _require_seal(file)
        try:
            with zipfile.ZipFile(file) as opened:
                manifest = json.loads(opened.read("manifest.json"))
                if manifest["format"] > FORMAT:
                    raise Problems(newer())
                yield opened, manifest
        except (zipfile.BadZipFile, KeyError, ValueError) as error:
            raise Problems(damaged(str(error))) from error


def _require_seal(file: IO[bytes]) -> None:
    size = os.fstat(file.fileno()).st_size
    if size < len(_MARK) + _DIGITS:
        raise Problems(damaged("it is too short"))
    file.seek(size - len(_MARK) - _DIGITS)
    end = file.read()
    if not end.startswith(_MARK):
        raise Problems(damaged("its end is missing, or it is no backup at all"))
    if _hash_of(file, size - _DIGITS).encode() != end[len(_MARK) :]:
        raise Problems(damaged("its content does not match its seal"))


def verified_rows(opened: zipfile.ZipFile, part: dict[str, Any]) -> Iterator[list[Any]]:
    """The rows of a table's part. Raises Problems at the end, where count or hash differ from the manifest."""
    found, rows = hashlib.sha256(), 0
    with opened.open(part["file"]) as file:
        for line in file:
            found.update(line)
            rows += 1
            yield json.loads(line)
    if rows != part["rows"] or found.hexdigest() != part["sha256"]:
        raise Problems(damaged(f"{part['file']} does not match the manifest"))


def verified_bytes(opened: zipfile.ZipFile, part: dict[str, Any]) -> bytes:
    """The content of a file's part. Raises Problems where its hash differs."""
    content = opened.read(part["file"])
    if hashlib.sha256(content).hexdigest() != part["sha256"]:
        raise Problems(damaged(f"{part['file']} does not match the manifest"))
    return content


def damaged(why: str) -> Problem:
    return Problem(
        "backup.damaged",
        _("This backup is damaged: {why}."),
        {"why": why},
        hint=_("Use another one; nothing was changed."),
    )


def newer() -> Problem:
    return Problem(
        "backup.newer",
        _("This backup was made by a newer version of Tessera than this one."),
        hint=_("Install that version first; nothing was changed."),
    )
