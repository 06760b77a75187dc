"""Web addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from builder.database import PlainText
from builder.fields.contract import PLAIN, FieldType, Label, Reading, Shown, Widget, bad
from builder.fields.plain import line, require_length
from schema_store.problems import _

LENGTH = 2_000
_PLAIN = r"[^\s<>\"{}|\\^`%\[\]#\u0000-\u0020\u007f-\u009f]"
_HOST = r"[^\s<>\"{}|\\^`%\[\]#?/:@\u0000-\u0020\u007f-\u009f]+"
PATTERN = rf"^https?://{_HOST}(:[0-9]{{1,5}})?([/?]({_PLAIN}|%[0-9A-Fa-f]{{2}})*)?(#({_PLAIN}|%[0-9A-Fa-f]{{2}})*)?$"
"""http and https only, so a link can never run a script; no name or password before the host."""

_ADDRESS = re.compile(PATTERN)


class Url(FieldType):
    """Stored as written, in Unicode's NFC form; scheme and host in small letters."""

    key = "url"
    label: ClassVar[Label] = {"en": "Web address", "zh": "网址"}
    operators = ("icontains", "==", "starts_with", "contains", "is_empty", "!=")
    convertible_from = ("text",)

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return PlainText

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "format": "iri", "pattern": PATTERN, "maxLength": LENGTH}

    def write_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": LENGTH}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "text"}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str | None:
        plain = line(text)
        if not plain:
            return None
        require_length(plain, LENGTH)
        scheme, slashes, rest = plain.partition("://")
        host = re.split("[/?#]", rest, maxsplit=1)[0]
        address = scheme.lower() + slashes + host.lower() + rest[len(host) :]
        if not _ADDRESS.fullmatch(address):
            hint = _("Write it with https:// at the beginning.")
            raise bad("url", _("“{value}” is not a web address."), value=plain, hint=hint)
        return address

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return stored or ""

    def link(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return stored or ""

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget("text", {"type": "url", "inputmode": "url", "maxlength": LENGTH, "autocomplete": "url"})

    def sample(self, random: Random, settings: Mapping[str, Any]) -> str:
        return (
            f"https://www.example.com/{random.choice(('shop', 'news', 'about'))}/{random.randrange(1, 1_000)}"
        )
