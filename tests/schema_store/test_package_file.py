"""A package is one file: the same bytes for the same definitions, and whatever is hostile is refused whole."""

from __future__ import annotations

import io
import stat
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from schema_store import package_file, packages, strict_json
from schema_store.problems import Problems

GOOD = '{"key": "members", "label": {"en": "Members"}}'


def zipped(*files: tuple[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, text in files:
            archive.writestr(zipfile.ZipInfo(name), text, method)
    return made.getvalue()


def with_mode(mode: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        entry = zipfile.ZipInfo("view/members.json")
        entry.create_system, entry.external_attr = 3, mode << 16
        archive.writestr(entry, "/etc/passwd")
    return made.getvalue()


def patched(data: bytes, at: int, value: int, shape: str = "<H") -> bytes:
    """With a number of the first entry changed, at its place in the central directory."""
    changed, start = bytearray(data), data.index(b"PK\x01\x02")
    struct.pack_into(shape, changed, start + at, value)
    return bytes(changed)


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return zipped(("view/members.json", GOOD), ("view/members.json", GOOD))


def nested() -> bytes:
    return zipped(("view/more.zip", zipped(("view/members.json", GOOD))))


def plain(name: str) -> Callable[[], bytes]:
    return lambda: zipped((name, GOOD))


ONE = ("view/members.json", GOOD)
HOSTILE: dict[str, Callable[[], bytes]] = {
    "goes up": plain("../../evil.json"),
    "goes up inside": plain("view/../members.json"),
    "absolute": plain("/etc/members.json"),
    "drive letter": plain("C:/view/members.json"),
    "backslashes": plain("view\\members.json"),
    "a NUL in the name": lambda: zipped(("view/members.jsonX", GOOD)).replace(b".jsonX", b".json\x00"),
    "hidden": plain(".git/config"),
    "deeper": plain("view/more/members.json"),
    "code": plain("plugins/evil.py"),
    "capitals": plain("View/members.json"),
    "a name of other letters": plain("view/сотр.json"),
    "a very long name": plain("view/" + "a" * 60_000 + ".json"),
    "symbolic link": lambda: with_mode(stat.S_IFLNK | 0o777),
    "device": lambda: with_mode(stat.S_IFCHR | 0o666),
    "the same name twice": twice,
    "nested zip": nested,
    "encrypted": lambda: patched(zipped(ONE), 8, 1),
    "another packing": lambda: zipped(ONE, method=zipfile.ZIP_LZMA),
    "bomb": lambda: zipped(("view/members.json", b" " * 900_000)),
    "many bombs": lambda: zipped(*((f"view/a{number}.json", b"[" + b"1," * 400_000) for number in range(40))),
    "too large": lambda: zipped(("view/members.json", b"x" * 1_200_000), method=zipfile.ZIP_STORED),
    "too many": lambda: zipped(*((f"view/a{number}.json", "{}") for number in range(1_200))),
    "too many bytes": lambda: b"PK\x03\x04" + b"x" * 5_000_000,
    "lies about its length": lambda: patched(zipped(ONE), 24, 3, "<I"),
    "lies about its place": lambda: patched(zipped(ONE), 42, 7, "<I"),
    "wrong checksum": lambda: patched(zipped(ONE), 16, 1, "<I"),
    "cut off": lambda: zipped(ONE)[:-30],
    "no zip": GOOD.encode,
    "zip behind something": lambda: b"#!/bin/sh\n" + zipped(ONE),
    "nothing": lambda: b"",
    "nothing in it": zipped,
    "only folders": lambda: zipped(("view/", "")),
    "no JSON": lambda: zipped(("view/members.json", "key: members")),
    "the same key twice": lambda: zipped(("view/members.json", '{"key": "members", "key": "members"}')),
    "too deep": lambda: zipped(("view/members.json", "[" * 5_000)),
    "calls itself otherwise": lambda: zipped(("view/other.json", GOOD)),
}


@pytest.mark.parametrize("sort", HOSTILE)
def test_a_hostile_package_is_refused_whole_with_words(sort):
    data = HOSTILE[sort]()
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(Problems) as refused:
        package_file.read(data)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert all(str(problem) for problem in refused.value.problems)
    assert most < 100_000_000
    assert time.monotonic() - began < 2


def test_one_bad_file_spoils_the_package():
    with pytest.raises(Problems):
        package_file.read(zipped(ONE, ("view/more.txt", "hello")))


def test_a_shipped_application_survives_the_journey():
    for folder in packages.shipped().values():
        bodies = packages.read(folder)
        assert package_file.read(package_file.write(bodies)) == bodies
        assert package_file.read(package_file.write(bodies, is_packed=True)) == bodies


def test_the_same_definitions_give_the_same_bytes():
    bodies = packages.read(packages.find("loans"))
    other_order = dict(sorted(bodies.items(), reverse=True))
    assert package_file.write(bodies) == package_file.write(other_order)
    assert strict_json.write(bodies["app", "loans"], indent=2).encode() in package_file.write(bodies)


def test_folders_that_a_zip_tool_wrote_are_passed_over():
    found = package_file.read(zipped(("view/", ""), ONE))
    assert list(found) == [("view", "members")]
