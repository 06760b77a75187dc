"""What field types share whose values the engine works out: they are those of another type, which they follow."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from random import Random
from typing import Any

from sqlalchemy.types import TypeEngine

from builder.fields.contract import PLAIN, FieldType, Reading, Shown, Widget
from builder.fields.decimal import Decimal
from builder.fields.remembered import Remembered
from builder.fields.scaled import read_schema

WORKED_OUT_DIGITS = 18
"""Digits of a number that is worked out: sums outgrow what one record may hold."""

Settings = Mapping[str, Any]


class Following(FieldType):
    """A computed field that is read, written, shown and asked like the type that `follows` names."""

    is_computed = True
    operators = ("==", ">=", "<=", "between", ">", "<", "!=", "is_empty")

    def __init__(self) -> None:
        self._followed = Remembered(self._follow)

    @abstractmethod
    def _follow(self, settings: Settings) -> tuple[FieldType, Settings]: ...

    def follows(self, settings: Settings) -> tuple[FieldType, Settings]:
        """The type, and its settings, whose values this field's values are."""
        return self._followed(settings)

    def column_type(self, settings: Settings) -> TypeEngine[Any] | None:
        """The SQL type of the value, stored or not."""
        follows, own = self.follows(settings)
        return follows.column_type(own)

    def value_schema(self, settings: Settings) -> dict[str, Any]:
        follows, own = self.follows(settings)
        if isinstance(follows, Decimal):
            return read_schema(follows.scale(own), WORKED_OUT_DIGITS)
        return follows.value_schema(own)

    def fact(self, settings: Settings) -> dict[str, Any]:
        follows, own = self.follows(settings)
        return follows.fact(own)

    def from_text(self, text: str, settings: Settings, reading: Reading = PLAIN) -> Any:
        follows, own = self.follows(settings)
        return follows.from_text(text, own, reading)

    def to_text(self, stored: Any, settings: Settings, reading: Reading = PLAIN) -> str:
        follows, own = self.follows(settings)
        return follows.to_text(stored, own, reading)

    def from_json(self, value: Any, settings: Settings) -> Any:
        follows, own = self.follows(settings)
        return follows.from_json(value, own)

    def to_json(self, stored: Any, settings: Settings) -> Any:
        follows, own = self.follows(settings)
        return follows.to_json(stored, own)

    def cell(self, stored: Any, settings: Settings, shown: Shown) -> str:
        follows, own = self.follows(settings)
        return follows.cell(stored, own, shown)

    def widget(self, settings: Settings, shown: Shown) -> Widget:
        return Widget("shown")

    def sample(self, random: Random, settings: Settings) -> Any:
        follows, own = self.follows(settings)
        return follows.sample(random, own)
