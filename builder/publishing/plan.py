"""What a publish would do, in sentences with counts, before anyone says yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from builder.catalog import Catalog
from builder.publishing import checking, offers
from builder.publishing.checking import Changes, Checked
from builder.publishing.offers import NO_OFFER, Offer
from builder.publishing.sentences import describe
from builder.publishing.steps import StepChange
from builder.publishing.words import named
from schema_store.documents import Body, Name, fingerprint, refuse
from schema_store.problems import Problem, pointer
from schema_store.sentences import Sentence

if TYPE_CHECKING:
    from builder.registry import Registry
    from builder.work import Work


@dataclass(frozen=True)
class DefinitionChange:
    """What happens to one definition. `what`: new, changed, retired. `sentences` say what a manager needs to know."""

    kind: str
    key: str
    what: str
    label: Any
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Plan:
    """What a publish would do at `stamp`. `problems` with severity error refuse it; warnings do not.

    `fingerprint` names exactly this plan: hand it to `publish` and nothing else will be done.
    """

    stamp: int
    definitions: tuple[DefinitionChange, ...]
    table_changes: tuple[StepChange, ...]
    problems: tuple[Problem, ...]
    fingerprint: str
    before: Catalog
    after: Catalog | None
    bodies: Mapping[Name, Body | None]

    @property
    def is_empty(self) -> bool:
        """True when everything is live already in the same words."""
        return not self.definitions and not self.errors

    @property
    def losses(self) -> list[StepChange]:
        return [change for change in self.table_changes if change.is_destructive]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity != "error"]

    @property
    def broken(self) -> list[Problem]:
        """The errors that this change would bring to definitions which it does not touch."""
        touched = tuple(pointer(*name) + "/" for name in self.bodies)
        return [problem for problem in self.errors if not (problem.pointer + "/").startswith(touched)]

    def refuse(self) -> None:
        """Raise Problems where the plan has an error."""
        refuse(list(self.problems))


def impact(work: Work, changes: Changes) -> Plan:
    """The plan for publishing `changes` (None retires) on top of what is live. Reads only."""
    checked = checking.check(work.registry, work.catalog, changes)
    if checked.after is None or checked.errors:
        return _plan(checked, (), ())
    checked, offer = _with_offer(work, checked, changes)
    asked = [
        answer
        for step in steps_for(work.registry, checked.changed)
        for answer in step.plan(work, checked.before, checked.after)
    ]
    table_changes = tuple(answer for answer in asked if isinstance(answer, StepChange))
    problems = (*(answer for answer in asked if isinstance(answer, Problem)), *offer.problems)
    return _plan(checked, table_changes, problems, offer)


def _with_offer(work: Work, checked: Checked, changes: Changes) -> tuple[Checked, Offer]:
    """The change set with what publishing adds to it; as it was where the whole would be wrong then."""
    offer = offers.offered(work.registry, checked, changes)
    if not offer.bodies:
        return checked, offer
    together = checking.check(work.registry, work.catalog, {**changes, **offer.bodies})
    return (checked, NO_OFFER) if together.errors else (together, offer)


def steps_for(registry: Registry, changed: Changes) -> list[Any]:
    """The registered steps of the kinds that change, in their order on the shelf."""
    kinds = {kind for kind, _key in changed}
    return [step for kind, step in registry.publish_steps.items() if kind in kinds]


def _plan(
    checked: Checked,
    table_changes: tuple[StepChange, ...],
    more: tuple[Problem, ...],
    offer: Offer = NO_OFFER,
) -> Plan:
    definitions = tuple(
        _definition_change(name, body, checked, offer.sentences.get(name, ()))
        for name, body in checked.changed.items()
    )
    return Plan(
        stamp=checked.before.stamp,
        definitions=definitions,
        table_changes=table_changes,
        problems=checked.problems + more,
        fingerprint=_fingerprint(checked, table_changes),
        before=checked.before,
        after=checked.after,
        bodies=checked.changed,
    )


def _definition_change(
    name: Name, body: Body | None, checked: Checked, offered: Sequence[Sentence]
) -> DefinitionChange:
    live = checked.before.bodies.get(name)
    what = "retired" if body is None else "new" if live is None else "changed"
    said = describe(name, live, body, checked.after or checked.before, earlier=checked.before)
    return DefinitionChange(*name, what, named(body or live or {}), (*said, *offered))


def _fingerprint(checked: Checked, table_changes: tuple[StepChange, ...]) -> str:
    """Of the bodies and of what happens to tables; counts may move while people work."""
    said = [
        [one.sentence.template, _without_count(one.sentence), one.is_destructive] for one in table_changes
    ]
    bodies = [[*name, body] for name, body in sorted(checked.changed.items())]
    return fingerprint([bodies, said])


def _without_count(sentence: Sentence) -> dict[str, str]:
    return {name: str(value) for name, value in sentence.params.items() if name != "count"}
