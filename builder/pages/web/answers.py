"""What people and programs are told when something does not work: a page, a fragment or problem+json.

Problems 422 · a missing right 403, or 404 where it would tell that something exists · Missing 404 · Conflict
409 (412 for a call that named its version) · a busy database 503 · anything else 500 with a number, which
stands in the log beside what happened. Nobody is shown a traceback.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from sqlalchemy.exc import OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException

from builder.pages.web.once import Busy
from builder.pages.web.visit import OnlyViewing, known_visit, let_go
from builder.records.save import Conflict, Missing
from schema_store import strict_json
from schema_store.drafts import DraftConflict
from schema_store.problems import Problem, Problems, Refused, _

PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    """An error as it is told. `id` is the number of a fault; `headers` go out with it."""

    status: int
    problems: tuple[Problem, ...] = ()
    id: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        return gettext(_HEADINGS.get(self.status) or HTTPStatus(self.status).phrase)

    @property
    def said(self) -> list[str]:
        sentence = _SENTENCES.get(self.status)
        return [gettext(sentence)] if sentence else []


_HEADINGS = {
    400: _("That request could not be read"),
    401: _("Please sign in"),
    403: _("You may not do this"),
    404: _("There is nothing here"),
    405: _("That is not possible here"),
    409: _("Somebody else was faster"),
    412: _("Somebody else was faster"),
    413: _("That is too much at once"),
    415: _("That format is not read here"),
    422: _("This needs a correction"),
    429: _("That was too often"),
    500: _("Something went wrong on our side"),
    503: _("Busy just now"),
}
_SENTENCES = {
    400: _("Go back, load the page again and repeat what you did."),
    401: _("Your session is over, or this call carries no valid token."),
    403: _("Your roles do not allow it. Ask an administrator of your workspace for the right."),
    404: _("It does not exist, or your roles do not show it to you."),
    409: _(
        "It was changed since you opened it. Nothing of yours was written; load it again and repeat your change."
    ),
    412: _("It was changed since you read it. Nothing was written; read it again and repeat your change."),
    413: _("Send it in smaller parts."),
    500: _("It was written down and is being looked into. What you did may not have been saved."),
    503: _("The database is occupied. Nothing was written; try again in a moment."),
}
_PICTURES = {401: "lock", 403: "lock", 404: "search", 409: "users", 412: "users", 503: "hourglass"}

CSRF = Problem(
    "request.csrf",
    _("This page was open for too long, or the form came from another site."),
    hint=_("Load the page again and repeat what you did."),
)

BUSY_WORDS = (
    "database is locked",
    "lock timeout",
    "deadlock detected",
    "connection failed",
    "server closed the connection",
)
"""How SQLite and PostgreSQL say that it may go better in a moment."""
BUSY = Problem("call.busy", _("The first call with this Idempotency-Key is still at work."))


def register(app: Flask) -> None:
    """Let every error of a request come out as an answer."""
    told: list[tuple[type[Exception], Callable[[Any], Answer]]] = [
        (DraftConflict, lambda error: Answer(409, error.problems)),
        (OnlyViewing, lambda error: Answer(403, error.problems)),
        (Problems, _of_problems),
        (Refused, _of_refused),
        (Missing, lambda _error: Answer(404)),
        (Conflict, _of_conflict),
        (Busy, lambda _error: Answer(409, (BUSY,), headers={"Retry-After": "2"})),
        (CSRFError, lambda _error: Answer(403, (CSRF,))),
        (HTTPException, _of_http),
        (Exception, _of_fault),
    ]
    for sort, answer in told:
        app.register_error_handler(sort, _handler(answer))


def speaks_json() -> bool:
    """True for programs: whatever happens below /api is told in JSON."""
    return request.path.startswith("/api/") or request.path == "/openapi.json"


def problem_document(answer: Answer) -> dict[str, Any]:
    """RFC 9457, with `errors: [{code, pointer, message}]`; where nothing in particular is wrong, one for the whole."""
    document: dict[str, Any] = {"type": "about:blank", "title": answer.heading, "status": answer.status}
    detail = " ".join(one.said(gettext) for one in answer.problems) or " ".join(answer.said)
    document |= {"detail": detail} if detail else {}
    document |= {"instance": f"urn:fault:{answer.id}"} if answer.id else {}
    whole = {"code": f"http.{answer.status}", "pointer": "", "message": detail or answer.heading}
    return document | {
        "errors": [_without_severity(one.document(gettext)) for one in answer.problems] or [whole]
    }


def json_answer(answer: Answer) -> Response:
    """The answer for a program."""
    response = Response(strict_json.write(problem_document(answer)), answer.status, answer.headers)
    response.content_type = PROBLEM_JSON
    return response


def page_answer(answer: Answer) -> Response:
    """The answer for a person: a page, or its fragment for htmx. Plain words even when templates fail."""
    given = {
        "code": answer.status,
        "heading": answer.heading,
        "said": [] if answer.problems else answer.said,
        "problems": list(_sentences(answer.problems)),
        "id": answer.id,
        "picture": _PICTURES.get(answer.status, "alert-circle"),
    }
    template = "shared/_error.html" if "HX-Request" in request.headers else "shared/error.html"
    try:
        page = render_template(template, **given)
    except Exception:  # noqa: BLE001 - the page about a fault must not be a second fault
        structlog.get_logger().warning("error_page.failed", template=template, exc_info=True)
        heading, number = escape(answer.heading), escape(answer.id)
        page = f"<!doctype html><title>{heading}</title><h1>{heading}</h1><p>{number}</p>"
    return make_response(page, answer.status, answer.headers)


def _handler(tell: Callable[[Any], Answer]) -> Callable[[Exception], Any]:
    def handle(error: Exception) -> Any:
        let_go()
        answer = tell(error)
        return json_answer(answer) if speaks_json() else page_answer(answer)

    return handle


def _of_problems(error: Problems) -> Answer:
    """400 where it was no JSON at all; whatever was understood and is wrong is 422."""
    is_unreadable = all(one.code.startswith("json.") for one in error.problems)
    return Answer(400 if is_unreadable and error.problems and speaks_json() else 422, error.problems)


def _of_refused(error: Refused) -> Answer:
    """An entity's right: 404 to those who may not even read it, so that nothing is told about what exists."""
    entity, dot, _action = error.right.rpartition(".")
    visit = known_visit()
    if dot and not (visit and visit.policy.may("read", entity)):
        return Answer(404)
    ask = _("Ask an administrator of your workspace for it.")
    missing = Problem("right.missing", _("The right “{right}” is missing."), {"right": error.right}, hint=ask)
    return Answer(403, (missing,))


def _of_conflict(error: Conflict) -> Answer:
    status = 412 if "If-Match" in request.headers else 409
    template = _("The record is at version {version} now.")
    return Answer(
        status,
        (Problem("record.conflict", template, {"version": error.version}),),
        headers={"ETag": f'"{error.version}"'},
    )


def _of_http(error: HTTPException) -> Answer:
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="Tessera"'
    return Answer(status, headers=headers)


def _of_fault(error: Exception) -> Answer:
    number = secrets.token_hex(6)
    log = structlog.get_logger()
    if _is_busy(error):
        log.warning("database.busy", id=number, endpoint=request.endpoint, why=type(error).__name__)
        return Answer(503, headers={"Retry-After": "2"})
    _hide_values(error)
    log.error("fault", id=number, method=request.method, endpoint=request.endpoint, exc_info=error)
    return Answer(500, id=number)


def _is_busy(error: Exception) -> bool:
    """Others write for long, the database went away, every connection is in use: nobody's mistake."""
    if isinstance(error, NoConnection):
        return True
    return isinstance(error, OperationalError) and any(words in str(error.orig) for words in BUSY_WORDS)


def _hide_values(error: BaseException | None) -> None:
    """Keep what people wrote out of the log: a failed statement carries its values."""
    while error is not None:
        if isinstance(error, StatementError):
            error.hide_parameters = True
        error = error.__cause__ or error.__context__


def _sentences(problems: Iterable[Problem]) -> Iterable[str]:
    for problem in problems:
        said, hint = problem.said(gettext), problem.hinted(gettext)
        yield gettext("%(said)s %(hint)s", said=said, hint=hint) if hint else said


def _without_severity(document: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in document.items() if key != "severity"}
