"""Mail addresses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from random import Random
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from builder.database import PlainText
from builder.fields.contract import PLAIN, FieldType, Label, Reading, Shown, Widget, bad
from builder.fields.plain import BLANKS, require_length
from builder.fields.text import OPERATORS
from schema_store.problems import _

LENGTH = 254
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
PATTERN = rf"^{_LOCAL}@({_LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])?$"
"""What mail systems take in practice; ASCII, so a domain of Chinese characters is stored as `xn--…`."""

_ADDRESS = re.compile(PATTERN)


class Email(FieldType):
    """Stored with its domain in small letters; the part before the @ stays as written, as its server may care."""

    key = "email"
    label: ClassVar[Label] = {"en": "E-mail", "zh": "邮箱"}
    operators = OPERATORS
    convertible_from = ("text",)

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return PlainText

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "format": "email", "pattern": PATTERN, "maxLength": LENGTH}

    def write_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Capital letters and blanks around are taken too."""
        return {"type": "string", "minLength": 1, "maxLength": LENGTH}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "text"}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str | None:
        plain = text.strip(BLANKS)
        if not plain:
            return None
        require_length(plain, LENGTH)
        local, _at, domain = plain.replace("＠", "@").rpartition("@")
        address = f"{local}@{domain.lower() if domain.isascii() else _ascii_domain(domain)}"
        if len(local) > 64 or len(address) > LENGTH or not _ADDRESS.fullmatch(address):
            raise bad(
                "email",
                _("“{value}” is not a mail address."),
                value=plain,
                hint=_("Write it as name@example.com."),
            )
        return address

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return stored or ""

    def link(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return f"mailto:{stored}" if stored else ""

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget(
            "text", {"type": "email", "inputmode": "email", "maxlength": LENGTH, "autocomplete": "email"}
        )

    def sample(self, random: Random, settings: Mapping[str, Any]) -> str:
        return f"{random.choice(('mei', 'li.na', 'chen', 'anna', 'tom'))}{random.randrange(1, 10_000)}@example.com"


def _ascii_domain(domain: str) -> str:
    """`xn--…` of a domain in other letters; the domain itself where it has no such form."""
    try:
        return unicodedata.normalize("NFC", domain).encode("idna").decode("ascii").lower()
    except UnicodeError:
        return domain
