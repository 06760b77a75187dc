"""What a field type answers, and what a field is. Form, list, filter, import, export, API and docs derive from it.

Three forms of a value, and only these:
- *stored*: the Python value bound to the column and seen by rules: str, int (money and decimals scaled), bool,
  datetime.date, aware datetime (UTC), frozenset[str] (tags), None for empty;
- *json*: as the API, `query --json` and JSONL show it: money "12.50", date "2026-03-31", a reference its id;
- *text*: as people type it in forms and as CSV holds it.

A text means something only to a reader: `Reading` says in which zone and language it was written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from random import Random
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from schema_store.problems import Problem, Problems, _
from schema_store.texts import Text

Label = Text
"""What a type is called; the name keeps `Text` free for the field type."""


class BadValue(Problems):
    """A value that this field cannot take; `problem.pointer` is set by the door that knows where it stood."""

    def __init__(self, code: str, template: str, params: dict[str, Any] | None = None, hint: str = ""):
        super().__init__(Problem(f"value.{code}", template, params or {}, hint=hint))

    @property
    def problem(self) -> Problem:
        return self.problems[0]


def bad(code: str, template: str, *, hint: str = "", **params: Any) -> BadValue:
    """The BadValue to raise; texts among `params` are cut and made printable, so that any value can be shown."""
    shown = {name: printable(value) if isinstance(value, str) else value for name, value in params.items()}
    return BadValue(code, template, shown, hint)


def printable(text: str, limit: int = 80) -> str:
    """`text` for a message: at most `limit` characters, without control characters and lone surrogates."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(char if char.isprintable() else "\ufffd" for char in cut)


@dataclass(frozen=True)
class Unresolved:
    """A reference as people write it: the record of `entity` whose key field has this text. Records find its id.

    `key_value` is the key field's *text* form. `named` is the key field as the writer called it
    (`{"member_no": "M001"}`); "" where the door does not say (CSV, forms).
    """

    entity: str
    key_value: str
    named: str = ""


@dataclass(frozen=True)
class Reading:
    """Who wrote a text, or will read it: the zone that its times are in, and the language of its labels.

    `keys` is asked by `to_text` of a reference: the key-field value of a record; where it is not there, the
    text is "id:N".
    """

    zone: tzinfo = UTC
    language: str = "en"
    keys: Mapping[tuple[str, int], str] = field(default_factory=dict)  # {(entity, id): key value}


PLAIN = Reading()
"""UTC and English: for tests, and for types whose text depends on neither."""


FOLDED = "_folded_"
"""How the columns of folded copies begin, and no field's key."""


@dataclass(frozen=True, eq=False)
class Field:
    """One field of a published entity, compiled from its `x-tessera` document.

    `column` is the physical column (None: not stored in the entity's own table), `folded` the one beside it that
    holds a text without differences of case (None: there is none). `settings` is the whole `x-tessera` document,
    for what only the type understands.
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
    folded: str | None = None
    default: Any = None
    help: Text = ""

    @property
    def is_computed(self) -> bool:
        """True when the engine fills it and no door may write it (rollup, automatic number, system fields)."""
        return self.type.is_computed

    @property
    def storage(self) -> str:
        return self.type.storage

    @property
    def is_stored(self) -> bool:
        """False for what is worked out whenever it is read."""
        return self.storage in ("column", "tags")


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
    attributes: Mapping[str, Any] = field(
        default_factory=dict
    )  # HTML attributes: type, inputmode, min, step …
    options: Sequence[tuple[str, str]] = ()  # (value, label)


@dataclass(frozen=True)
class InputState:
    """How one input stands in its form; given to the macro `input(name, value, widget, state)` with the value's text.

    `id`: of the input, which the row's label names. `described_by`: ids of help and problem, blank-separated.
    `is_own`: people fill in their own details here (a public form), so the browser may offer them.
    `candidates`, `search`, `search_url`: of a reference's picker: `(id, title)` to choose from, the text
    searched for, and the address that answers a search with `fields/_choices.html`.
    """

    id: str
    is_required: bool = False
    is_invalid: bool = False
    is_readonly: bool = False
    is_own: bool = False
    has_focus: bool = False
    described_by: str = ""
    candidates: Sequence[tuple[str, str]] = ()
    search: str = ""
    search_url: str = ""


class FieldType(ABC):
    """One sort of field. One instance serves all fields of the type; everything comes in as arguments."""

    key: ClassVar[str]
    label: ClassVar[Text]
    settings: ClassVar[dict[str, Any]] = {}
    """JSON Schema `properties` of the settings this type adds to a field's `x-tessera`, each with a description."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Settings that must be there."""
    storage: ClassVar[str] = "column"
    """"column": own column · "tags": a link table of texts · "formula": not stored, a rule stands in its place."""
    is_caseless: ClassVar[bool] = False
    """True of a text type whose values have no letters of two cases: beside all others a folded copy is kept."""
    is_computed: ClassVar[bool] = False
    operators: ClassVar[tuple[str, ...]] = ("==", "!=", "is_empty")
    """Rule operators a person is offered for a field of this type, commonest first; "between" is `<=` of three."""
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
        """The type that rules see, as a document of the parts of `rules.names.Type`.

        `{"type": "integer"|"decimal"|"boolean"|"text"|"enum"|"date"|"datetime"|"tags"|"ref", …}` with `scale`
        (decimal), `options` (enum, list of values), `entity` (ref).
        """

    def write_schema(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """JSON Schema of what `from_json` takes; differs from `value_schema` where writers are given more room."""
        return self.value_schema(settings)

    @abstractmethod
    def from_text(self, text: str, settings: Mapping[str, Any], reading: Reading = PLAIN) -> Any:
        """The stored value that a person's `text` means ('' and blanks are None). Raises BadValue, nothing else."""

    @abstractmethod
    def to_text(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        """The text that `from_text` reads back as the same value, given the same `reading`; None gives ''."""

    def from_form(self, posted: Sequence[str], settings: Mapping[str, Any], reading: Reading = PLAIN) -> Any:
        """The stored value of a form's input: all that was posted under the field's name. Raises BadValue.

        The last one counts: a checkbox follows a hidden input that says "no".
        """
        return self.from_text(posted[-1], settings, reading) if posted else None

    def to_form(self, stored: Any, settings: Mapping[str, Any], reading: Reading = PLAIN) -> str:
        """The text that the widget's input holds; `from_form` reads it back."""
        return self.to_text(stored, settings, reading)

    def from_json(self, value: Any, settings: Mapping[str, Any]) -> Any:
        """The stored value of a *json* form value (None and '' are None). Raises BadValue, nothing else."""
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise bad("type", _("{value} is not a text."), value=repr(value))
        return self.from_text(value, settings)

    def to_json(self, stored: Any, settings: Mapping[str, Any]) -> Any:
        """The *json* form; None (empty) is left out of a record by the caller."""
        return None if stored is None else self.to_text(stored, settings)

    def default(self, settings: Mapping[str, Any]) -> Any:
        """The stored value of a new record that says nothing: the field's `default`. Raises BadValue."""
        return self.from_json(settings.get("default"), settings)

    def cell(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        """Plain text for a list cell or a record page, in the reader's language; '' for empty."""
        return self.to_text(stored, settings)

    def link(self, stored: Any, settings: Mapping[str, Any], shown: Shown) -> str:
        """Where a click on the cell leads (`tel:`, `mailto:`, a record …); '' for nowhere."""
        return ""

    def colour(self, stored: Any, settings: Mapping[str, Any]) -> str:
        """The kit's colour of the cell's badge, such as "azure"; '' for plain text."""
        return ""

    @abstractmethod
    def widget(self, settings: Mapping[str, Any], shown: Shown) -> Widget:
        """The input that a form draws."""

    def check_settings(self, settings: Mapping[str, Any]) -> list[Problem]:
        """Problems of the settings that their JSON Schema cannot see (pointers inside the field's `x-tessera`)."""
        return []

    @abstractmethod
    def sample(self, random: Random, settings: Mapping[str, Any]) -> Any:
        """A believable stored value."""
