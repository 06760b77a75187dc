"""What a field type answers, and what a field is. Form, list, filter, import, export, API and docs derive from it.

Three forms of a value, and only these:
- *stored*: the Python value bound to the column and seen by rules: str, int (money and decimals scaled), bool,
  datetime.date, aware datetime (UTC), frozenset[str] (tags), None for empty;
- *json*: as the API, `query --json` and JSONL show it: money "12.50", date "2026-03-31", a reference its id;
- *text*: as people type it in forms and as CSV holds it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar

from schema_store.problems import Problem, Problems
from schema_store.texts import Text
from sqlalchemy.types import TypeEngine


class BadValue(Problems):
    """A value that this field cannot take; `problem.pointer` is set by the door that knows where it stood."""

    def __init__(self, code: str, template: str, params: dict[str, Any] | None = None, hint: str = ""):
        super().__init__(Problem(f"value.{code}", template, params or {}, hint=hint))

    @property
    def problem(self) -> Problem:
        return self.problems[0]


@dataclass(frozen=True, eq=False)
class Field:
    """One field of a published entity, compiled from its `x-tessera` document.

    `column` is the physical column (None: not stored in the entity's own table). `settings` is the whole
    `x-tessera` document, for what only the type understands.
    """

    key: str
    entity: str
    type: FieldType
    label: Text
    settings: Mapping[str, Any]
    required: bool = False
    unique: bool = False
    indexed: bool = False
    column: str | None = None
    default: Any = None
    help: Text = ""

    @property
    def is_computed(self) -> bool:
        """True when the engine fills it and no door may write it (rollup, automatic number, system fields)."""
        return self.type.is_computed

    @property
    def storage(self) -> str:
        return self.type.storage


@dataclass(frozen=True)
class Shown:
    """What a cell or an input needs beyond its value: language, zone, and titles of referenced records."""

    language: str = "en"
    zone: Any = None
    titles: Mapping[tuple[str, int], str] = field(default_factory=dict)  # {(entity, id): title}
    base: str = "/desk"


@dataclass(frozen=True)
class Widget:
    """How a form draws an input: a macro `templates/fields/<name>.html` and what it is given."""

    name: str
    attributes: Mapping[str, Any] = field(default_factory=dict)  # HTML attributes: type, inputmode, min, step …
    options: Sequence[tuple[str, str]] = ()  # (value, label)


class FieldType(ABC):
    """One sort of field. One instance serves all fields of the type; everything comes in as arguments."""

    key: ClassVar[str]
    label: ClassVar[Text]
    settings: ClassVar[dict[str, Any]] = {}
    """JSON Schema `properties` of the settings this type adds to a field's `x-tessera`, each with a description."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Settings that must be there."""
    storage: ClassVar[str] = "column"
    """"column": own column · "tags": a link table of texts."""
    is_computed: ClassVar[bool] = False
    operators: ClassVar[tuple[str, ...]] = ("==", "!=", "is_empty")
    """Rule operators a person is offered for a field of this type, commonest first."""
    convertible_from: ClassVar[tuple[str, ...]] = ()
    """Types whose values can be converted to this one (through `to_text` and `from_text`)."""
    align: ClassVar[str] = "start"
    """"end" for numbers: how a column of cells is aligned."""

    @abstractmethod
    def column_type(self, settings: Mapping[str, Any]) -> TypeEngine[Any] | None:
        """The SQL type of the stored value; None where `storage` is not "column"."""

    @abstractmethod
    def value_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """JSON Schema 2020-12 of the *json* form; a `format` always has a `pattern` beside it."""

    @abstractmethod
    def fact(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The type that rules see: `{"type": "integer"|"decimal"|"boolean"|"text"|"enum"|"date"|"datetime"|"tags"|"ref", …}`

        with `scale` (decimal), `options` (enum, list of values), `entity` (ref).
        """

    @abstractmethod
    def from_text(self, text: str, settings: Mapping[str, Any]) -> Any:
        """The stored value that a person's `text` means ('' is None). Raises BadValue."""

    @abstractmethod
    def to_text(self, stored: Any, settings: Mapping[str, Any]) -> str:
        """The text that `from_text` reads back as the same value; None gives ''."""

    def from_json(self, value: Any, settings: Mapping[str, Any]) -> Any:
        """The stored value of a *json* form value (None and '' are None). Raises BadValue."""
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise BadValue("type", "“{value}” is not a text.", {"value": value})
        return self.from_text(value, settings)

    def to_json(self, stored: Any, settings: Mapping[str, Any]) -> Any:
        """The *json* form; None (empty) is left out of a record by the caller."""
        return None if stored is None else self.to_text(stored, settings)

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        """Plain text for a list cell or a record page, in the reader's language; '' for empty."""
        return self.to_text(stored, settings)

    @abstractmethod
    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        """The input that a form draws."""

    def check_settings(self, settings: Mapping[str, Any]) -> list[Problem]:
        """Problems of the settings that their JSON Schema cannot see (pointers inside the field's `x-tessera`)."""
        return []

    @abstractmethod
    def sample(self, random: Random, settings: Mapping[str, Any]) -> Any:
        """A believable stored value."""
