"""An application or a package comes in: what is new, what changes, what stands in its way; one confirmed publish."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.events import Cause
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, joined, reader
from builder.pages.studio import packages, packages_words
from builder.pages.web.visit import let_go
from builder.publishing import arriving, checking, publish
from builder.publishing.arriving import Choice
from builder.publishing.plan import Plan, impact
from builder.upkeep import sample
from builder.work import Work
from schema_store import package_file
from schema_store.documents import Body, Name
from schema_store.problems import Problem, Problems

CHOICES = (arriving.MINE, arriving.THEIRS, arriving.RENAMED)


@dataclass(frozen=True)
class Parcel:
    """What comes in: a shipped `app`, or an uploaded file, `carried` along in the page as it was read."""

    bodies: Mapping[Name, Body]
    app: str = ""
    carried: str = ""


@dataclass(frozen=True)
class Weighed:
    """The parcel beside what is here. `plan` None: a choice or a document is wrong, as `problems` say."""

    parcel: Parcel
    standing: Mapping[Name, str] = field(default_factory=dict)
    choices: Mapping[Name, Choice] = field(default_factory=dict)
    changes: Mapping[Name, Body] = field(default_factory=dict)
    plan: Plan | None = None
    problems: Sequence[Problem] = ()


@web.needs("signed_in", "may:publish")
def show_app(name: str) -> Response:
    """`/studio/packages/apps/<name>`: what installing a shipped application would do."""
    here = reader()
    if name not in packages.shipped():
        abort(404)
    return _show(here, Parcel(packages.shipped()[name], app=name))


@web.needs("signed_in", "may:publish")
def upload() -> Response:
    """What the package in an uploaded file would do; it is read in memory and nothing is written."""
    here = reader()
    file = request.files.get("file")
    data = file.read(package_file.MAX_BYTES + 1) if file else b""
    if not data:
        flash(_("Choose a package first: a zip file that was exported here or elsewhere."), "bad")
        return elsewhere(packages.HOME)
    try:
        bodies = package_file.read(data)
    except Problems as problems:
        return _refused(here, problems.problems)
    return _show(here, Parcel(bodies, carried=_carried(bodies)))


@web.needs("signed_in", "may:publish")
def decide() -> Response:
    """The plan again with other choices, or (`do=publish`) done, if it is still the one that was shown."""
    here = reader()
    try:
        parcel = _parcel()
    except Problems as problems:
        return _refused(here, problems.problems)
    choices = _choices(parcel)
    if request.form.get("do") != "publish":
        return _show(here, parcel, choices)
    weighed = _weighed(parcel, choices)
    if weighed.plan is None:
        return _show(here, parcel, choices)
    try:
        _publish(weighed)
    except Problems as problems:
        return _show(here, parcel, choices, problems.problems)
    if parcel.app and request.form.get("sample") and parcel.app in sample.known():
        packages.add_sample(here, parcel.app)
    return elsewhere(packages.HOME)


def _publish(weighed: Weighed) -> None:
    cause, confirm = Cause("form", actor=web.visit().actor), request.form.get("plan", "")
    note = (
        _("Installed %(app)s", app=weighed.parcel.app) if weighed.parcel.app else _("Imported from a package")
    )
    let_go()
    done = publish.publish(web.house(), weighed.changes, cause=cause, confirm=confirm, note=note)
    if done is None:
        flash(_("All of it was live already; nothing was published."), "info")
    else:
        flash(
            _("Published: %(num)s definitions. They hold for everyone from now on.", num=len(done.published)),
            "good",
        )


def _parcel() -> Parcel:
    """The parcel of the posted page. Raises Problems where what was carried along is none."""
    app, carried = request.form.get("app", ""), request.form.get("package", "")
    if app:
        return Parcel(packages.shipped().get(app) or abort(404), app=app)
    try:
        data = base64.b64decode(carried, validate=True)
    except (ValueError, binascii.Error):
        data = b""
    return Parcel(package_file.read(data), carried=carried)


def _carried(bodies: Mapping[Name, Body]) -> str:
    return base64.b64encode(package_file.write(bodies, is_packed=True)).decode()


def _choices(parcel: Parcel) -> dict[Name, Choice]:
    found = {}
    for kind, key in parcel.bodies:
        what = request.form.get(f"what.{kind}/{key}", "")
        if what in CHOICES:
            found[kind, key] = Choice(what, request.form.get(f"key.{kind}/{key}", "").strip())
    return found


def _weighed(parcel: Parcel, choices: Mapping[Name, Choice]) -> Weighed:
    weighed = Weighed(parcel, choices=choices)
    with web.reading() as work:
        try:
            arriving.refuse_wrong(work, parcel.bodies)
            weighed = replace(weighed, standing=arriving.standings(work, parcel.bodies))
            changes = arriving.chosen(work, parcel.bodies, weighed.standing, choices)
            plan = impact(work, changes)
        except Problems as problems:
            return replace(weighed, problems=problems.problems)
    return replace(weighed, changes=changes, plan=plan, problems=plan.problems)


def _refused(here: Reader, problems: Sequence[Problem]) -> Response:
    """The package is not taken at all."""
    return answer(
        "studio/packages_refused.html",
        status=422,
        problems=[packages_words.placed(here, one) for one in problems],
        trail=[(packages.HOME, _("Applications"))],
    )


def _show(
    here: Reader,
    parcel: Parcel,
    choices: Mapping[Name, Choice] | None = None,
    wrong: Sequence[Problem] = (),
) -> Response:
    weighed = _weighed(parcel, choices or {})
    problems = [*wrong, *weighed.problems]
    if not weighed.standing:
        return _refused(here, problems)
    plan = weighed.plan
    errors = [one for one in problems if one.severity == "error"]
    with web.reading() as work:
        decisions = _decisions(here, work, weighed)
    return answer(
        "studio/packages_plan.html",
        status=422 if wrong or plan is None else 200,
        **_heading(here, parcel),
        arriving=packages_words.by_kind(here, parcel.bodies, weighed.standing, arriving.NEW),
        same=sum(one == arriving.SAME for one in weighed.standing.values()),
        decisions=decisions,
        beside=packages_words.beside(here, plan, weighed.changes),
        errors=_lines(here, errors),
        warnings=_lines(here, [one for one in problems if one.severity != "error"]),
        tables=packages_words.tables(here, plan),
        fingerprint=plan.fingerprint if plan else "",
        is_possible=plan is not None and not plan.errors and bool(plan.definitions),
        is_empty=plan is not None and plan.is_empty and not decisions,
        has_losses=bool(plan and plan.losses),
        has_sample=_offers_sample(here, parcel),
    )


def _heading(here: Reader, parcel: Parcel) -> dict[str, Any]:
    apps = [
        here.label(body.get("label"), key) for (kind, key), body in parcel.bodies.items() if kind == "app"
    ]
    name = joined(apps) or _("Package")
    is_there = bool(parcel.app) and ("app", parcel.app) in here.catalog.bodies
    title = _("Import %(name)s", name=name) if not parcel.app else _("Install %(name)s", name=name)
    return {
        "app": parcel.app,
        "package": parcel.carried,
        "title": _("Bring %(name)s up to date", name=name) if is_there else title,
        "trail": [(packages.HOME, _("Applications"))],
    }


def _lines(here: Reader, problems: Sequence[Problem]) -> list[str]:
    return list(dict.fromkeys(packages_words.placed(here, one) for one in problems))


def _offers_sample(here: Reader, parcel: Parcel) -> bool:
    return parcel.app in sample.known() and ("app", parcel.app) not in here.catalog.bodies


def _decisions(here: Reader, work: Work, weighed: Weighed) -> list[packages_words.Decision]:
    """What stands in the way, with what was chosen for each."""
    completed = checking.complete(work.registry, work.catalog, weighed.parcel.bodies)
    found = []
    for name, standing in weighed.standing.items():
        body = completed[name]
        if body is not None and standing in (arriving.CHANGED, arriving.OTHER, arriving.RETIRED):
            choice = weighed.choices.get(name, Choice(arriving.usual(standing)))
            choice = replace(choice, key=choice.key or arriving.free_key(work, name))
            found.append(packages_words.decision(here, name, body, standing=standing, choice=choice))
    return found
