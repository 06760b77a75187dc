"""Brings the Chinese catalogue up to date with the texts in the code, and compiles it.

    .venv/bin/python tools/translate.py          then write the Chinese of what it names, and run it again

New texts come in without Chinese and are named; texts that are no longer used go. It exits with 1 while a text
lacks its Chinese.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).parents[1]
FOLDER = PROJECT / "builder" / "translations"
PO = FOLDER / "zh" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "later": None,  # lazy_gettext, as pages call it
    "template": None,  # schema_store.problems._, as pages call it
}
DAY = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "# The product's texts in Chinese. See tools/translate.py.\n"


def extracted() -> Catalog:
    """Every text of the code, without translation."""
    with open(FOLDER / "babel.cfg") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = Catalog(header_comment=HEADER, project="Tessera", locale="zh", fuzzy=False)
    for _file, _line, text, _comments, context in sorted(
        extract_from_dir(PROJECT, methods, options, KEYWORDS), key=lambda one: str(one[2])
    ):
        found.add(text, context=context)
    return found


def kept() -> Catalog:
    """The catalogue as it is in the project."""
    if not PO.exists():
        return Catalog(locale="zh")
    with open(PO, "rb") as file:
        return read_po(file, locale="zh")


def renewed(texts: Catalog, before: Catalog) -> Catalog:
    """The texts of the code with the Chinese that is there."""
    for message in texts:
        old = before.get(message.id) if message.id else None
        if old is not None and old.string:
            message.string = old.string
    return texts


def missing(catalog: Catalog) -> list[str]:
    """The texts without Chinese."""
    return [_english(one) for one in catalog if one.id and not _is_whole(one)]


def written(catalog: Catalog) -> bytes:
    """The catalogue as the file has it: sorted, without places that move with every edit."""
    file = io.BytesIO()
    write_po(file, catalog, width=0, no_location=True, omit_header=True, sort_output=True)
    head = f'{HEADER}msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: zh\\n"\n'
    return (head + '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n').encode() + file.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as the product loads it: the same texts give the same bytes, on whatever day."""
    catalog.creation_date = catalog.revision_date = DAY
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def _english(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def main() -> int:
    catalog = renewed(extracted(), kept())
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(written(catalog))
    PO.with_suffix(".mo").write_bytes(compiled(kept()))
    without = missing(catalog)
    print("\n".join(without))
    print(f"{len(catalog)} texts, {len(without)} without Chinese", file=sys.stderr)
    return 1 if without else 0


if __name__ == "__main__":
    sys.exit(main())
