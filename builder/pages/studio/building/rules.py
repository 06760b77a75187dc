"""Conditions and formulas among the inputs of a field: drawn by the condition builder, read back from its form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from builder.kinds.contract import RuleAt
from builder.kinds.names import of_rule
from builder.pages.reader import Reader
from builder.pages.studio.building.reading import NOTHING
from builder.pages.studio.condition import form as forms
from builder.pages.studio.condition.changes import changed
from builder.pages.studio.condition.drawing import Condition, drawn
from builder.pages.studio.condition.form import Building, Scope
from builder.pages.studio.condition.parts import Look
from builder.rules.compose import outline
from schema_store.problems import Problem, Problems


def within(problem: Problem, place: str) -> bool:
    """Whether a problem is one of the rule at a place."""
    return problem.pointer == place or problem.pointer.startswith(f"{place}/")


def prefix(place: str) -> str:
    """Of the fields of the rule at a place inside the settings."""
    return f"rule-{place.strip('/').replace('/', '-')}"


@dataclass
class Rules:
    """The rules of one form. `problems` are those of what was posted; `pressed`: a button of one was."""

    here: Reader
    form: MultiDict[str, str] | None = None
    problems: list[Problem] = field(default_factory=list)
    buildings: dict[str, tuple[Building, Look]] = field(default_factory=dict)

    @property
    def is_pressed(self) -> bool:
        return self.form is not None and any(
            name.startswith("rule-") and name.endswith(".do") for name in self.form
        )

    def read(self, place: str, rule: RuleAt | None) -> Any:
        """The document that was posted; NOTHING where every record is meant, or where it is not finished yet."""
        if self.form is None or rule is None:
            return NOTHING
        scope, name = _scope(rule), prefix(place)
        building = forms.posted(self.here, scope, self.form, name)
        after = changed(self.here, scope, building, self.form.get(f"{name}.do", ""))
        look = Look(after.part, after.said, problems=after.problems)
        self.buildings[place] = (after.building, look)
        return self._document(place, rule, after.building)

    def _document(self, place: str, rule: RuleAt, building: Building) -> Any:
        try:
            if building.text is not None:
                document = forms.finished(building) if building.text.strip() else None
            else:
                document = outline.document(building.outline)
        except Problems as wrong:
            self._refuse(place, wrong.problems)
            return NOTHING
        if document is None or document is True:
            return NOTHING
        wrong_ones = [
            one
            for one in of_rule(replace(rule, document=document, pointer=""), self.here.catalog)
            if one.severity == "error"
        ]
        self._refuse(place, tuple(wrong_ones))
        return document

    def _refuse(self, place: str, problems: tuple[Problem, ...]) -> None:
        self.problems += [one.at(place) for one in problems]

    def _opened(self, scope: Scope, document: Any) -> Building:
        """A condition that is not there yet is every record."""
        return forms.opened(self.here, scope, True if document is None and not scope.is_value else document)

    def drawn(self, place: str, rule: RuleAt, document: Any, wrong: Sequence[Problem] = ()) -> Condition:
        """What `studio/_condition.html` is given; `wrong`: what is wrong inside the settings."""
        scope = _scope(rule)
        building, look = self.buildings.get(place) or (self._opened(scope, document), Look())
        inside = [replace(one, pointer=one.pointer[len(place) :]) for one in wrong if within(one, place)]
        look = replace(look, problems=(*look.problems, *inside), is_saving=bool(wrong))
        return drawn(self.here, scope, building, prefix(place), look)


def _scope(rule: RuleAt) -> Scope:
    return Scope(rule.entity, rule.is_value, rule.is_trigger, is_drafted=True)
