"""The definitions that a proposal makes: the entity, its list, its form, its place in a menu."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from builder.fields.contract import Shown
from builder.kinds.quick.proposal import Proposed
from builder.registry import Registry
from schema_store.documents import Body
from schema_store.texts import Text

LISTED = 8
SEARCHED = 5
MENU = 50
_SIBILANT = re.compile(r"(s|x|z|ch|sh)$", re.IGNORECASE)
_Y = re.compile(r"(?<=[^aeiou])y$", re.IGNORECASE)


@dataclass(frozen=True)
class Naming:
    """What a new entity is called."""

    key: str
    label: Text
    label_plural: Text
    icon: str = "database"


def plural(words: str) -> str:
    """Many of what `words` names, as far as English goes; Chinese words stay."""
    if not words or not words[-1].isascii() or not words[-1].isalpha():
        return words
    if _Y.search(words):
        return _Y.sub("ies", words)
    return f"{words}es" if _SIBILANT.search(words) else f"{words}s"


def entity(naming: Naming, fields: Sequence[Proposed], registry: Registry) -> Body:
    """The entity: the fields, which one names a record, what it is called by and searched for."""
    own: Body = {"key": naming.key, "label": naming.label, "label_plural": naming.label_plural}
    own["icon"] = naming.icon
    texts = [one for one in fields if is_text(one, registry)]
    key = next((one.key for one in texts if one.is_unique and one.is_required), None)
    if key:
        own["key_field"] = key
    title = _title(fields, texts, key, registry)
    if title:
        own["title_field"] = title
    if texts:
        searched = dict.fromkeys([one for one in (key, title) if one] + [one.key for one in texts])
        own["search"] = [one for one in searched if one in {text.key for text in texts}][:SEARCHED]
    return {
        "type": "object",
        "properties": {one.key: {"x-tessera": settings(_numbered(one, registry))} for one in fields},
        "required": [one.key for one in fields if one.is_required],
        "x-tessera": own,
    }


def _numbered(one: Proposed, registry: Registry) -> Proposed:
    """What the engine numbers by itself is never given twice, and the database holds it."""
    type_ = registry.field_types[one.type]
    return replace(one, is_unique=True) if type_.is_computed and type_.storage == "column" else one


def settings(one: Proposed) -> Body:
    """The `x-tessera` of a proposed field."""
    found: Body = {"type": one.type, "label": deepcopy(one.label)}
    if one.is_unique:
        found["unique"] = True
    return found | deepcopy(dict(one.settings))


def is_text(one: Proposed, registry: Registry) -> bool:
    """Whether its values are texts in a column of their own: what can be a key, a title, searched for."""
    type_ = registry.field_types.get(one.type)
    if type_ is None or type_.storage != "column":
        return False
    return type_.fact(one.settings).get("type") == "text" and not _is_long(one, registry)


def _is_long(one: Proposed, registry: Registry) -> bool:
    return registry.field_types[one.type].widget(one.settings, Shown()).name == "long_text"


def _title(
    fields: Sequence[Proposed], texts: Sequence[Proposed], key: str | None, registry: Registry
) -> str | None:
    """The first plain text beside the key, else the key, else the first field that can be one."""
    plain = [one.key for one in texts if one.key != key and _is_plain(one, registry)]
    stored = [one.key for one in fields if registry.field_types[one.type].storage == "column"]
    return next(iter([*plain, *([key] if key else []), *(one.key for one in texts), *stored]), None)


def _is_plain(one: Proposed, registry: Registry) -> bool:
    """A text without a meaning of its own, as a telephone number has one."""
    widget = registry.field_types[one.type].widget(one.settings, Shown())
    return widget.attributes.get("type") == "text"


def view(key: str, naming: Naming, fields: Sequence[Proposed], registry: Registry) -> Body:
    """The list that opens with the entity: title and key first, what is long last."""
    title = entity(naming, fields, registry)["x-tessera"]
    first = [one for one in (title.get("title_field"), title.get("key_field")) if one]
    short = [one.key for one in fields if not _is_long(one, registry)]
    columns = list(dict.fromkeys([*first, *short, *(one.key for one in fields)]))[:LISTED]
    return {
        "key": key,
        "label": _all(naming.label_plural),
        "entity": naming.key,
        "type": "table",
        "columns": columns or ["id"],
        "where": True,
        "sort": ["-id"],
        "default": True,
    }


def _all(label: Text) -> Text:
    """ "All members" in each language that the label has."""
    if isinstance(label, str):
        return label
    said = {"en": "All {}", "zh": "全部{}"}
    return {one: said.get(one, "{}").format(_small(words, one)) for one, words in label.items()}


def _small(words: str, language: str) -> str:
    """A noun inside a sentence: "Members" is "members" there, "VIPs" stays."""
    return words[:1].lower() + words[1:] if language == "en" and words[1:2].islower() else words


def form(key: str, naming: Naming, fields: Sequence[Proposed], registry: Registry) -> Body | None:
    """The form with every field that people fill in; None where there is none."""
    asked = [one.key for one in fields if not registry.field_types[one.type].is_computed]
    if not asked:
        return None
    section = {"label": {"en": "Details", "zh": "详情"}, "columns": 2, "fields": asked}
    return {"key": key, "label": naming.label, "entity": naming.key, "sections": [section]}


def in_menu(app: Mapping[str, Any], entity_key: str) -> Body:
    """The application with the entity at the end of its menu."""
    menu = [dict(one) for one in app.get("menu", ())]
    if {"entity": entity_key} not in menu and len(menu) < MENU:
        menu.append({"entity": entity_key})
    return {**deepcopy(dict(app)), "menu": menu}


def app(key: str, label: Text, entities: Sequence[str]) -> Body:
    """A new application whose menu opens these entities."""
    return {"key": key, "label": label, "icon": "package", "menu": [{"entity": one} for one in entities]}
