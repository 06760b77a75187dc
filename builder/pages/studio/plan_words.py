"""A plan in words: what happens to definitions and to the data, what stands in the way, and where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import Reader, joined
from builder.publishing import checking
from builder.publishing.plan import DefinitionChange, Plan
from builder.publishing.words import named
from schema_store.documents import Body, Name
from schema_store.problems import Problem, Problems

COLOURS = {"new": "green", "changed": "yellow", "retired": "red"}


@dataclass(frozen=True)
class Told:
    """What happens to one definition."""

    href: str
    kind: str
    label: str
    word: str
    colour: str
    sentences: list[str]


@dataclass(frozen=True)
class Said:
    """A problem, and the definition that it is about ("" for the whole)."""

    href: str
    label: str
    words: str
    name: Name | None = None


@dataclass(frozen=True)
class Happens:
    """What a template draws of a plan. `errors` are its own, `broken` what it would bring to others.

    `fingerprint` "": nothing can be published.
    """

    definitions: list[Told] = field(default_factory=list)
    tables: list[tuple[str, bool]] = field(default_factory=list)
    errors: list[Said] = field(default_factory=list)
    broken: list[Said] = field(default_factory=list)
    warnings: list[Said] = field(default_factory=list)
    fingerprint: str = ""
    is_possible: bool = False
    is_empty: bool = False
    has_losses: bool = False


def happens(
    here: Reader, found: Plan | Problems, wrong: Iterable[Problem] = (), *, besides: Collection[Name] = ()
) -> Happens:
    """The plan, or why there is none; `wrong`: what was refused just now. What is in `besides` is told elsewhere."""
    if isinstance(found, Problems):
        return Happens(errors=_each(here, [*wrong, *found.problems], {}))
    problems = [*wrong, *found.problems]
    broken = found.broken
    return Happens(
        definitions=[told(here, one) for one in found.definitions if (one.kind, one.key) not in besides],
        tables=[(one.sentence.said(_, here.language), one.is_destructive) for one in found.table_changes],
        errors=_each(
            here, [one for one in problems if one.severity == "error" and one not in broken], found.bodies
        ),
        broken=_each(here, broken, found.bodies),
        warnings=_each(here, [one for one in problems if one.severity != "error"], found.bodies),
        fingerprint=found.fingerprint,
        is_possible=not found.errors and bool(found.definitions),
        is_empty=found.is_empty,
        has_losses=bool(found.losses),
    )


def as_published(here: Reader, bodies: Mapping[Name, Body]) -> dict[Name, Body]:
    """Drafts as publishing would complete them: with the columns of what is live, and left-out fields retired.

    So that what differs from what is live is what their authors changed. One that is not whole stays as it is.
    """
    registry = web.house().registry
    try:
        found = checking.complete(registry, here.catalog, bodies)
    except Exception:  # noqa: BLE001 - a draft may be any JSON
        if len(bodies) == 1:
            return dict(bodies)
        return {name: body for one in bodies for name, body in as_published(here, {one: bodies[one]}).items()}
    return {name: found[name] or bodies[name] for name in bodies}


def told(here: Reader, one: DefinitionChange) -> Told:
    word, colour = what_words(one.what)
    return Told(
        f"/studio/{one.kind}/{one.key}",
        kind_label(here, one.kind),
        here.label(one.label, one.key),
        word,
        colour,
        [line.said(_, here.language) for line in one.sentences],
    )


def what_words(what: str) -> tuple[str, str]:
    """The word and the colour for new, changed, retired."""
    words = {"new": _("New"), "changed": _("Changed"), "retired": _("Retired")}
    return words.get(what, what), COLOURS.get(what, "")


def kind_label(here: Reader, kind: str) -> str:
    known = web.house().registry.kinds.get(kind)
    return here.label(known.label) if known else kind


def said(here: Reader, problem: Problem, bodies: Mapping[Name, Body | None]) -> Said:
    """A problem with the definition that its pointer begins with."""
    steps = problem.pointer.split("/")[1:3]
    if len(steps) < 2 or steps[0] not in web.house().registry.kinds:
        return Said("", "", here.said(problem))
    name = (steps[0], steps[1])
    words = _needed(here, problem, bodies) if "needed_by" in problem.params else here.said(problem)
    called = _("%(kind)s: %(name)s", kind=kind_label(here, name[0]), name=label(here, name, bodies))
    return Said(f"/studio/{name[0]}/{name[1]}", called, words, name)


def _needed(here: Reader, problem: Problem, bodies: Mapping[Name, Body | None]) -> str:
    """A refusal to retire, with the labels of what needs it."""
    users = [(str(kind), str(key)) for kind, key in problem.params["needed_by"]]
    words = [f"{kind_label(here, one[0])} “{label(here, one, bodies)}”" for one in users]
    return _("It cannot be retired: it is needed by %(users)s.", users=joined(words))


def label(here: Reader, name: Name, bodies: Mapping[Name, Body | None] | None = None) -> str:
    """What people call a definition: as `bodies` have it, else as it is published."""
    known = (bodies or {}).get(name) or here.catalog.bodies.get(name) or {}
    return here.label(named(known), name[1])


def _each(here: Reader, problems: Iterable[Problem], bodies: Mapping[Name, Body | None]) -> list[Said]:
    return list(dict.fromkeys(said(here, one, bodies) for one in problems))
