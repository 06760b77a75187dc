"""Definitions out, as one file: what was ticked, and all that it needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext

from builder.pages import web
from builder.pages.reader import Reader, answer, reader
from builder.pages.studio import packages
from builder.pages.studio.definitions import kind_of
from builder.publishing import packing
from builder.publishing.words import named
from schema_store import package_file
from schema_store.documents import Name


@dataclass(frozen=True)
class Pick:
    """One definition to tick. `reason`: why it comes along unasked, "" where it does not."""

    value: str
    id: str
    label: str
    key: str
    is_chosen: bool
    reason: str


@dataclass(frozen=True)
class Group:
    kind: str
    label: str
    icon: str
    picks: list[Pick]


@web.needs("signed_in", "may:publish")
def choose() -> Response:
    """`/studio/packages/export?app=`: every definition, those of the application ticked."""
    here = reader()
    app = request.args.get("app", "")
    if ("app", app) not in here.catalog.bodies:
        return _show(here, ())
    return _show(here, packing.contents(web.house().registry, here.catalog, app))


@web.needs("signed_in", "may:publish")
def send() -> Response:
    """The page again with what comes along, or (`do=file`) the package."""
    here = reader()
    picked = [_name(value) for value in request.form.getlist("pick")]
    chosen = [name for name in picked if name in here.catalog.bodies]
    if request.form.get("do") != "file":
        return _show(here, chosen)
    if not chosen:
        return _show(here, chosen, problem=_("Tick what is to be in the package."))
    return _file(here, chosen)


def _name(value: str) -> Name:
    kind, _slash, key = value.partition("/")
    return (kind, key)


def _file(here: Reader, chosen: Collection[Name]) -> Response:
    registry = web.house().registry
    names = packing.together(registry, here.catalog, chosen)
    bodies = {
        name: registry.kinds[name[0]].authored(here.catalog.bodies[name])
        for name in names
        if name[0] in registry.kinds
    }
    apps = [key for kind, key in bodies if kind == "app"]
    file = apps[0] if len(apps) == 1 else "definitions"
    headers = {"Content-Disposition": f'attachment; filename="{file}-{here.today.isoformat()}.zip"'}
    return Response(package_file.write(bodies), mimetype="application/zip", headers=headers)


def _show(here: Reader, chosen: Collection[Name], *, problem: str = "") -> Response:
    registry = web.house().registry
    along = packing.together(registry, here.catalog, chosen)
    extra = len(along) - len(set(chosen))
    said = ngettext("%(num)s definition", "%(num)s definitions", len(along))
    more = _("%(num)s of them because others need them", num=extra) if extra else ""
    return answer(
        "studio/packages_export.html",
        {"picks": "studio/packages_picks.html"},
        status=422 if problem else 200,
        groups=_groups(here, along),
        total=said,
        more=more,
        problem=problem,
        announced=f"{said}. {more}" if more else said,
        trail=[(packages.HOME, _("Applications"))],
    )


def _groups(here: Reader, along: Mapping[Name, Name | None]) -> list[Group]:
    kinds = sorted(web.house().registry.kinds.values(), key=lambda kind: kind.order, reverse=True)
    found = []
    for kind in kinds:
        names = [name for name in here.catalog.bodies if name[0] == kind.key]
        picks = [_pick(here, name, along) for name in sorted(names, key=lambda name: name[1])]
        found.append(Group(kind.key, here.label(kind.label_plural), packages.icon_of(kind.key), picks))
    return [group for group in found if group.picks]


def _pick(here: Reader, name: Name, along: Mapping[Name, Name | None]) -> Pick:
    needing = along.get(name)
    reason = ""
    if needing is not None:
        label = here.label(named(here.catalog.bodies[needing]), needing[1])
        kind = here.label(kind_of(needing[0]).label)
        reason = _("needed by %(kind)s “%(name)s”", kind=kind, name=label)
    return Pick(
        value=f"{name[0]}/{name[1]}",
        id=f"pick-{name[0]}-{name[1]}",
        label=here.label(named(here.catalog.bodies[name]), name[1]),
        key=name[1],
        is_chosen=name in along and needing is None,
        reason=reason,
    )
