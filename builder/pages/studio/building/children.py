"""`/studio/entity/<key>/child`: "a member has many orders", with what the member gathers from them. One change set."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.catalog import Entity
from builder.kinds.quick import child
from builder.kinds.quick.bodies import Naming
from builder.kinds.quick.child import Offer
from builder.kinds.quick.proposal import Proposed, keyed
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio.building import asked as forms
from builder.pages.studio.building import changes, drawing, planning, worked_out
from builder.pages.studio.building.asked import Asked
from builder.pages.studio.building.planning import Planned
from builder.work import Work
from schema_store.documents import Body, Name
from schema_store.problems import Problem, Problems

INPUTS = ("name", "plural", "key", "reference", "inverse", "lines", "sheet")


@web.needs("signed_in", "may:publish")
def new(key: str) -> Response:
    here = reader()
    return _show(here, _parent(here, key), Asked({}), is_first=True)


@web.needs("signed_in", "may:publish")
def change(key: str) -> Response:
    """The form again; with `create`, child and rollups are published as one, if their plan was seen."""
    here = reader()
    parent = _parent(here, key)
    asked = forms.read(request.form, None, drawing.words_of(here))
    if "create" not in request.form:
        return _show(here, parent, asked)
    with web.reading() as work:
        made = _made(work, parent, asked)
        planned = planning.plan(here, work, made.found) if made.found else Planned()
    if not planned.fingerprint or planned.fingerprint != request.form.get("plan"):
        seen = replace(asked, said=_("Read what will happen, then create it."))
        return _show(here, parent, seen, is_asked=True)
    words = {"parent": here.label(parent.label), "child": here.label(made.own.label_plural)}
    try:
        planning.publish(made.found, planned.fingerprint, _("%(parent)s has %(child)s", **words))
    except Problems as wrong:
        return _show(here, parent, replace(asked, problems=(*asked.problems, *wrong.problems)), is_asked=True)
    flash(_("%(parent)s has %(child)s now.", **words), "good")
    return elsewhere(f"/studio/entity/{key}")


def _parent(here: Reader, key: str) -> Entity:
    """The published entity, or the 404 page: nothing can point to a draft."""
    found = here.catalog.entities.get(key)
    if found is None:
        abort(404)
    return found


class _Made:
    """What the form makes: the child's name and fields, the offers, the change set."""

    def __init__(self, own: Naming, fields: list[Proposed], offers: list[Offer], problems: list[Problem]):
        self.own, self.fields, self.offers, self.problems = own, fields, offers, problems
        self.found: dict[Name, Body] = {}

    @property
    def typed(self) -> list[Proposed]:
        """The fields that stand in the lines: all but the reference."""
        return self.fields[1:]


def _made(work: Work, parent: Entity, asked: Asked) -> _Made:
    taken = changes.Taken.of(work)
    own, problems = changes.naming(asked, taken)
    reference = changes.reference(work, parent.key, own, asked)
    fields = keyed([reference, *(line.proposed for line in asked.lines)])
    problems += [*asked.problems, *drawing.in_rows(fields)]
    made = _Made(own, fields, child.offers(fields[1:], own.label_plural or "", work.registry), problems)
    worked = worked_out.settled(work, own, fields, web.language()) if not problems else fields
    made.fields = worked_out.marked(fields, worked)
    problems += [] if problems else drawing.in_rows(worked)
    if not problems:
        chosen = [offer for offer in made.offers if _is_ticked(offer)]
        app = {"app": changes.app_of(work.catalog.of_kind("app"), parent.key)}
        made.found = changes.of_child(work, taken, own, worked, chosen=chosen)
        made.found |= changes.for_roles(work, request.form.getlist("role"), own.key)
        made.found |= changes.in_app(work, taken, replace(asked, texts={**asked.texts, **app}), own)
    return made


def _is_ticked(offer: Offer) -> bool:
    """As it was posted; an offer that is new here, as it is offered."""
    if offer.name in request.form.getlist("offered"):
        return offer.name in request.form.getlist("rollup")
    return offer.is_ticked


def _show(
    here: Reader, parent: Entity, asked: Asked, *, is_first: bool = False, is_asked: bool = False
) -> Response:
    words = drawing.words_of(here)
    with web.reading() as work:
        made = _made(work, parent, asked)
        planned = planning.plan(here, work, made.found) if made.found else Planned()
    told = [*made.problems, *planned.problems]
    early = [one for one in told if one.code not in ("quick.name", "quick.rows")]
    label = here.label(parent.label, parent.key)
    return answer(
        "studio/building/child.html",
        {"child": "studio/building/_child.html"},
        status=422 if is_asked else 200,
        title=_("%(what)s has many …", what=label),
        trail=[("/studio", _("Definitions")), (f"/studio/entity/{parent.key}", label)],
        **drawing.common(here, asked, made.typed, words),
        **drawing.pinned(here, told if is_asked else early, INPUTS),
        parent=parent.key,
        parent_label=label,
        plural=here.label(made.own.label_plural),
        key=made.own.key if made.own.label else "",
        offers=[(one.name, here.label(one.label), _is_ticked(one)) for one in made.offers]
        if made.own.label
        else [],
        roles=drawing.roles(here, request.form.getlist("role")),
        plan=planned,
        is_first=is_first,
        announced=asked.said or _("%(num)s fields", num=len(made.typed)),
    )
