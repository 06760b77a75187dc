"""One file of definitions: a zip of `<kind>/<key>.json`, read in memory and never unpacked, written to the same bytes.

A package holds data only. What a name, a link, a size or a password could do wrong is refused before anything is read.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from schema_store import packages, strict_json
from schema_store.documents import Body, Name
from schema_store.problems import Problem, Problems, _

MAX_BYTES = 4_500_000
MAX_UNPACKED_BYTES = 5_000_000
MAX_FILES = 1_000
MAX_RATIO = 100
"""How many times longer a definition may be than its packed form; real ones stay below 20."""

MOMENT = (1980, 1, 1, 0, 0, 0)
_START = b"PK\x03\x04"
_DEFINITION = re.compile(r"([a-z][a-z0-9_]{0,29})/([a-z][a-z0-9_]{0,29})\.json")
_FOLDER = re.compile(r"[a-z][a-z0-9_]{0,29}/")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def read(data: bytes) -> dict[Name, Body]:
    """Every definition in the package. Raises Problems, and then nothing of it is taken."""
    if len(data) > MAX_BYTES:
        raise _refused("package.size", _("This file is too large: at most {limit} bytes."), limit=MAX_BYTES)
    if not data.startswith(_START):
        raise _refused(
            "package.zip", _("This is not a package: a package is a zip file with definitions in it.")
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return _definitions(archive)
    except _DAMAGE:
        raise _refused("package.damaged", _("This file is damaged and cannot be read.")) from None


def _definitions(archive: zipfile.ZipFile) -> dict[Name, Body]:
    entries = archive.infolist()
    _refuse([*_of_whole(entries), *(problem for one in entries for problem in _of_entry(one))])
    found: dict[Name, Body] = {}
    problems: list[Problem] = []
    for entry in entries:
        name = _name(entry)
        if name is None:
            continue
        with archive.open(entry) as file:
            data = file.read(strict_json.MAX_BYTES + 1)
        try:
            found[name] = packages.definition(name, data)
        except Problems as wrong:
            problems.extend(wrong.problems)
    _refuse(problems)
    if not found:
        raise _refused("package.empty", _("There is no definition in this package."))
    return found


def _name(entry: zipfile.ZipInfo) -> Name | None:
    match = _DEFINITION.fullmatch(entry.orig_filename)
    return (match[1], match[2]) if match else None


def _of_whole(entries: list[zipfile.ZipInfo]) -> Iterator[Problem]:
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_FILES:
        params = {"count": len(entries), "limit": MAX_FILES}
        yield Problem(
            "package.count", _("This package holds {count} files; at most {limit} are read."), params
        )
    if total > MAX_UNPACKED_BYTES:
        params = {"size": total, "limit": MAX_UNPACKED_BYTES}
        yield Problem(
            "package.unpacked", _("Unpacked this would be {size} bytes; at most {limit} are read."), params
        )
    seen: set[str] = set()
    for entry in entries:
        if entry.orig_filename in seen:
            params = {"file": _shown(entry)}
            yield Problem("package.twice", _("“{file}” stands twice in this package."), params)
        seen.add(entry.orig_filename)


def _of_entry(entry: zipfile.ZipInfo) -> Iterator[Problem]:
    """What is wrong with one entry, from its heading alone."""
    params = {"file": _shown(entry)}
    mode = entry.external_attr >> 16
    if _FOLDER.fullmatch(entry.orig_filename) and entry.file_size == 0 and not stat.S_ISLNK(mode):
        return
    if not _DEFINITION.fullmatch(entry.orig_filename):
        yield Problem("package.stray", _("{file} is not a definition."), params, hint=packages.LAYOUT)
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        yield Problem("package.link", _("{file} is a link or a device, not a file."), params)
    if entry.flag_bits & _ENCRYPTED:
        yield Problem("package.encrypted", _("{file} is encrypted; packages have no passwords."), params)
    if entry.compress_type not in _METHODS:
        yield Problem("package.method", _("{file} is packed in a way that is not read here."), params)
    if entry.file_size > strict_json.MAX_BYTES:
        limit = {"limit": strict_json.MAX_BYTES}
        yield Problem("package.large", _("{file} is too large: at most {limit} bytes."), params | limit)
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        yield Problem("package.ratio", _("{file} is packed far too tightly to be a definition."), params)


def _shown(entry: zipfile.ZipInfo) -> str:
    """A name as it may be shown: short, and without what a terminal or a page would act on."""
    text = "".join(char if char.isprintable() else "�" for char in entry.orig_filename)
    return text if len(text) <= 60 else text[:59] + "…"


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise Problems(problems[:50])


def _refused(code: str, template: str, **params: object) -> Problems:
    return Problems(Problem(code, template, params, hint=packages.LAYOUT if code == "package.zip" else ""))


def write(bodies: Mapping[Name, Body], *, is_packed: bool = False) -> bytes:
    """The package; the same bodies give the same bytes everywhere. `is_packed`: smaller, to be carried along."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for (kind, key), body in sorted(bodies.items()):
            entry = zipfile.ZipInfo(f"{kind}/{key}.json", MOMENT)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
            archive.writestr(entry, strict_json.write(body, indent=2))
    return made.getvalue()
