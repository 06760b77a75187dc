"""Applications: what is shipped, what is installed, what each consists of; sample data in and out again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio import rights
from builder.pages.web.visit import let_go
from builder.publishing import arriving, packing
from builder.upkeep import sample
from builder.work import Work
from schema_store import packages
from schema_store.documents import Body, Name
from schema_store.problems import Problems

HOME = "/studio/packages"
ICONS = {
    "entity": "database",
    "form": "forms",
    "view": "table",
    "role": "shield",
    "workflow": "route",
    "app": "package",
}
USUAL_ICON = "puzzle"


@dataclass(frozen=True)
class Sample:
    """Sample data of an application: is it there, and how many records."""

    is_there: bool
    records: int
    url: str


@dataclass(frozen=True)
class Card:
    """One application. `differs`: how many shipped definitions are not as they were shipped."""

    key: str
    label: str
    help: str
    icon: str
    counts: list[tuple[str, str, int]]
    is_installed: bool
    is_shipped: bool
    differs: int
    sample: Sample | None


@cache
def shipped() -> Mapping[str, dict[Name, Body]]:
    """The definitions of the shipped applications: `{application: bodies}`."""
    return {name: packages.read(folder) for name, folder in packages.shipped().items()}


@web.needs("signed_in")
def overview() -> Response:
    """`/studio/packages`: every application, installed or not."""
    here = rights.of_studio(reader())
    with web.reading() as work:
        cards = [
            *(_shipped_card(here, work, name) for name in shipped()),
            *(_own_card(here, work, key) for key in here.catalog.of_kind("app") if key not in shipped()),
        ]
    return answer(
        "studio/packages.html",
        cards=cards,
        may_publish=here.policy.may("publish"),
        is_empty=not any(card.is_installed for card in cards),
        has_definitions=bool(here.catalog.bodies),
    )


def _shipped_card(here: Reader, work: Work, name: str) -> Card:
    bodies = shipped()[name]
    is_installed = ("app", name) in here.catalog.bodies
    standing = arriving.standings(work, bodies) if is_installed else {}
    differs = sum(one != arriving.SAME for one in standing.values())
    card = _card(here, name, bodies["app", name], bodies)
    return Card(
        *card,
        is_installed=is_installed,
        is_shipped=True,
        differs=differs,
        sample=_sample(work, name, is_installed),
    )


def _own_card(here: Reader, work: Work, key: str) -> Card:
    names = packing.contents(work.registry, here.catalog, key)
    card = _card(here, key, here.catalog.bodies["app", key], names)
    return Card(*card, is_installed=True, is_shipped=False, differs=0, sample=None)


def _card(
    here: Reader, key: str, body: Body, names: Iterable[Name]
) -> tuple[str, str, str, str, list[tuple[str, str, int]]]:
    return (
        key,
        here.label(body.get("label"), key),
        here.label(body.get("help")),
        body.get("icon", "package"),
        counts(here, names),
    )


def counts(here: Reader, names: Iterable[Name]) -> list[tuple[str, str, int]]:
    """How many of each kind beside the application itself: (icon, label, number), in the order of kinds."""
    found = Counter(kind for kind, _key in names if kind != "app")
    kinds = sorted(web.house().registry.kinds.values(), key=lambda kind: kind.order)
    return [
        (
            icon_of(kind.key),
            here.label(kind.label_plural if found[kind.key] > 1 else kind.label),
            found[kind.key],
        )
        for kind in kinds
        if found[kind.key]
    ]


def icon_of(kind: str) -> str:
    return ICONS.get(kind, USUAL_ICON)


def _sample(work: Work, name: str, is_installed: bool) -> Sample | None:
    if not is_installed or name not in sample.known():
        return None
    is_there = sample.is_there(work.connection, name)
    return Sample(is_there, sample.records(work.connection, name), f"{HOME}/apps/{name}/sample")


@web.needs("signed_in", "may:publish")
def change_sample(name: str) -> Response:
    """Sample data in (`do=add`) or out (`do=remove`)."""
    here = reader()
    if name not in shipped():
        abort(404)
    let_go()
    if request.form.get("do") == "remove":
        _remove_sample(name)
    else:
        add_sample(here, name)
    return elsewhere(HOME)


def add_sample(here: Reader, name: str) -> None:
    """Write the sample data unless it is there, and say what happened."""
    with web.house().database.reading() as connection:
        if sample.is_there(connection, name):
            flash(_("The sample data is there already."), "info")
            return
    try:
        sample.add(web.house(), name)
    except Problems as problems:
        flash(here.said(problems.problems[0]), "bad")
        return
    flash(_("The sample data is in. It can be removed here at any time."), "good")


def _remove_sample(name: str) -> None:
    removed = sample.remove(web.house(), name)
    if removed is None:
        flash(_("There is no sample data."), "info")
        return
    flash(_("Removed %(num)s sample records.", num=removed.removed), "good")
    if removed.kept:
        flash(_("%(num)s stay, because your own records need them.", num=removed.kept), "info")
