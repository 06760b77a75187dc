"""Delete, which asks first on a page of its own."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.catalog import Entity
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.records import find, save
from schema_store.problems import Problem, Problems


@web.needs("signed_in")
def ask(entity_key: str, record_id: int) -> Response:
    here = reader()
    entity = here.entity(entity_key)
    here.policy.require("delete", entity_key)
    return _ask(here, entity, record_id, ())


@web.needs("signed_in")
def delete(entity_key: str, record_id: int) -> Response:
    here = reader()
    entity = here.entity(entity_key)
    try:
        with web.writing("form") as work:
            version = request.form.get("version", type=int)
            save.delete(work, entity_key, record_id, policy=web.policy_in(work), expected_version=version)
    except Problems as problems:
        return _ask(here, entity, record_id, problems.problems, status=422)
    except save.Missing:
        abort(404)
    except save.Conflict:
        changed = Problem(
            "delete.changed",
            _("Somebody else changed this record since you opened it. Look at it again first."),
        )
        return _ask(here, entity, record_id, (changed,), status=409)
    flash(_("Deleted."), "good")
    return elsewhere(f"/desk/{entity_key}")


def _ask(
    here: Reader, entity: Entity, record_id: int, problems: tuple[Problem, ...], *, status: int = 200
) -> Response:
    with web.reading() as work:
        record = find.get(work, entity.key, record_id, here.policy)
    if record is None:
        abort(404)
    base = f"/desk/{entity.key}/{record_id}"
    return answer(
        "desk/delete.html",
        status=status,
        heading=_("Delete “%(title)s”?", title=find.title_of(entity, record)),
        action=f"{base}/delete",
        cancel_url=base,
        version=record.version,
        problems=[here.said(_named(here, problem)) for problem in problems],
        token="",
    )


def _named(here: Reader, problem: Problem) -> Problem:
    """The problem with the other entity called as people call it."""
    other = here.catalog.entities.get(str(problem.params.get("entity")))
    if other is None:
        return problem
    return replace(problem, params={**problem.params, "entity": here.label(other.label_plural, other.key)})
