"""A condition as its form holds it: every part under a name of its own (`c.0.2.field`), and read back from there.

The form is all the state there is: what stood in it before rides along, so that a change can be undone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from builder.pages.reader import Reader
from builder.pages.studio.condition import formula as formulas
from builder.pages.studio.condition import values
from builder.pages.studio.condition.formula import Formula
from builder.pages.studio.condition.inputs import Posted
from builder.rules.check import check
from builder.rules.compose.edits import group_of
from builder.rules.compose.forms import FORMS, QUANTIFIERS
from builder.rules.compose.outline import NEGATIONS, compose, fact_at, outline, relation_at, row_of
from builder.rules.compose.parts import Group, Other, Part, Related, Row, Unread, below
from schema_store import strict_json
from schema_store.problems import Problems

Pairs = list[tuple[str, str]]
"""Names and values of a form, without the prefix of its condition."""
WHOLE = re.compile(r"-?[0-9]{1,15}")
MAX_REVISIONS = 20
MAX_KEPT = 100_000
"""Characters of all revisions together."""
MAX_PARTS = 1_000


@dataclass(frozen=True)
class Scope:
    """What a condition is about. `is_value`: a formula, which has no rows. `is_trigger`: it may ask about a change.

    `is_drafted`: it stands in the draft of this entity, and may use the fields that the draft brings.
    """

    entity: str
    is_value: bool = False
    is_trigger: bool = False
    is_drafted: bool = False

    @property
    def wanted(self) -> str:
        return "value" if self.is_value else "condition"


@dataclass(frozen=True)
class Building:
    """A condition while it is put together. `text`: the whole of it as text, where it is edited so.

    `formula`: what that text says, where it is a value as people type it; None where it is JSON.
    `revisions`: how its form stood before, oldest first; the last is how it was shown last.
    """

    outline: Group
    text: str | None = None
    formula: Formula | None = None
    revisions: tuple[Pairs, ...] = ()


def opened(here: Reader, scope: Scope, document: Any) -> Building:
    """The building of a stored document."""
    if scope.is_value:
        return of_formula(formulas.opened(here, scope.entity, document), document)
    return Building(outline(document, here.catalog, scope.entity))


def of_formula(formula: Formula | None, document: Any) -> Building:
    """The building of a value; its document as text where no formula says it."""
    text = strict_json.write(document, indent=2) if formula is None else formula.text
    return Building(Group(), text, formula)


def finished(building: Building, read: Any = strict_json.read) -> Any:
    """The document as far as it is finished. Raises Problems for a text that cannot be read."""
    if building.formula is not None:
        return building.formula.finished()
    return compose(building.outline).document if building.text is None else read(building.text)


# --- to the form ---


def pairs(here: Reader, scope: Scope, building: Building) -> Pairs:
    """The fields of the building's form."""
    if building.formula is not None:
        was = [] if building.formula.was is None else [("was", strict_json.write(building.formula.was))]
        return [("formula", building.formula.text), *was]
    if building.text is not None:
        return [("text", building.text)]
    return list(_part(here, scope.entity, "", building.outline))


def _part(here: Reader, entity: str, name: str, part: Part) -> Iterable[tuple[str, str]]:
    def own(what: str) -> str:
        return f"{name}.{what}" if name else what

    yield own("kind"), KIND_OF[type(part)]
    if isinstance(part, Row):
        yield from ((own(what), text) for what, text in row_pairs(here, entity, part))
    elif isinstance(part, Other):
        yield own("was"), strict_json.write(part.document)
        if part.text is not None:
            yield own("text"), part.text
    else:
        yield from ((own(what), text) for what, text in group_pairs(part))
        within = entity_within(here, entity, part)
        for at, one in enumerate(group_of(part).parts):
            yield from _part(here, within, below(name, at), one)


def entity_within(here: Reader, entity: str, part: Part) -> str:
    """The entity whose records the parts of a part are about."""
    relation = relation_at(here.catalog, entity, part.relation) if isinstance(part, Related) else None
    return relation.entity if relation else entity


def row_pairs(here: Reader, entity: str, row: Row) -> Pairs:
    """A row's fields. `drawn`: for which field and form its inputs are; `was`: its document as it was read."""
    found = [("field", row.path), ("form", row.form), ("drawn", f"{row.path} {row.form}")]
    for at, texts in enumerate(values.texts_of(here, entity, row)):
        found += [(f"value.{at}", text) for text in texts]
    return [*found, ("was", strict_json.write(row.written))] if row.written is not None else found


def group_pairs(part: Group | Related) -> Pairs:
    """A group's fields. `how` is and, or, not and, not or; `style` how a negation was written."""
    group = group_of(part)
    found = [
        ("op", f"not {group.op}" if group.negation else group.op),
        ("style", group.negation),
        ("bare", "1" if group.is_bare else ""),
    ]
    if isinstance(part, Related):
        number = part.number.text if isinstance(part.number, Unread) else part.number
        found += [("quantifier", part.quantifier), ("relation", part.relation), ("drawn", part.relation)]
        found += [("number", "" if number is None else str(number))]
    return found


# --- from the form ---


def posted(here: Reader, scope: Scope, form: MultiDict[str, str], prefix: str) -> Building:
    """The building that a form holds under `prefix`. Whatever is posted gives one."""
    start = f"{prefix}."
    own = MultiDict(
        [(name[len(start) :], one) for name, one in form.items(multi=True) if name.startswith(start)]
    )
    return replace(read(here, scope, own), revisions=_kept(own.get("revisions", "")))


def read(here: Reader, scope: Scope, own: MultiDict[str, str]) -> Building:
    """The building of these fields, names without prefix."""
    if scope.is_value and "formula" in own and "text" not in own:
        was = formulas.was_in(own.get("was", ""))
        return of_formula(formulas.typed(here, scope.entity, own["formula"], was), was)
    if scope.is_value or "text" in own:
        return Building(Group(), own.get("text", "").replace("\r\n", "\n"))
    part = _Reading(here, own).part("", scope.entity)
    return Building(part if isinstance(part, Group) else Group())


class _Reading:
    def __init__(self, here: Reader, own: MultiDict[str, str]):
        self._here, self._own, self._left = here, own, MAX_PARTS

    def part(self, name: str, entity: str) -> Part:
        self._left -= 1
        kind = self._get(name, "kind")
        if kind == "row":
            return self._row(name, entity)
        if kind == "other":
            text = self._own.get(f"{name}.text")
            return Other(_json(self._get(name, "was")), None if text is None else text.replace("\r\n", "\n"))
        return self._related(name, entity) if kind == "related" else self._group(name, entity)

    def _get(self, name: str, what: str) -> str:
        return self._own.get(f"{name}.{what}" if name else what, "")

    def _group(self, name: str, entity: str) -> Group:
        op = self._get(name, "op")
        style = self._get(name, "style") or "!"
        negation = (style if style in NEGATIONS else "!") if op.startswith("not ") else ""
        plain = "or" if op.endswith("or") else "and"
        return Group(plain, self._parts(name, entity), negation, self._get(name, "bare") == "1")

    def _parts(self, name: str, entity: str) -> tuple[Part, ...]:
        found: list[Part] = []
        while self._left > 0 and f"{below(name, len(found))}.kind" in self._own:
            found.append(self.part(below(name, len(found)), entity))
        return tuple(found)

    def _related(self, name: str, entity: str) -> Related:
        """Another relation has other fields, so it begins without conditions."""
        path, quantifier, text = (self._get(name, what) for what in ("relation", "quantifier", "number"))
        relation = relation_at(self._here.catalog, entity, path)
        group = self._group(name, relation.entity if relation else entity)
        if path != self._get(name, "drawn"):
            group = replace(group, parts=())
        number = int(text) if WHOLE.fullmatch(text.strip()) else Unread(text)
        known = quantifier if quantifier in QUANTIFIERS else "some"
        return Related(known, path if relation else "", number if QUANTIFIERS[known].sign else None, group)

    def _row(self, name: str, entity: str) -> Row:
        path, key, drawn = (self._get(name, what) for what in ("field", "form", "drawn"))
        before = self._before(name, entity)
        typed = self._typed(name)
        if before and drawn == f"{path} {key}" and self._is_as_it_was(before, entity, (path, key), typed):
            return before
        form = self._form(entity, path, key, before)
        found = values.values_of(self._here, entity, path, form, typed)
        if drawn != f"{path} {form}":
            found = tuple(one for one in found if not isinstance(one, Unread))
        known = fact_at(self._here.catalog, entity, path) is not None
        return Row(path if known else "", form, found)

    def _is_as_it_was(self, before: Row, entity: str, asked: tuple[str, str], typed: Posted) -> bool:
        """Whether nothing of a row was changed; what was wrong with it is read anew, as it looks."""
        texts = values.texts_of(self._here, entity, before)
        is_same = (before.path, before.form) == asked and _plain(typed) == _plain(texts)
        return is_same and self._is_right(before.written, entity)

    def _is_right(self, document: Any, entity: str) -> bool:
        try:
            check(document, self._here.catalog, entity)
        except Problems:
            return False
        return True

    def _before(self, name: str, entity: str) -> Row | None:
        was = self._get(name, "was")
        return row_of(_json(was), self._here.catalog, entity) if was else None

    def _form(self, entity: str, path: str, key: str, before: Row | None) -> str:
        """The chosen form, where the field has it; else the field's first."""
        offered = [form.key for form in values.forms_of(self._here, entity, path)]
        if key in offered or (before and (before.path, before.form) == (path, key) and key in FORMS):
            return key
        return offered[0] if offered else ""

    def _typed(self, name: str) -> list[list[str]]:
        found: list[list[str]] = []
        while f"{name}.value.{len(found)}" in self._own:
            found.append(self._own.getlist(f"{name}.value.{len(found)}"))
        return found


def _plain(typed: Posted) -> list[list[str]]:
    """What was typed, as browsers send it: without the line ends that an input of one line drops."""
    lines = [
        [text.replace("\r", "").replace("\n", "").replace("T", " ") for text in texts if text]
        for texts in typed
    ]
    return [texts for texts in lines if texts]


def _json(text: str) -> Any:
    try:
        return strict_json.read(text)
    except Problems:
        return None


# --- revisions ---


def remembered(before: Building, now: Pairs) -> tuple[Pairs, ...]:
    """The revisions with `now` as the newest; what only goes on with the typing before replaces that."""
    known = list(before.revisions)
    if known and known[-1] == now:
        return tuple(known)
    if len(known) > 1 and _typed_on(known[-2], known[-1], now):
        known.pop()
    known = [*known, now][-MAX_REVISIONS:]
    while len(known) > 1 and len(written(known)) > MAX_KEPT:
        known.pop(0)
    return tuple(known)


def _typed_on(first: Pairs, second: Pairs, third: Pairs) -> bool:
    """Whether both steps changed one and the same value."""
    changed = [_difference(*pair) for pair in ((first, second), (second, third))]
    return changed[0] == changed[1] and len(changed[0]) == 1 and ".value." in next(iter(changed[0]))


def _difference(one: Pairs, other: Pairs) -> set[str]:
    ends = (".was",)
    first, second = ({pair for pair in pairs if not pair[0].endswith(ends)} for pairs in (one, other))
    return {name for name, _value in first ^ second}


def written(revisions: Iterable[Pairs]) -> str:
    """Revisions as their field holds them."""
    return json.dumps(list(revisions), ensure_ascii=False, separators=(",", ":"))


def _kept(text: str) -> tuple[Pairs, ...]:
    """Revisions read back; what is none is left out."""
    found = _json(text) if text and len(text) <= 2 * MAX_KEPT else None
    if not isinstance(found, list):
        return ()
    return tuple(
        [(str(pair[0]), str(pair[1])) for pair in one if isinstance(pair, list) and len(pair) == 2]
        for one in found[:MAX_REVISIONS]
        if isinstance(one, list)
    )


KIND_OF = {Row: "row", Group: "group", Related: "related", Other: "other"}
