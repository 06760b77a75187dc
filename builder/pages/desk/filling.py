"""A form on its way: what it holds, and its parts as templates draw them, with what its conditions say just now."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import request
from flask_babel import gettext as _

from builder.catalog import Entity
from builder.fields.contract import Field, InputState, Widget
from builder.kinds.form_parts import Placed, placed_in, tabs
from builder.pages.desk.conflicts import Conflict
from builder.pages.desk.picking import Picks
from builder.pages.reader import Reader
from builder.records.form_rules import PLAIN, Standing
from schema_store.problems import Problem

WIDE = ("long_text",)


@dataclass(frozen=True)
class Filling:
    """A form: which record (None: a new one), at which version it was opened, and what was typed.

    `form`: its document. `texts`: what the inputs hold where they differ from the record, `typed`: as much of it as
    could be read, in stored form.
    """

    entity: Entity
    form: Mapping[str, Any]
    record_id: int | None = None
    version: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    conflict: Conflict | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def base(self) -> str:
        return f"/desk/{self.entity.key}" + (f"/{self.record_id}" if self.record_id else "")

    @property
    def action(self) -> str:
        return f"{self.base}/edit" if self.record_id else f"{self.base}/new"


@dataclass(frozen=True)
class Row:
    """One field of a form: its input, what stands in it, and what is wrong with that.

    `name` is the input's; of one that cannot be changed just now, `kept` is what was typed into it before.
    `is_asked`: conditions read it, so that a change of it may change the form.
    """

    key: str
    name: str
    label: str
    help: str
    is_required: bool
    is_wide: bool
    widget: Widget
    text: str
    state: InputState
    errors: Sequence[str] = ()
    kept: str | None = None
    is_hidden: bool = False
    is_asked: bool = False


@dataclass(frozen=True)
class Section:
    number: int
    label: str
    columns: int
    rows: list[Row]
    is_hidden: bool = False

    @property
    def is_empty(self) -> bool:
        return self.is_hidden or all(row.is_hidden for row in self.rows)


@dataclass(frozen=True)
class Tab:
    """Sections behind one tab; `label` "": those that stand above the tabs, or the whole of a form without tabs."""

    number: int
    label: str
    sections: list[Section]

    @property
    def is_empty(self) -> bool:
        return all(section.is_empty for section in self.sections)

    @property
    def errors(self) -> int:
        return sum(bool(row.errors) for section in self.sections for row in section.rows)


@dataclass(frozen=True)
class Wrong:
    """A line of the summary above a form; `field` "" where no input is to blame."""

    field: str
    label: str
    words: str


@dataclass(frozen=True)
class Drawing:
    """What rows are drawn with beside their field. `prefix` goes before the names and ids of inputs."""

    here: Reader
    filling: Filling
    standing: Standing = PLAIN
    stored: Mapping[str, str] = field(default_factory=dict)
    wrong: Sequence[Wrong] = ()
    picks: Picks = field(default_factory=dict)
    prefix: str = ""

    def text(self, key: str) -> str:
        return self.filling.texts.get(key, self.stored.get(key, ""))

    def tabs(self) -> list[Tab]:
        """The form as whoever reads may fill it in; without a form, one section with all fields."""
        sections = sections_of(self.filling.form, self.filling.entity)
        found = []
        for number, (tab, numbers) in enumerate(tabs(sections)):
            label = self.here.label(tab, _("Details")) if tab is not None else ""
            drawn = [self._section(at, sections[at]) for at in numbers]
            found.append(Tab(number, label, [one for one in drawn if one.rows]))
        return [tab for tab in found if tab.sections]

    def _section(self, at: int, section: Mapping[str, Any]) -> Section:
        filling = self.filling
        writable = self.here.policy.writable(filling.entity, "update" if filling.record_id else "create")
        rows = [self._row(one) for one in placed_in(section, at) if one.key in writable]
        label = self.here.label(section.get("label"), _("Details"))
        return Section(
            at, label, section.get("columns", 2), rows, is_hidden=at in self.standing.hidden_sections
        )

    def _row(self, placed: Placed) -> Row:
        key, standing = placed.key, self.standing
        one = self.filling.entity.fields[key]
        widget = one.type.widget(one.settings, self.here.shown)
        is_kept = key in standing.read_only
        help_text = self.here.label(placed.said.get("help") or one.help)
        errors = [each.words for each in self.wrong if each.field == key]
        return Row(
            key,
            f"{self.prefix}stored.{key}" if is_kept else f"{self.prefix}{key}",
            self.here.label(one.label, key),
            help_text,
            one.required or key in standing.required,
            widget.name in WIDE,
            widget,
            self.stored.get(key, "") if is_kept else self.text(key),
            self._state(one, errors, has_help=bool(help_text)),
            errors,
            kept=self.text(key) if is_kept else None,
            is_hidden=key in standing.hidden,
            is_asked=key in standing.asked,
        )

    def _state(self, one: Field, errors: Sequence[str], *, has_help: bool) -> InputState:
        place = f"{self.prefix.replace('/', '-')}f-{one.key}"
        described = [f"{place}-error"] * bool(errors) + [f"{place}-help"] * has_help
        first = next((each.field for each in self.wrong if each.field), None)
        found = InputState(
            id=place,
            is_required=one.required or one.key in self.standing.required,
            is_invalid=bool(errors),
            is_readonly=one.key in self.standing.read_only,
            has_focus=one.key == first,
            described_by=" ".join(described),
            candidates=self.picks.get(one.key, ()),
            search=request.form.get(f"{self.prefix}{one.key}__search", ""),
        )
        if not one.settings.get("to") or self.prefix:
            return found
        return replace(found, search_url=f"/desk/{one.entity}/choices/{one.key}")


def sections_of(form: Mapping[str, Any], entity: Entity) -> list[Any]:
    """The sections of a form; without one, a section with all fields."""
    return list(form.get("sections") or [{"fields": list(entity.fields)}])


def marks(tabs: Sequence[Tab]) -> frozenset[str]:
    """How a form is drawn, in words that a page sends back: which parts are hidden, required, not to be changed."""
    found = {f"tab.{tab.number}" for tab in tabs if tab.is_empty}
    for section in (section for tab in tabs for section in tab.sections):
        found |= {f"section.{section.number}"} if section.is_empty else set()
        for row in section.rows:
            said = (("hidden", row.is_hidden), ("required", row.is_required), ("kept", row.kept is not None))
            found |= {f"{word}.{row.key}" for word, holds in said if holds}
    return frozenset(found)
