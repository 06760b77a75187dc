"""What was posted by the inputs of a schema, as the document that it means; and the buttons of its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from builder.fields.contract import FieldType
from builder.pages.studio.building.inputs import PREFIX, Schema, properties_of, sort_of

Posted = MultiDict[str, str]
MOST_ROWS = 1_000


class Nothing:
    """Stands for a setting that says nothing and is left out of the document."""


NOTHING = Nothing()


class Reader:
    """Reads the inputs of a form back. `rule(pointer)` and `value(pointer)` are asked for what other parts draw."""

    def __init__(
        self,
        form: Posted,
        *,
        types: Mapping[str, FieldType],
        rule: Callable[[str], Any],
        value: Callable[[str], Any],
    ):
        self._form, self._types = form, types
        self._others = {"rule": rule, "value": value}

    def document(self, properties: Schema, before: Mapping[str, Any], around: str = "") -> dict[str, Any]:
        """The document of these properties: as posted where an input was drawn, else as it was `before`."""
        found: dict[str, Any] = {}
        for key, schema in properties.items():
            sort, place, was = sort_of(schema), f"{around}/{key}", before.get(key, NOTHING)
            value = self._read(sort, schema, place, was) if sort and self._is_drawn(sort, place) else was
            if value is not NOTHING:
                found[key] = value
        found |= {key: value for key, value in before.items() if key not in properties}
        return {key: found[key] for key in (*before, *found) if key in found}  # in the order it had

    def _is_drawn(self, sort: str, place: str) -> bool:
        """A mark stands beside inputs that post nothing when they are empty."""
        return f"{PREFIX}{place}" in self._form.getlist("drawn")

    def _read(self, sort: str, schema: Schema, place: str, was: Any) -> Any:
        if sort in self._others:
            return self._others[sort](place)
        return _READERS[sort](self, schema, place, was)

    def _text(self, place: str) -> str:
        return self._form.get(f"{PREFIX}{place}", "").strip()

    def text(self, _schema: Schema, place: str, _was: Any) -> Any:
        return self._text(place) or NOTHING

    def number(self, _schema: Schema, place: str, _was: Any) -> Any:
        """A number where it is one; else what was typed, which the shape then refuses in its place."""
        text = self._text(place)
        plain = text.removeprefix("-")
        return int(text) if plain.isascii() and plain.isdecimal() and len(plain) < 16 else text or NOTHING

    def check(self, _schema: Schema, place: str, was: Any) -> Any:
        if f"{PREFIX}{place}" in self._form:
            return True
        return False if was is False else NOTHING

    def checks(self, _schema: Schema, place: str, was: Any) -> Any:
        """In the order they had; new ones at the end."""
        posted = self._form.getlist(f"{PREFIX}{place}")
        kept = [one for one in was if one in posted] if isinstance(was, list) else []
        return [*kept, *(one for one in posted if one not in kept)] or NOTHING

    def lines(self, _schema: Schema, place: str, _was: Any) -> Any:
        found = [line.strip() for line in self._text(place).splitlines()]
        return list(dict.fromkeys(line for line in found if line)) or NOTHING

    def words(self, _schema: Schema, place: str, was: Any) -> Any:
        """Both languages; one text for all languages stays one while nobody gives a second."""
        en, zh = self._text(f"{place}/en"), self._text(f"{place}/zh")
        if isinstance(was, str) and (en, zh) == (was, ""):
            return was
        return {language: text for language, text in (("en", en), ("zh", zh)) if text} or NOTHING

    def table(self, schema: Schema, place: str, was: Any) -> Any:
        rows = was if isinstance(was, list) else []
        numbers = [at for at in range(MOST_ROWS) if f"{PREFIX}{place}/{at}" in self._form.getlist("drawn")]
        properties = schema["items"]["properties"]
        found = [
            self.document(properties, rows[at] if at < len(rows) else {}, f"{place}/{at}") for at in numbers
        ]
        return [_with_value(row, schema) for row in found] or NOTHING

    def group(self, schema: Schema, place: str, was: Any) -> Any:
        known = was if isinstance(was, Mapping) else {}
        chosen = {"type": self._text(f"{place}/type")} if "type" in schema["properties"] else {}
        properties = properties_of(schema, chosen or known, self._types)
        kept = {key: value for key, value in known.items() if key in properties}
        return self.document(properties, kept, place) or NOTHING


_READERS: Mapping[str, Callable[[Reader, Schema, str, Any], Any]] = {
    "text": Reader.text,
    "number": Reader.number,
    "choice": Reader.text,
    "check": Reader.check,
    "checks": Reader.checks,
    "lines": Reader.lines,
    "words": Reader.words,
    "table": Reader.table,
    "group": Reader.group,
}


def _with_value(row: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """A row that must have a name of its own and has only words takes it from them."""
    label = row.get("label")
    for key in schema["items"].get("required", ()):
        if key not in row and label:
            row = {key: label if isinstance(label, str) else next(iter(label.values())), **row}
    return row


def pressed(document: dict[str, Any], do: str, properties: Schema) -> tuple[dict[str, Any], str]:
    """The document after a button of a table (`add:/options`, `up:/options/2`), and the place to look at."""
    change, _colon, place = do.partition(":")
    if sort_of(properties.get(place.split("/")[1] if "/" in place else "", {})) != "table":
        return document, ""
    if change == "add":
        rows = document.setdefault(place.strip("/"), [])
        rows.append({})
        return document, f"{place}/{len(rows) - 1}"
    around, _slash, number = place.rpartition("/")
    rows = document.get(around.strip("/"))
    if not isinstance(rows, list) or not number.isdecimal() or int(number) >= len(rows):
        return document, ""
    at = int(number)
    if change == "remove":
        del rows[at]
        return document, f"{around}/{min(at, len(rows) - 1)}" if rows else around
    to = at + {"up": -1, "down": 1}.get(change, 0)
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
        return document, f"{around}/{to}"
    return document, ""
