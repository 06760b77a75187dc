"""A package in words: what is new by kind, what stands in its way and what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import Reader, joined
from builder.pages.studio.definitions import differences, kind_of
from builder.pages.studio.packages import icon_of
from builder.publishing import arriving
from builder.publishing.arriving import Choice
from builder.publishing.plan import Plan
from builder.publishing.words import named
from schema_store.documents import Body, Name
from schema_store.problems import Problem


@dataclass(frozen=True)
class Decision:
    """One definition that something stands in the way of. `options`: (value, words, is chosen)."""

    id: str
    kind: str
    label: str
    icon: str
    standing: str
    words: str
    colour: str
    here_url: str
    here_label: str
    sentences: list[str]
    options: list[tuple[str, str, bool]]
    new_key: str


def by_kind(
    here: Reader, bodies: Mapping[Name, Body], standing: Mapping[Name, str], wanted: str
) -> list[tuple[str, str, str]]:
    """(icon, kind, labels) of the definitions that stand so."""
    kinds = sorted(web.house().registry.kinds.values(), key=lambda kind: kind.order)
    found = []
    for kind in kinds:
        labels = [
            here.label(named(body), name[1])
            for name, body in bodies.items()
            if name[0] == kind.key and standing[name] == wanted
        ]
        if labels:
            words = here.label(kind.label_plural if len(labels) > 1 else kind.label)
            found.append((icon_of(kind.key), words, joined(labels)))
    return found


def decision(here: Reader, name: Name, body: Body, *, standing: str, choice: Choice) -> Decision:
    """The words for what stands in the way of `name`, with what was chosen; `body` is complete."""
    kind, key = name
    live = here.catalog.bodies.get(name)
    words, colour = _standings()[standing]
    return Decision(
        id=f"{kind}/{key}",
        kind=here.label(kind_of(kind).label),
        label=here.label(named(body), key),
        icon=icon_of(kind),
        standing=standing,
        words=words,
        colour=colour,
        here_url=f"/studio/{kind}/{key}",
        here_label=here.label(named(live), key) if live else "",
        sentences=differences(here, name, live, body) if live else [],
        options=[
            (value, said, value == choice.what)
            for value, said in _options().items()
            if standing != arriving.RETIRED or value != arriving.THEIRS
        ],
        new_key=choice.key,
    )


def _standings() -> dict[str, tuple[str, str]]:
    return {
        arriving.CHANGED: (_("changes"), "yellow"),
        arriving.OTHER: (_("another one has this key"), "orange"),
        arriving.RETIRED: (_("was retired here"), ""),
    }


def _options() -> dict[str, str]:
    return {
        arriving.MINE: _("Keep mine"),
        arriving.THEIRS: _("Take the package's"),
        arriving.RENAMED: _("Import under another key"),
    }


def beside(here: Reader, plan: Plan | None, changes: Mapping[Name, Body]) -> list[tuple[str, str, list[str]]]:
    """What publishing changes beside the package itself: (icon, name, sentences)."""
    return [
        (
            icon_of(one.kind),
            here.label(one.label, one.key),
            [line.said(_, here.language) for line in one.sentences],
        )
        for one in (plan.definitions if plan else ())
        if (one.kind, one.key) not in changes
    ]


def tables(here: Reader, plan: Plan | None) -> list[tuple[str, bool]]:
    """What happens to the data: (sentence, is a loss)."""
    changes = plan.table_changes if plan else ()
    return [(one.sentence.said(_, here.language), one.is_destructive) for one in changes]


def placed(here: Reader, problem: Problem) -> str:
    return f"{problem.pointer}: {here.said(problem)}" if problem.pointer else here.said(problem)
