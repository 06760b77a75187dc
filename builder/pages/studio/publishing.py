"""Plan, then confirm: what publishing would do in sentences, and the button that does exactly that. Also going back."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request
from flask_babel import gettext as _

from builder.events import Cause
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.studio.definitions import kind_of
from builder.pages.web.visit import let_go
from builder.publishing import going_back
from builder.publishing import publish as publishing
from builder.publishing.plan import Plan, impact
from schema_store.problems import Problem, Problems

NOTE = 500


@web.needs("signed_in", "may:publish")
def plan() -> Response:
    """`/studio/publish`: what all drafts together would do."""
    here = reader()
    return _show(here, _drafts_plan())


@web.needs("signed_in", "may:publish")
def confirm() -> Response:
    """Publish the drafts, if the plan is still the one that was shown."""
    here = reader()
    cause, note = Cause("form", actor=web.visit().actor), request.form.get("note", "").strip()[:NOTE]
    let_go()
    try:
        done = publishing.publish_drafts(
            web.house(), cause=cause, confirm=request.form.get("plan"), note=note
        )
    except Problems as problems:
        return _show(here, _drafts_plan(), problems.problems, status=422)
    return _done(done, "/studio")


@web.needs("signed_in", "may:publish")
def plan_back(kind: str, key: str, version: int) -> Response:
    """What going back to an old version would do."""
    kind_of(kind)
    return _show(reader(), _back_plan(kind, key, version), back=(kind, key, version))


@web.needs("signed_in", "may:publish")
def confirm_back(kind: str, key: str, version: int) -> Response:
    kind_of(kind)
    here = reader()
    cause, note = Cause("form", actor=web.visit().actor), request.form.get("note", "").strip()[:NOTE]
    note = note or _("Back to version %(version)s", version=version)
    let_go()
    try:
        done = going_back.roll_back(
            web.house(), kind, key, version, cause=cause, note=note, confirm=request.form.get("plan")
        )
    except Problems as problems:
        return _show(
            here, _back_plan(kind, key, version), problems.problems, back=(kind, key, version), status=422
        )
    return _done(done, f"/studio/{kind}/{key}")


def _done(done: Any, address: str) -> Response:
    if done is None:
        flash(_("All of it was live already; nothing was published."), "info")
    else:
        flash(_("Published. It holds for everyone from now on."), "good")
    return elsewhere(address)


def _drafts_plan() -> Plan | Problems:
    with web.reading() as work:
        try:
            return impact(work, publishing.changes_of_drafts(work))
        except Problems as problems:
            return problems


def _back_plan(kind: str, key: str, version: int) -> Plan | Problems:
    with web.reading() as work:
        try:
            return impact(work, going_back.old_version(work, kind, key, version))
        except Problems as problems:
            return problems


def _show(
    here: Reader,
    found: Plan | Problems,
    wrong: tuple[Problem, ...] = (),
    *,
    back: tuple[str, str, int] | None = None,
    status: int = 200,
) -> Response:
    plan = found if isinstance(found, Plan) else None
    problems = [*wrong, *(plan.problems if plan else found.problems if isinstance(found, Problems) else ())]
    unique = list(dict.fromkeys((one.severity, _placed(here, one)) for one in problems))
    base = f"/studio/{back[0]}/{back[1]}" if back else "/studio"
    return answer(
        "studio/plan.html",
        status=status,
        title=_("Go back to version %(version)s", version=back[2]) if back else _("Publish"),
        trail=[("/studio", _("Definitions"))],
        action=f"{base}/versions/{back[2]}/back" if back else "/studio/publish",
        cancel_url=base,
        definitions=_definitions(here, plan),
        tables=[(one.sentence.said(_, here.language), one.is_destructive) for one in plan.table_changes]
        if plan
        else [],
        errors=[words for severity, words in unique if severity == "error"],
        warnings=[words for severity, words in unique if severity != "error"],
        fingerprint=plan.fingerprint if plan else "",
        is_possible=plan is not None and not plan.errors and bool(plan.definitions),
        is_empty=plan is not None and plan.is_empty,
        has_losses=bool(plan and plan.losses),
        is_back=back is not None,
    )


def _definitions(here: Reader, plan: Plan | None) -> list[dict[str, Any]]:
    words = {"new": _("New"), "changed": _("Changed"), "retired": _("Retired")}
    return [
        {
            "href": f"/studio/{one.kind}/{one.key}",
            "kind": here.label(kind_of(one.kind).label),
            "label": here.label(one.label, one.key),
            "what": one.what,
            "word": words.get(one.what, one.what),
            "sentences": [line.said(_, here.language) for line in one.sentences],
        }
        for one in (plan.definitions if plan else ())
    ]


def _placed(here: Reader, problem: Problem) -> str:
    return f"{problem.pointer}: {here.said(problem)}" if problem.pointer else here.said(problem)
