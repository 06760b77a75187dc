"""One record as its reader sees it: what the parts and actions of its page draw from. Policy decides, here alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from builder.access.policy import Policy
from builder.catalog import Catalog, Entity
from builder.kinds import for_roles
from builder.kinds.form_parts import placed_in
from builder.pages.cells import Cell
from builder.pages.desk import tale
from builder.pages.desk.asked import Asked, Filter
from builder.pages.desk.lists import Column, default_view, headers, shown_columns, stored
from builder.pages.reader import Reader
from builder.records import conditions, find, form_rules, history, stream, within
from builder.records.row import StoredRow, row_of
from builder.rules import evaluate
from builder.rules.names import Relation
from builder.work import Work
from schema_store.problems import Problems
from schema_store.texts import Text

MOST_COLUMNS = 6
MOST_TOLD = 500
FIGURES = 6
Labelled = tuple[str, Markup]


@dataclass(frozen=True)
class Section:
    """One part of the details, as a form arranges its fields; `tab` is that of the form it stands on, "" for none."""

    label: str
    columns: int
    facts: list[Labelled]
    tab: str = ""


@dataclass(frozen=True)
class Listed:
    """The first children of a relation. `all_url`: the list of all, where there are more."""

    label: str
    columns: list[Column]
    rows: Markup | str
    all_url: str
    new_url: str


@dataclass(frozen=True)
class Stream:
    """What became of a record, newest first; `older_url` shows more of it."""

    entries: list[tale.Told]
    older_url: str


@dataclass
class Seen:
    """`place` names the part that is drawn (its ids begin with it); `told` how many entries of history are asked for.

    `figures` are the fields that stand above: details arranged by a form do not say them again.
    """

    here: Reader
    work: Work
    entity: Entity
    record: find.Record
    figures: Sequence[str] = ()
    asked: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    _taken: dict[str, int] = field(default_factory=dict)

    @property
    def policy(self) -> Policy:
        return self.here.policy

    @property
    def catalog(self) -> Catalog:
        return self.here.catalog

    @property
    def language(self) -> str:
        return self.here.language

    @property
    def base(self) -> str:
        """The address of the record's page."""
        return f"/desk/{self.entity.key}/{self.record.id}"

    def label(self, words: Text | None, otherwise: str = "") -> str:
        return self.here.label(words, otherwise)

    def only(self, place: str) -> str:
        """An id of this name that nothing else on the page has."""
        number = self._taken[place] = self._taken.get(place, 0) + 1
        return place if number == 1 else f"{place}-{number}"

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """The fields that may be read, and those that every record has."""
        known = self.here.cells.of_entity(self.entity)
        return {
            key: cell
            for key, cell in known.items()
            if key in self.record.values or key not in self.entity.fields
        }

    @cached_property
    def own_cells(self) -> dict[str, Cell]:
        """The entity's own fields that may be read, in its designer's order."""
        return {key: self.cells[key] for key in self.entity.fields if key in self.cells}

    def text(self, key: str) -> str:
        """A field's value as plain text, the number for `id`; "" where it is empty or may not be read."""
        if key == "id":
            return str(self.record.id)
        value = self.record.values.get(key)
        one = self.entity.fields.get(key)
        if one is None or value in (None, frozenset()):
            return ""
        return one.type.to_text(value, one.settings)

    def shown(self, key: str) -> Markup:
        """A field's value as pages draw it; empty where it is, or may not be read."""
        if key not in self.cells or self.record.values.get(key) in (frozenset(),):
            return Markup("")
        return self.cells[key].html(self.record)

    def facts(self, keys: Sequence[str]) -> list[Labelled]:
        """`(label, value)` of those fields that may be read."""
        return [(self.cells[key].label, self.shown(key)) for key in keys if key in self.cells]

    def section(self, keys: Sequence[str], *, label: str, columns: int = 2) -> Section:
        return Section(label or _("Details"), columns, self.facts(keys))

    def sections(self, form_key: str = "", *, with_rest: bool = False) -> list[Section]:
        """The details by the sections of a form ("": the reader's own); without one, all fields."""
        form = self.catalog.of_kind("form").get(form_key) or form_of(self.here, self.entity)
        found, placed, tab = [], {*self.figures, *self._out_of_place(form)}, ""
        for section in form.get("sections", ()):
            tab = self.label(section["tab"]) if "tab" in section else tab
            named = [one.key for one in placed_in(section)]
            keys = [key for key in named if key in self.own_cells and key not in placed]
            placed.update(keys)
            if keys:
                label = self.label(section.get("label"))
                made = self.section(keys, label=label, columns=section.get("columns", 2))
                found.append(replace(made, tab=tab))
        rest = [key for key in self.own_cells if key not in placed]
        if rest and (with_rest or not form):
            found.append(self.section(rest, label=_("More") if found else ""))
        return found

    def _out_of_place(self, form: Mapping[str, Any]) -> list[str]:
        """The empty fields that the form hides for such a record; what holds something is shown."""
        hidden = form_rules.standing(self.work, form, self.record.id, {}, self.policy).hidden
        return [key for key in hidden if self.record.values.get(key) in (None, frozenset())]

    @cached_property
    def _row(self) -> StoredRow:
        return row_of(self.work, self.entity.key, self.record.id, self.policy)

    def holds(self, where: Any) -> bool:
        """Whether the record meets a condition; not where that asks what the reader may not see."""
        if isinstance(where, bool):
            return where
        rule = conditions.checked(self.catalog, self.entity.key, where)
        try:
            within.refuse_hidden(self.work, rule, self.policy)
        except Problems:
            return False
        return bool(evaluate.compile(rule)(self._row, conditions.moment_of(self.work, self.policy)))

    def new_url(self, relation: Relation) -> str:
        """Where a record that points to this one is made; "" where the reader may not."""
        if not self.policy.may("create", relation.entity):
            return ""
        return f"/desk/{relation.entity}/new?{relation.via}={self.record.id}"

    def related(
        self,
        relation_key: str,
        *,
        columns: Sequence[str] = (),
        sort: Sequence[str] = (),
        where: Any = True,
        limit: int = 10,
        with_new: bool = True,
    ) -> Listed | None:
        """The first children; without `columns` and `sort` as in their own list, but for what leads back here.

        None where there is no such relation or its records may not be read.
        """
        relation = self.entity.relations.get(relation_key)
        if relation is None or not self.policy.may("read", relation.entity):
            return None
        child = self.catalog.entity(relation.entity)
        label = self.label(relation.label, relation.key)
        readable = self.policy.readable(child)
        if relation.via not in readable:
            return Listed(label, [], "", "", "")
        view = default_view(self.here, child)
        shown = _columns(self.here, child, view, columns, but=relation.via)
        order = tuple(one for one in sort or view.get("sort", ()) if _is_known(child, one, readable))
        rules = ({"==": [{"var": relation.via}, self.record.id]}, *(() if where is True else (where,)))
        query = find.Query(child.key, stored(shown), rules, order or ("-id",), limit)
        page = find.page(self.work, query, self.policy)
        all_url = Asked(child.key, filters=(Filter(relation.via, "==", f"id:{self.record.id}"),)).url
        return Listed(
            label,
            headers(self.here, child, shown),
            self.here.cells.rows(child, shown, page.records) if page.records else "",
            all_url if page.after else "",
            self.new_url(relation) if with_new else "",
        )

    def told(self, relations: Sequence[str], *, limit: int, place: str) -> Stream:
        """The record's history, with that of the records behind `relations` in one stream, newest first."""
        more = self.asked.get("history", "")
        limit = min(int(more), MOST_TOLD) if more.isdecimal() and int(more) else limit
        links = [self.entity.relations[key] for key in relations if key in self.entity.relations]
        own = (self.entity.key, self.record.id)
        if links:
            found = stream.of(self.work, *own, links, policy=self.policy, limit=limit + 1)
            told, number = tale.stream(self.here, self.work, own, found[:limit]), len(found)
        else:
            entries = history.of(self.work, *own, self.policy, limit=limit + 1)
            told, number = tale.told(self.here, self.work, own, entries[:limit]), len(entries)
        return Stream(told, self._older(limit, place) if number > limit and limit < MOST_TOLD else "")

    def _older(self, limit: int, place: str) -> str:
        tab = f"tab={self.asked['tab']}&" if self.asked.get("tab") else ""
        return f"{self.base}?{tab}history={min(limit * 5, MOST_TOLD)}#{place}"


def form_of(here: Reader, entity: Entity) -> Any:
    """The entity's form for this person's roles, or an empty one."""
    forms = here.catalog.of_kind("form").values()
    return for_roles.chosen((form for form in forms if form["entity"] == entity.key), here.policy.roles)


def _columns(here: Reader, child: Entity, view: Any, wanted: Sequence[str], *, but: str) -> tuple[str, ...]:
    if wanted:
        return shown_columns(here, child, {"columns": list(wanted)})
    return shown_columns(here, child, view, but=but)[:MOST_COLUMNS]


def _is_known(child: Entity, written: str, readable: frozenset[str]) -> bool:
    key = written.removeprefix("-")
    return key in readable or (key in child.facts and key not in child.fields)
