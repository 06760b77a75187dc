"""What the buttons of a condition do: `row:0.2` adds a row to the part 0.2, `undo:` takes the last change back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from builder.pages.reader import Reader
from builder.pages.studio.condition import formula as formulas
from builder.pages.studio.condition.form import (
    Building,
    Scope,
    entity_within,
    finished,
    pairs,
    read,
    remembered,
)
from builder.pages.studio.condition.formula import Formula
from builder.rules.compose.edits import edited, part_of, with_part
from builder.rules.compose.outline import outline
from builder.rules.compose.parts import Group, Other, Part
from schema_store import strict_json
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template

UNSAID = Problem("formula.unsaid", template("No formula says this, so it stays JSON."), severity="warning")


@dataclass(frozen=True)
class Changed:
    """A building after a button: which part is looked at (None: none in particular), what is said, what was wrong."""

    building: Building
    part: str | None = None
    said: str = ""
    problems: tuple[Problem, ...] = ()


def changed(here: Reader, scope: Scope, building: Building, do: str) -> Changed:
    """What the button `do` makes of the building; its revisions are then those of the answer."""
    change, _colon, name = do.partition(":")
    typed = replace(building, revisions=remembered(building, pairs(here, scope, building)))
    done = _done(here, scope, typed, change, name)
    revisions = remembered(done.building, pairs(here, scope, done.building))
    return replace(done, building=replace(done.building, revisions=revisions))


def _done(here: Reader, scope: Scope, building: Building, change: str, name: str) -> Changed:
    if change == "undo":
        return _undone(here, scope, building)
    if change == "text":
        return _part_to_text(building, name) if name else _to_text(building)
    if change == "insert":
        return _inserted(here, scope, building, name)
    if change == "rows" and scope.is_value:
        return _to_formula(here, scope, building)
    if change == "rows":
        return _part_to_rows(here, scope, building, name) if name else _to_rows(here, scope, building)
    after = edited(building.outline, change, name)
    if after.outline == building.outline:
        return Changed(building)
    return Changed(replace(building, outline=after.outline), after.name, _(SAID[change]))


def _undone(here: Reader, scope: Scope, building: Building) -> Changed:
    """As it was before the last change; the change itself is forgotten."""
    before = building.revisions[:-1]
    if not before:
        return Changed(building, said=_("There is nothing to take back."))
    was = read(here, scope, MultiDict(before[-1]))
    return Changed(replace(was, revisions=before), "", _("The last change was taken back."))


def _to_text(building: Building) -> Changed:
    if building.formula is not None:
        return _formula_to_text(building, building.formula)
    text = strict_json.write(finished(building), indent=2) if building.text is None else building.text
    return Changed(replace(building, text=text), "", _("The whole condition stands here as text."))


def _formula_to_text(building: Building, formula: Formula) -> Changed:
    """What the formula says; what cannot be read keeps its words, as there is no document yet."""
    document = formula.was if formula.problems else formula.document
    if formula.problems and formula.text.strip():
        return Changed(building, "", _("The formula cannot be read yet."), formula.problems)
    text = "" if document is None else strict_json.write(document, indent=2)
    return Changed(replace(building, text=text, formula=None), "", _("The formula stands here as JSON."))


def _to_formula(here: Reader, scope: Scope, building: Building) -> Changed:
    if building.text is None or building.formula is not None:
        return Changed(building)
    try:
        document = strict_json.read(building.text) if building.text.strip() else None
    except Problems as problems:
        return Changed(building, "", _("This is not JSON yet."), problems.problems)
    found = formulas.opened(here, scope.entity, document)
    if found is None:
        return Changed(building, "", _("No formula says this, so it stays JSON."), (UNSAID,))
    return Changed(replace(building, text=found.text, formula=found), "", _("It stands here as a formula."))


def _inserted(here: Reader, scope: Scope, building: Building, words: str) -> Changed:
    """A field or a function behind what was typed."""
    if building.formula is None:
        return Changed(building)
    before = building.formula.text
    blank = "" if not before or before[-1] in "( " else " "
    found = formulas.typed(here, scope.entity, f"{before}{blank}{words}", building.formula.was)
    return Changed(replace(building, text=found.text, formula=found), "", _("It was put in at the end."))


def _part_to_text(building: Building, name: str) -> Changed:
    held = part_of(building.outline, name)
    if not isinstance(held, Other):
        return Changed(building)
    opened = replace(held, text=strict_json.write(held.document, indent=2))
    return Changed(_with(building, name, opened), name, _("This part stands here as text."))


def _to_rows(here: Reader, scope: Scope, building: Building) -> Changed:
    if building.text is None or scope.is_value:
        return Changed(building)
    try:
        document = strict_json.read(building.text)
    except Problems as problems:
        return Changed(building, "", _("This is not JSON yet."), problems.problems)
    found = outline(document, here.catalog, scope.entity)
    return Changed(replace(building, text=None, outline=found), "", _("The condition is drawn as rows."))


def _part_to_rows(here: Reader, scope: Scope, building: Building, name: str) -> Changed:
    from_text = part_of(building.outline, name)
    if not isinstance(from_text, Other) or from_text.text is None:
        return Changed(building)
    try:
        document = strict_json.read(from_text.text)
    except Problems:
        return Changed(building, name, _("This is not JSON yet."))
    found = outline(document, here.catalog, _entity_of(here, scope, building.outline, name))
    drawn = found.parts[0] if len(found.parts) == 1 and found.is_bare and not found.negation else found
    return Changed(_with(building, name, drawn), name, _("The part is read."))


def _entity_of(here: Reader, scope: Scope, whole: Group, name: str) -> str:
    """The entity whose records a part is about."""
    entity, steps = scope.entity, name.split(".")
    for end in range(1, len(steps)):
        around = part_of(whole, ".".join(steps[:end]))
        entity = entity_within(here, entity, around) if around else entity
    return entity


def _with(building: Building, name: str, part: Part) -> Building:
    return replace(building, outline=with_part(building.outline, name, part))


SAID: Mapping[str, str] = {
    "row": template("A condition was added."),
    "group": template("A group was added."),
    "related": template("A condition on related records was added."),
    "delete": template("It was taken away."),
    "clone": template("It stands there twice now."),
    "up": template("It was moved up."),
    "down": template("It was moved down."),
    "wrap": template("It stands in a group of its own now."),
    "unwrap": template("The group was dissolved."),
    "turn": template("The group joins the other way now."),
    "negate": template("The group says the opposite now."),
}
