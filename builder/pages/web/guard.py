"""Every route says who may call it, with `@needs(…)`; one that does not stops the start.

The matched endpoint decides, never the text of the address.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, make_response, redirect, request, session, url_for
from werkzeug.wrappers import Response

from builder.access.policy import WORKSPACE_RIGHTS
from builder.pages.web.paths import local_path
from builder.pages.web.visit import SID, refuse_while_viewing, visit, visit_by_token

View = TypeVar("View", bound=Callable[..., Any])

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SIMPLE = ("public", "signed_in", "token", "token_or_session")


def needs(*permissions: str) -> Callable[[View], View]:
    """Declare who may call a view; all of `permissions` must hold.

    "public": anybody · "signed_in": a person with a session · "token": an API token · "token_or_session" ·
    "may:<right>": who asks has that workspace right (else 403). What they may do with records, the rooms ask.
    """
    unknown = [one for one in permissions if not _is_known(one)]
    if unknown or not permissions:
        raise ValueError(f"no such permission: {', '.join(unknown) or '(none given)'}")

    def mark(view: View) -> View:
        view.tessera_needs = permissions  # type: ignore[attr-defined]
        return view

    return mark


def while_viewing(view: View) -> View:
    """Declare that a view may be posted to by somebody who looks as a role would: it ends or changes that."""
    view.tessera_while_viewing = True  # type: ignore[attr-defined]
    return view


def declared(app: Flask, endpoint: str) -> tuple[str, ...]:
    """The permissions of an endpoint; () when it declares none."""
    return getattr(app.view_functions[endpoint], "tessera_needs", ())


def refuse_undeclared(app: Flask) -> None:
    """Stop the start when a route says nothing about who may call it."""
    forgotten = sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if not declared(app, rule.endpoint)}
    )
    if forgotten:
        raise RuntimeError(f"routes without a declared permission (@needs): {', '.join(forgotten)}")


def guard() -> Any:
    """Before each request: a refusal, or None to go on."""
    if request.endpoint is None:  # no such route, or not with this method
        return None
    _refuse_other_sites()
    for permission in getattr(_view(), "tessera_needs", ()):
        refusal = _refusal(permission)
        if refusal is not None:
            return refusal
    if request.method not in SAFE and not getattr(_view(), "tessera_while_viewing", False):
        refuse_while_viewing()
    return None


def challenge() -> Response:
    """Ask who is there: the sign-in page, then back to where they were."""
    if "HX-Request" in request.headers:
        response = make_response("", 401)
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        here = local_path(f"{shown.path}?{shown.query}" if shown.query else shown.path, "")
        response.headers["HX-Redirect"] = url_for("account.sign_in", next=here or None)
        return response
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("account.sign_in", next=None if here == "/" else here), 303)


def _view() -> Any:
    return current_app.view_functions[request.endpoint or ""]


def _refusal(permission: str) -> Any:
    if permission == "public":
        return None
    if permission == "signed_in":
        return None if _has_session() else challenge()
    if permission == "token":
        return _by_token()
    if permission == "token_or_session":
        return _by_token() if "Authorization" in request.headers or not _has_session() else None
    visit().policy.require(permission.removeprefix("may:"))
    return None


def _has_session() -> bool:
    return SID in session and visit().user is not None


def _by_token() -> None:
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or visit_by_token(text.strip()) is None:
        abort(401)


def _refuse_other_sites() -> None:
    """A browser says where a request comes from; other sites' pages may not write here, token or not."""
    if request.method not in SAFE and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def _is_known(permission: str) -> bool:
    return permission in _SIMPLE or permission.removeprefix("may:") in WORKSPACE_RIGHTS
