"""Text as people type it, made plain: one Unicode form, no outer blanks, nothing that cannot be seen or stored."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from builder.fields.contract import bad
from schema_store.problems import _

BLANKS = " \t\n\r\x0b\x0c\x85\xa0\u1680\u180e\u2028\u2029\u202f\u205f\u3000\u2060\ufeff" + "".join(
    map(chr, range(0x2000, 0x200C))
)
"""Every blank of Unicode, with those of no width."""

LINE_PATTERN = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]+$"
LINES_PATTERN = r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]+$"

_NOT_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_IN_LINES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_FULL_WIDTH = {0xFF10 + digit: str(digit) for digit in range(10)} | str.maketrans(
    "＋－−．，／：￥％（）＃　", "+--.,/:¥%()# "
)


def line(text: str) -> str:
    """`text` as one line. Raises BadValue for line breaks and other control characters."""
    plain = text.strip(BLANKS) if text.isascii() else unicodedata.normalize("NFC", text).strip(BLANKS)
    if _NOT_IN_A_LINE.search(plain):
        raise bad(
            "control", _("“{value}” has a line break or a character that cannot be shown."), value=plain
        )
    return plain


def lines(text: str) -> str:
    """`text` of several lines, each ended by "\\n". Raises BadValue for control characters."""
    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip(BLANKS)
    if _NOT_IN_LINES.search(plain):
        raise bad("control", _("“{value}” has a character that cannot be shown."), value=plain)
    return plain


def half_width(text: str) -> str:
    """`text` without outer blanks, its full-width digits and signs as ASCII ones: `１，２３４` is "1,234"."""
    return text.strip(BLANKS) if text.isascii() else text.translate(_FULL_WIDTH).strip(BLANKS)


def require_text(value: Any) -> str:
    """`value`, which must be a JSON string. Raises BadValue."""
    if isinstance(value, str):
        return value
    raise bad("type", _("{value} is not a text."), value=repr(value))


def require_length(text: str, limit: int) -> None:
    """Raises BadValue where `text` has more than `limit` characters."""
    if len(text) > limit:
        raise bad(
            "long", _("This has {length} characters; at most {limit} fit."), length=len(text), limit=limit
        )
