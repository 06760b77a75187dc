"""A call that is repeated has one effect: the same key gives the first one's answer again."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from builder.access import replies
from builder.access.replies import Call, Reply, Taken
from builder.pages.web.visit import house, let_go, visit, writing
from builder.work import Work
from schema_store.problems import Problem, Problems, _

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("Content-Type", "Location", "ETag")


class Busy(Exception):
    """The first call with this key is still at work."""


def once(effect: Callable[[Work], Response], *, kind: str = "api", key: str | None = None) -> Response:
    """`effect(work)` in one writing transaction, at most once for a key.

    `key`: a form's hidden token; else the header of that name; without either it is simply done. What raises has
    had no effect and keeps no answer. Raises Problems (`call.reused`) where the key came with another request.
    """
    asked = _call(key)
    if asked is None:
        with writing(kind) as work:
            return effect(work)
    earlier = _earlier(asked)
    if earlier is not None:
        return earlier
    try:
        with writing(kind) as work:
            replies.claim(work.connection, asked, at=work.now)
            response = effect(work)
            replies.keep(work.connection, asked, _reply(asked, response))
            return response
    except Taken:
        return _answered(asked)


def once_apart(effect: Callable[[], Response]) -> Response:
    """As `once`, for an effect that opens transactions of its own: the key is taken before and answered after.

    Where the process dies in between, the key answers 409 until it is forgotten: nobody knows what was done.
    """
    asked = _call(None)
    if asked is None:
        return effect()
    earlier = _earlier(asked)
    if earlier is not None:
        return earlier
    let_go()
    try:
        with house().database.writing() as connection:
            replies.claim(connection, asked, at=house().clock.now())
    except Taken:
        return _answered(asked)
    try:
        response = effect()
    except Exception:
        with house().database.writing() as connection:
            replies.release(connection, asked)
        raise
    with house().database.writing() as connection:
        replies.keep(connection, asked, _reply(asked, response))
    return response


def _call(key: str | None) -> Call | None:
    given = key or request.headers.get(HEADER)
    asking = visit()
    if not given or asking.user is None:
        return None
    if len(given) > replies.MAX_KEY:
        template = _("An Idempotency-Key has at most {limit} characters.")
        raise Problems(Problem("call.key", template, {"limit": replies.MAX_KEY}))
    scopes = "" if asking.scopes is None else " ".join(sorted(asking.scopes))  # another token may see less
    body = _body()
    return replies.call(asking.user.id, f"{scopes}\n{given}", request.method, request.full_path, body)


def _body() -> bytes:
    """What was sent; of a form its fields, without the token that differs from session to session."""
    if request.mimetype not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return request.get_data()
    fields = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    return repr(fields).encode()


def _earlier(asked: Call) -> Response | None:
    let_go()
    with house().database.reading() as connection:
        kept = replies.find(connection, asked)
    if kept is None:
        return None
    if kept.request != asked.request:
        raise Problems(
            Problem("call.reused", _("This Idempotency-Key was used for another request already."))
        )
    if kept.status is None:
        raise Busy
    return Response(kept.body, kept.status, {**kept.headers, "Idempotent-Replayed": "true"})


def _answered(asked: Call) -> Response:
    """What the call that was first was told."""
    answer = _earlier(asked)
    if answer is None:  # it failed while we waited, and nothing was done
        raise Busy
    return answer


def _reply(asked: Call, response: Response) -> Reply:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return Reply(asked.request, response.status_code, headers, response.get_data())
