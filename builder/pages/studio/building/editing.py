"""A field under edit: its settings as they stand in the draft or were posted, and what its type says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, request

from builder.fields.contract import FieldType
from builder.kinds import entity_edits
from builder.kinds.contract import RuleAt
from builder.kinds.quick.proposal import key_from
from builder.pages import web
from builder.pages.reader import Reader
from builder.pages.studio import rule_places
from builder.pages.studio.building import drafted
from builder.pages.studio.building.drafted import Working
from builder.pages.studio.building.rules import Rules
from builder.pages.studio.definitions import kind_of
from schema_store.documents import Body
from schema_store.problems import Problem, pointer
from schema_store.shapes import shipped
from schema_store.texts import pick

KIND = "entity"


@dataclass
class Editing:
    """A field under edit. `key` "": a new one. `texts`: what was typed and could not be read, by pointer."""

    working: Working
    key: str
    settings: dict[str, Any]
    is_required: bool
    seen: str
    new_key: str = ""
    problems: list[Problem] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    place: str = ""
    rules: Rules | None = None
    theirs: Any = None

    @property
    def entity(self) -> str:
        return self.working.name[1]

    @property
    def live(self) -> Mapping[str, Any]:
        """The field as it is published; {} where it is not."""
        return entity_edits.settings_of(self.working.live or {}, self.key) if self.key else {}

    @property
    def named(self) -> str:
        """The key that the field has, or will have."""
        label = pick(self.settings.get("label"), "en")
        return self.key or self.new_key or key_from(label, self.working.body.get("properties", {}))

    @property
    def base(self) -> str:
        """Where the settings stand in the body."""
        return pointer("properties", self.named, "x-tessera")

    @property
    def body(self) -> Body:
        return entity_edits.with_field(
            self.working.body, self.named, self.settings, is_required=self.is_required
        )


def types() -> Mapping[str, FieldType]:
    return dict(web.house().registry.field_types.items())


def opened(key: str, field_key: str, fresh: dict[str, Any] | None = None) -> Editing:
    """The field as the draft has it, or as it begins; 404 where there is none of that key."""
    with web.reading() as work:
        working = drafted.opened(work, KIND, key)
    settings = dict(entity_edits.settings_of(working.body, field_key)) if field_key else dict(fresh or {})
    if field_key and not settings:
        abort(404)
    if settings.get("type") not in types():
        abort(404)
    seen = request.form.get("seen") or drafted.mark(entity_edits.field(working.body, field_key))
    return Editing(working, field_key, settings, field_key in working.body.get("required", ()), seen)


def properties(type_: FieldType) -> dict[str, Any]:
    """The schema of a field's settings: what all fields have, and what its type adds."""
    every = shipped()[KIND]["$defs"]["field"]["properties"]
    unfit = ("unique", "index", "default") if type_.is_computed or type_.storage != "column" else ()
    unfit = ("unique", "index") if type_.storage != "column" and not type_.is_computed else unfit
    return {key: one for key, one in {**every, **type_.settings}.items() if key not in ("type", *unfit)}


def rule_at(here: Reader, editing: Editing, place: str) -> RuleAt | None:
    """The rule that stands, or could stand, at a place inside the settings."""
    return rule_places.rule_at(here, kind_of(KIND), editing.body, editing.base + place)
