"""Folders of definitions: `<kind>/<key>.json`, read strictly, written so that equal bodies give equal bytes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from schema_store import strict_json
from schema_store.documents import Body, Name, is_key, key_of, of_definition
from schema_store.problems import Problem, Problems, _, pointer

MAX_FILES = 2_000
MAX_TOTAL_BYTES = 50_000_000
SAMPLE = "sample.json"
"""Beside the kinds' folders of an application: what its sample data is like."""


def read(folder: Path) -> dict[Name, Body]:
    """Every definition in `folder`. Raises Problems that name the files; reads nothing outside the folder.

    Hidden files, a README and a sample.json beside the kinds' folders are passed over; anything else is a problem.
    """
    if not folder.is_dir():
        raise Problems(Problem("package.folder", _("There is no folder {folder}."), {"folder": str(folder)}))
    found: dict[Name, Body] = {}
    problems: list[Problem] = []
    total = 0
    for file in _files(folder, problems):
        total += file.stat().st_size
        if len(found) >= MAX_FILES or total > MAX_TOTAL_BYTES:
            params = {"files": MAX_FILES, "bytes": MAX_TOTAL_BYTES}
            problems.append(
                Problem(
                    "package.size",
                    _("This folder holds more than {files} definitions or {bytes} bytes."),
                    params,
                )
            )
            break
        try:
            name, body = _read(file)
            found[name] = body
        except Problems as wrong:
            problems.extend(wrong.problems)
    if not found and not problems:
        problems.append(
            Problem(
                "package.empty",
                _("There is no definition in {folder}."),
                {"folder": folder.name},
                hint=LAYOUT,
            )
        )
    if problems:
        raise Problems(problems)
    return found


LAYOUT = _("A folder of definitions holds files such as entity/member.json and view/members.json.")


def _files(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    for inside in sorted(folder.iterdir()):
        if inside.name.startswith(".") or inside.name.upper().startswith("README") or inside.name == SAMPLE:
            continue
        if inside.is_symlink() or not inside.is_dir():
            problems.append(_stray(inside))
            continue
        for file in sorted(inside.iterdir()):
            if file.name.startswith("."):
                continue
            if file.is_symlink() or not file.is_file() or file.suffix != ".json" or not is_key(file.stem):
                problems.append(_stray(file))
            else:
                yield file


def _stray(path: Path) -> Problem:
    params = {"file": f"{path.parent.name}/{path.name}"}
    return Problem("package.stray", _("{file} is not a definition."), params, hint=LAYOUT)


def _read(file: Path) -> tuple[Name, Body]:
    name = (file.parent.name, file.stem)
    return name, definition(name, _bytes(file))


def definition(name: Name, data: bytes) -> Body:
    """The definition in a file that is called as `name`. Raises Problems that point to it."""
    try:
        body = strict_json.read(data)
    except Problems as wrong:
        raise Problems([of_definition(problem, name) for problem in wrong.problems]) from None
    if not isinstance(body, dict):
        raise Problems(Problem("package.object", _("A definition is a JSON object."), {}, pointer(*name)))
    inside = key_of(body)
    if inside != name[1]:
        params = {"file": f"{name[1]}.json", "key": inside or "–"}
        hint = _("Name the file as the key.")
        raise Problems(
            Problem(
                "package.key",
                _("The definition in {file} calls itself “{key}”."),
                params,
                pointer(*name),
                hint,
            )
        )
    return body


def _bytes(file: Path) -> bytes:
    """The file's bytes, never through a link that was put there since, never more than a definition may have."""
    with open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
        return opened.read(strict_json.MAX_BYTES + 1)


def write(folder: Path, bodies: Mapping[Name, Body]) -> list[Path]:
    """Write every body to `folder`, made if need be; the files written. Other files there are left alone."""
    written = []
    for (kind, key), body in sorted(bodies.items()):
        if not (is_key(kind) and is_key(key)):
            raise ValueError(f"{kind}/{key} cannot be a file name")
        path = folder / kind / f"{key}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, strict_json.write(body, indent=2))
        written.append(path)
    return written


def _write(path: Path, text: str) -> None:
    """In whole or not at all."""
    descriptor, made = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    part = Path(made)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        part.chmod(0o644)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def only(bodies: Mapping[Name, Body], wanted: Iterable[str]) -> dict[Name, Body]:
    """The bodies of `wanted`: keys, or `kind/key`; all if nothing is. Raises Problems for a name that is not there."""
    wanted = list(wanted)
    if not wanted:
        return dict(bodies)
    chosen: dict[Name, Body] = {}
    for text in wanted:
        kind, _slash, key = text.rpartition("/")
        found = {name: body for name, body in bodies.items() if name[1] == key and kind in ("", name[0])}
        if not found:
            raise Problems(Problem("package.name", _("There is no definition “{name}”."), {"name": text}))
        chosen |= found
    return chosen


def shipped() -> dict[str, Path]:
    """The applications that come with the product: `{name: folder}`."""
    apps: Any = resources.files("schema_store") / "apps"
    return {
        folder.name: Path(str(folder))
        for folder in sorted(apps.iterdir(), key=lambda one: one.name)
        if folder.is_dir() and not folder.name.startswith(("_", "."))
    }


def sample_of(name: str) -> Body | None:
    """What a shipped application says of its sample data; None where it says nothing."""
    folder = shipped().get(name)
    file = folder / SAMPLE if folder else None
    return strict_json.read(file.read_bytes()) if file and file.is_file() else None


def find(name_or_path: str) -> Path:
    """The folder of a shipped application, or the folder that a path names. Raises Problems."""
    if name_or_path in shipped():
        return shipped()[name_or_path]
    path = Path(name_or_path)
    if not path.is_dir():
        params = {"name": name_or_path, "known": ", ".join(shipped())}
        raise Problems(
            Problem(
                "package.folder",
                _("“{name}” is neither an application nor a folder."),
                params,
                hint=_("The applications are: {known}."),
            )
        )
    return path
