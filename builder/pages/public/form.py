"""`/forms/<key>`: a form that anybody fills in, without a session, a cookie or a script. Nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from flask import Response, request

from builder.access.policy import Policy
from builder.events import Cause
from builder.kinds.public_form import asked
from builder.mechanics.public_forms import answering, openings, rights, tickets, turns
from builder.mechanics.public_forms.answering import Answer
from builder.pages import web
from builder.pages.public import closed, drawing
from builder.pages.public.drawing import AGAIN, CONSENT, MOST_BYTES, TICKET, TRAP, WORDS, Sheet
from builder.pages.reader import Reader, elsewhere
from builder.pages.web.visit import let_go
from builder.records import forms as readings
from schema_store.problems import Problems

PREFILLED = 500
"""Characters that an address may bring for one field."""

Body = Mapping[str, Any]


@web.needs("public")
def show(key: str) -> Response:
    """The empty form, or with what the address brings for fields that allow it; or why it is not open."""
    here, form = _opened(key)
    if isinstance(form, Response):
        return form
    ticket = tickets.fresh(web.house().clock.now())
    return drawing.page(here, Sheet(form, ticket, texts=_prefilled(here, form), source=_source()))


@web.needs("public")
def send(key: str) -> Response:
    """Keep the answer and go on to the thanks; or the form again with all that was typed."""
    request.max_content_length = request.max_form_memory_size = MOST_BYTES
    posted = request.form
    here, form = _opened(key)
    if isinstance(form, Response):
        return form
    now = web.house().clock.now()
    ticket = tickets.read(posted.get(TICKET, ""), key, secret=_secret())
    sheet = _read(here, Sheet(form, ticket or tickets.renewed(now), source=_source()))
    if AGAIN in posted:  # in the other language
        return drawing.page(here, sheet.told(()))
    if ticket is None or ticket.is_old(now):
        return drawing.page(here, sheet.asked_again(tickets.renewed(now)), status=422)
    if ticket.is_quick(now) or posted.get(TRAP):
        return drawing.page(here, sheet.asked_again(ticket), status=422)
    if CONSENT in posted and not sheet.has_agreed and form.get("consent"):
        return drawing.page(here, sheet.reworded(), status=422)
    entity = here.catalog.entity(form["entity"])
    lacking = answering.unfinished(entity, form, sheet.values, has_agreed=sheet.has_agreed)
    told = [*sheet.problems, *(one for one in lacking if one.pointer not in sheet.wrong_places)]
    if told:
        return drawing.page(here, sheet.told(told), status=422)
    return _kept(here, sheet)


@web.needs("public")
def thanks(key: str) -> Response:
    """What everybody reads whose answer came, known or not."""
    here = _reader(key)
    form = here.catalog.of_kind("public_form").get(key)
    if form is None or not form.get("enabled"):
        return closed.page(here, form, openings.OFF)
    return drawing.thanked(here, form)


def _opened(key: str) -> tuple[Reader, Any]:
    """Who reads, and the form; or the page that says why it takes no answers."""
    here = _reader(key)
    form = here.catalog.of_kind("public_form").get(key)
    if form is None or form["entity"] not in here.catalog.entities:
        return here, closed.page(here, None, "")
    with web.reading() as work:
        count = turns.counted(work.connection, key)
    state = openings.state(form, today=here.today, count=count)
    return here, form if state == openings.OPEN else closed.page(here, form, state)


def _reader(key: str) -> Reader:
    """Whoever it is, here they are nobody: what they may is what the form says."""
    catalog, house = web.visit().catalog, web.house()
    form, policy = catalog.of_kind("public_form").get(key), Policy.nobody()
    if form is not None and form["entity"] in catalog.entities:
        policy = rights.policy_of(catalog, form)
    return Reader(None, catalog, policy, web.language(), house.clock.zone)


def _source() -> str:
    return request.args.get("from", "")[:40]


def _prefilled(here: Reader, form: Body) -> dict[str, str]:
    """`{field: text}` of what the address brings, as far as it can be read."""
    entity = here.catalog.entity(form["entity"])
    wanted = [key for key in form.get("prefill", ()) if request.args.get(key, "")[:PREFILLED]]
    posted = {key: [request.args[key][:PREFILLED]] for key in wanted}
    draft = readings.from_post(entity, posted, here.policy, here.reading)
    fields = entity.fields
    return {
        key: fields[key].type.to_form(value, fields[key].settings, here.reading)
        for key, value in draft.values.items()
    }


def _read(here: Reader, sheet: Sheet) -> Sheet:
    """With what was typed. Of all that was sent only the fields that the form asks for are looked at."""
    entity, known = here.catalog.entity(sheet.form["entity"]), asked(sheet.form)
    posted = {key: request.form.getlist(key) for key in known if key in request.form}
    draft = readings.from_post(entity, posted, here.policy, here.reading)
    is_as_read = request.form.get(WORDS) == drawing.sealed(sheet.form, here.language)
    return sheet.typed(draft, has_agreed=CONSENT in request.form and is_as_read)


class _Moved(Exception):
    """The form was published anew between the look at it and the write: this is an answer to another one."""


def _kept(here: Reader, sheet: Sheet) -> Response:
    """Write it in one transaction, and say thank you; the same to those who are known and to a second press."""
    form, key = sheet.form, sheet.form["key"]
    turn = turns.Turn(sheet.ticket.nonce, _visitor(key), _digest())
    answer = Answer(sheet.values, here.language, sheet.source, sheet.has_agreed)
    now = web.house().clock.now()
    let_go()
    try:
        with web.house().writing(Cause("public_form", actor="public", reason=key)) as work:
            if work.catalog.of_kind("public_form").get(key) != form:
                raise _Moved
            answering.take(work, form, answer, turn)
    except _Moved:
        return drawing.page(here, sheet.asked_again(sheet.ticket), status=422)
    except turns.Sent as sent:
        if not sent.is_same:
            return drawing.page(here, sheet.sent_before(tickets.renewed(now)), status=422)
    except turns.TooOften:
        return drawing.page(here, sheet.too_often(), status=429)
    except turns.Full:
        return closed.page(here, form, openings.FULL)
    except Problems as refused:
        _note_unknown(key, sheet, refused)
        return drawing.page(here, sheet.told(refused.problems), status=422)
    return elsewhere(drawing.address(f"/forms/{key}/thanks", here.language))


def _note_unknown(key: str, sheet: Sheet, refused: Problems) -> None:
    """What a visitor cannot mend, the workspace must hear of."""
    strange = [one.code for one in refused.problems if not sheet.is_mendable(one)]
    if strange:
        structlog.get_logger().warning("public_form.refused", form=key, problems=strange)


def _visitor(key: str) -> str:
    return tickets.visitor(request.remote_addr or "", key, secret=_secret())


def _digest() -> str:
    """What was sent, without the page's own ticket."""
    fields = sorted((name, value) for name, value in request.form.items(multi=True) if name != TICKET)
    return tickets.digest((part for pair in fields for part in pair), secret=_secret())


def _secret() -> str:
    return web.house().settings.secret("forms")
