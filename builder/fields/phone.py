"""Telephone numbers, kept in the one international form so that two spellings of a number are the same value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from random import Random
from typing import Any, ClassVar

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberFormat
from sqlalchemy.types import TypeEngine

from builder.database import PlainText
from builder.fields.contract import PLAIN, BadValue, FieldType, Label, Reading, Shown, Widget, bad
from builder.fields.plain import half_width, line, require_text
from schema_store.problems import Problem, _

REGION = "CN"
PATTERN = r"^(\+[1-9][0-9]{4,14}(;ext=[0-9]{1,7})?|[1-9][0-9]{2,7})$"
TYPED_LENGTH = 60

_SEPARATORS = re.compile(r"[\s()./\-\u2010-\u2015\u2212]+")
_CHINESE_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_STORED_MOBILE = re.compile(r"\+861[3-9][0-9]{9}")
_SHORT = re.compile(r"[0-9]{3,8}")
_BEGUN = re.compile(r"\+?[0-9]{3,15}")


class Phone(FieldType):
    """Stored as E.164 (`+8613800138000`, an extension as `;ext=12`); a short number such as 95555 as its digits."""

    key = "phone"
    is_caseless = True
    label: ClassVar[Label] = {"en": "Phone number", "zh": "电话"}
    settings: ClassVar[dict[str, Any]] = {
        "region": {
            "type": "string",
            "pattern": "^[A-Z]{2}$",
            "maxLength": 2,
            "default": REGION,
            "title": "Country",
            "x-zh-title": "国家",
            "description": "The country of numbers written without a country code, as its two-letter code.",
            "x-zh": "未写国家区号的号码属于哪个国家（两位字母代码）。",
        },
    }
    operators = ("==", "in", "starts_with", "ends_with", "contains", "is_empty", "!=")
    convertible_from = ("text", "integer")

    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any]:
        return PlainText

    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "string", "pattern": PATTERN, "maxLength": 28}

    def write_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """As people write it: spaces, national form."""
        return {"type": "string", "minLength": 1, "maxLength": TYPED_LENGTH}

    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": "text"}

    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str | None:
        plain = half_width(text)
        return read_number(plain, settings.get("region", REGION)) if plain else None

    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        return stored or ""

    def from_json(self, value: Any, settings: Mapping[str, Any]) -> str | None:
        if value is None or value == "":
            return None
        return self.from_text(require_text(value), settings)

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        """As people of the field's region write it; foreign numbers with their country code."""
        return "" if stored is None else spelled(stored, settings.get("region", REGION))

    def link(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        return f"tel:{stored}" if stored else ""

    def search_prefixes(self, text: str, settings: Mapping[str, Any]) -> list[str]:
        """How stored numbers begin that somebody has begun to type: `138`, `010 65`, `+44 20`, `0044 20`."""
        begun = _SEPARATORS.sub("", half_width(text))
        if not _BEGUN.fullmatch(begun):
            return []
        if begun.startswith(("+", "00")):
            return [f"+{begun.removeprefix('+').removeprefix('00')}"]
        code = _country_code(settings.get("region", REGION))
        home = f"+{code}{begun.removeprefix('0')}"
        return [home, f"+{begun}"] if begun.startswith(str(code)) else [home]

    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        return Widget(
            "text", {"type": "tel", "inputmode": "tel", "maxlength": TYPED_LENGTH, "autocomplete": "tel"}
        )

    def check_settings(self, settings: Mapping[str, Any]) -> list[Problem]:
        region = settings.get("region", REGION)
        if region in phonenumbers.SUPPORTED_REGIONS:
            return []
        return [
            Problem(
                "settings.region",
                _("“{value}” is not a country whose numbers are known."),
                {"value": region},
                "/region",
            )
        ]

    def sample(self, random: Random, settings: Mapping[str, Any]) -> str:
        region = settings.get("region", REGION)
        if region == "CN":
            return f"+86{random.choice(('138', '139', '150', '186'))}{random.randrange(10**8):08d}"
        example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        return phonenumbers.format_number(example or PhoneNumber(86, 13800138000), PhoneNumberFormat.E164)


def read_number(text: str, region: str) -> str:
    """The stored form of a number that people of `region` write as `text`. Raises BadValue."""
    bare = _SEPARATORS.sub("", text)
    if region == "CN":  # nearly every number of an import; the library needs fifty times as long
        mobile = _CHINESE_MOBILE.fullmatch(bare)
        if mobile and _mobile_numbers("CN").fullmatch(mobile[1]):
            return f"+86{mobile[1]}"
    if len(text) > TYPED_LENGTH:
        raise bad(
            "long",
            _("This has {length} characters; at most {limit} fit."),
            length=len(text),
            limit=TYPED_LENGTH,
        )
    return _parsed(line(text), bare, region)


@lru_cache(maxsize=8)
def _mobile_numbers(region: str) -> re.Pattern[str]:
    """The library's own rule for the region's mobile numbers."""
    metadata = PhoneMetadata.metadata_for_region(region)
    rule = metadata.mobile.national_number_pattern if metadata and metadata.mobile else None
    return re.compile(rule or "(?!)", re.ASCII)  # without a rule nothing matches, and the library parses


def _parsed(text: str, bare: str, region: str) -> str:
    if _SHORT.fullmatch(bare) and bare[0] != "0" and _is_short(bare, region):
        return bare
    try:
        number = phonenumbers.parse(text.replace("转", " ext. "), region)
    except NumberParseException:
        raise _not_a_number(text, region) from None
    if not phonenumbers.is_valid_number(number):
        raise _not_a_number(text, region)
    stored = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return f"{stored};ext={number.extension}" if number.extension else stored


def _is_short(digits: str, region: str) -> bool:
    """Whether the library knows these digits as a short number of the region (110, 10086, 95555)."""
    return phonenumbers.is_valid_short_number_for_region(
        PhoneNumber(_country_code(region), int(digits)), region
    )


@lru_cache(maxsize=256)
def _country_code(region: str) -> int:
    return phonenumbers.country_code_for_region(region)


def _not_a_number(text: str, region: str) -> BadValue:
    hint = _("Write it as 138 0013 8000, 010-6552 9988 or +44 20 7946 0958.")
    if region != "CN":
        hint = _("Write it with its country code, as +44 20 7946 0958.")
    return bad("phone", _("“{value}” is not a telephone number that can be called."), value=text, hint=hint)


@lru_cache(maxsize=20_000)
def spelled(stored: str, region: str) -> str:
    """A stored number as people of `region` read it."""
    if not stored.startswith("+"):
        return stored
    if region == "CN" and _STORED_MOBILE.fullmatch(stored):
        return f"{stored[3:6]} {stored[6:10]} {stored[10:]}"
    try:
        number = phonenumbers.parse(stored)
    except NumberParseException:
        return stored
    is_home = number.country_code == _country_code(region)
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
    )
