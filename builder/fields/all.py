"""Every field type of the house, in the order in which the studio offers them."""

from __future__ import annotations

from builder.fields.auto_number import AutoNumber
from builder.fields.boolean import Boolean
from builder.fields.contract import FieldType
from builder.fields.date import Date
from builder.fields.datetime import DateTime
from builder.fields.decimal import Decimal
from builder.fields.email import Email
from builder.fields.formula import Formula
from builder.fields.integer import Integer
from builder.fields.long_text import LongText
from builder.fields.money import Money
from builder.fields.percent import Percent
from builder.fields.phone import Phone
from builder.fields.reference import Reference
from builder.fields.rollup import Rollup
from builder.fields.select import Select
from builder.fields.stage import Stage
from builder.fields.tags import Tags
from builder.fields.text import Text
from builder.fields.url import Url

_MEASURES = (Integer(), Decimal(), Money(), Percent(), Date(), DateTime())
_TEXT, _BOOLEAN = Text(), Boolean()

TYPES: tuple[FieldType, ...] = (
    _TEXT,
    LongText(),
    *_MEASURES,
    _BOOLEAN,
    Select(),
    Stage(),
    Tags(),
    Phone(),
    Email(),
    Url(),
    Reference(),
    Rollup(_MEASURES),
    Formula((*_MEASURES, _BOOLEAN, _TEXT)),
    AutoNumber(),
)
