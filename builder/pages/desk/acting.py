"""Buttons of a list: a card moved to another lane, a field set by one click. Written as forms are, or told why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, request
from flask_babel import gettext as _

from builder.catalog import Entity
from builder.fields.contract import BadValue, Field
from builder.pages import web
from builder.pages.desk import list_page
from builder.pages.desk.asked import Asked
from builder.pages.desk.list_page import Told
from builder.pages.desk.lists import Listing, listed
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.records import find, save
from builder.rules.rule import Rule
from builder.work import Work
from builder.workflows import values
from builder.workflows.actions.contract import Scope
from schema_store.problems import Problem, Problems, Refused, pointer
from schema_store.problems import _ as template


@dataclass(frozen=True)
class Doing:
    """What a button says: `move.15.3.done` (record, version, lane) or `set.15.3.0` (record, version, action)."""

    sort: str
    record_id: int
    version: int
    rest: str

    @classmethod
    def read(cls, text: str) -> Doing:
        """Or the 404 page for what no button says."""
        parts = text.split(".", 3)
        numbers = [part for part in parts[1:3] if part.isascii() and part.isdecimal() and len(part) < 16]
        if len(parts) != 4 or len(numbers) != 2 or parts[0] not in _WRITERS:
            abort(404)
        return cls(parts[0], int(numbers[0]), int(numbers[1]), parts[3])


@dataclass(frozen=True)
class Written:
    """One value to be written: a stored value, or a rule over the record that gives it."""

    field: Field
    value: Any


@web.needs("signed_in")
def act(entity_key: str) -> Response:
    """Do what the button says, then show the list again: with the record where it is now, or with the reason."""
    here, doing = reader(), Doing.read(request.form.get("do", ""))
    entity = here.entity(entity_key)
    asked = Asked.read(entity_key, request.args)
    try:
        written = _written(here, listed(here, entity, asked), doing)
        with web.writing("form") as work:
            values_now = {written.field.key: _value(work, entity, doing, written)}
            save.save(
                work,
                entity_key,
                values_now,
                policy=web.policy_in(work),
                id=doing.record_id,
                expected_version=doing.version,
                fixed=values_now,
            )
    except Problems as problems:
        named = [_named(here, entity, one) for one in problems.problems]
        return list_page.page(here, entity, asked, Told(tuple(named), _("Nothing was changed."), 422))
    except Refused:
        refused = Problem("acts.refused", template("Your roles do not allow this change."))
        return list_page.page(here, entity, asked, Told((refused,), _("Nothing was changed."), 403))
    except save.Missing:
        gone = Problem(
            "acts.missing", template("This record is not there any more, or your roles do not show it.")
        )
        return list_page.page(here, entity, asked, Told((gone,), _("Nothing was changed."), 404))
    except save.Conflict:
        changed = Problem(
            "acts.changed",
            template("Somebody else changed this record meanwhile, so it was left alone. Look at it again."),
        )
        return list_page.page(here, entity, asked, Told((changed,), _("Nothing was changed."), 409))
    return _done(here, entity, asked, _said(here, written))


@web.needs("signed_in")
def ask(entity_key: str) -> Response:
    """The page that asks before an action is done."""
    here, doing = reader(), Doing.read(request.args.get("do", ""))
    entity = here.entity(entity_key)
    here.policy.require("update", entity_key)
    asked = Asked.read(entity_key, request.args)
    listing = listed(here, entity, asked)
    with web.reading() as work:
        record = find.get(work, entity_key, doing.record_id, here.policy)
    if record is None:
        abort(404)
    return answer(
        "desk/ask.html",
        heading=_(
            "%(what)s: %(title)s", what=_label(here, listing, doing), title=find.title_of(entity, record)
        ),
        sentence=_said(here, _written(here, listing, doing), is_done=False),
        label=_label(here, listing, doing),
        do=request.args["do"],
        action=asked.acts_url,
        cancel_url=asked.url,
    )


def _done(here: Reader, entity: Entity, asked: Asked, said: str) -> Response:
    if "HX-Request" in request.headers:
        return list_page.page(here, entity, asked, Told(said=said))
    flash(said, "good")
    return elsewhere(asked.url)


def _written(here: Reader, listing: Listing, doing: Doing) -> Written:
    return _WRITERS[doing.sort](here, listing, doing)


def _moved(here: Reader, listing: Listing, doing: Doing) -> Written:
    """The value of the lane; 404 where nothing can be moved in the view."""
    field = listing.entity.fields.get(listing.type.moved(listing.view))
    if field is None:
        abort(404)
    try:
        return Written(field, field.type.from_form([doing.rest], field.settings, here.reading))
    except BadValue as bad:
        raise Problems(bad.problem.at(pointer(field.key))) from None


def _set(here: Reader, listing: Listing, doing: Doing) -> Written:
    """What the action says; 404 where the view has no such action."""
    part = _part(listing, doing)
    field = listing.entity.fields.get(str(part.get("field")))
    if field is None:
        abort(404)
    return Written(field, values.read(part["value"], field, Scope(here.catalog, listing.entity.key)))


_WRITERS = {"move": _moved, "set": _set}


def _part(listing: Listing, doing: Doing) -> Any:
    actions = listing.view.get("actions", ())
    at = int(doing.rest) if doing.rest.isascii() and doing.rest.isdecimal() and len(doing.rest) < 4 else -1
    if not 0 <= at < len(actions) or actions[at].get("type") != "set_field":
        abort(404)
    return actions[at]


def _label(here: Reader, listing: Listing, doing: Doing) -> str:
    return here.label(_part(listing, doing).get("label")) if doing.sort == "set" else _("Move")


def _value(work: Work, entity: Entity, doing: Doing, written: Written) -> Any:
    """The stored value, for a record that its reader may see."""
    policy = web.policy_in(work)
    if isinstance(written.value, Rule) and find.get(work, entity.key, doing.record_id, policy) is None:
        raise save.Missing(entity.key, doing.record_id)
    return values.of_record(written.value, work, entity.key, doing.record_id, policy)


def _said(here: Reader, written: Written, *, is_done: bool = True) -> str:
    """What was written, or will be."""
    field, label = written.field, here.label(written.field.label, written.field.key)
    if isinstance(written.value, Rule) or field.settings.get("to"):
        return _("Saved: %(field)s.", field=label) if is_done else _("It changes %(field)s.", field=label)
    words = field.type.cell(written.value, field.settings, here.shown) if written.value is not None else "–"
    if is_done:
        return _("Saved: %(field)s is now %(value)s.", field=label, value=words)
    return _("%(field)s becomes %(value)s.", field=label, value=words)


def _named(here: Reader, entity: Entity, problem: Problem) -> Problem:
    """A problem of a field, with the field's name before it: no input stands beside it here."""
    field = entity.fields.get(problem.pointer.removeprefix("/"))
    if field is None:
        return problem
    said = template("{field}: {said}")
    return Problem(
        problem.code, said, {"field": here.label(field.label, field.key), "said": here.said(problem)}
    )
