"""Sign in, sign out, language and look."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, session
from flask_babel import gettext

from builder.access import sessions, users
from builder.access import sign_in as door
from builder.pages.web.guard import needs
from builder.pages.web.language import LANGUAGES, THEMES
from builder.pages.web.paths import local_path
from builder.pages.web.visit import SID, forget_visit, house, let_go, visit
from schema_store.problems import Problems

account = Blueprint("account", __name__)
KEPT = ("language", "theme")
"""What the cookie keeps when somebody signs in or out; all else of before is forgotten."""


@account.get("/")
@needs("signed_in")
def start() -> Any:
    return redirect("/desk", 303)


@account.get("/sign-in")
@needs("public")
def sign_in() -> Any:
    if SID in session and visit().user:
        return redirect(local_path(request.args.get("next")), 303)
    return _form(next=request.args.get("next", ""))


@account.post("/sign-in")
@needs("public")
def do_sign_in() -> Any:
    """A right password gets a new session; a wrong one the form again, 422, with the same words for everybody."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    wish = request.form.get("next", "")
    try:
        peer = request.remote_addr or ""
        _user, sid = door.sign_in(house().database, house().clock, email=email, password=password, peer=peer)
    except Problems as refused:
        problem = refused.problems[0]
        status = 429 if problem.code == "sign_in.locked" else 422
        return _form(error=problem.said(gettext), email=email[: users.MAX_EMAIL], next=wish), status
    _close_own()
    _renew_cookie()
    session[SID] = sid
    session.permanent = bool(request.form.get("remember"))
    return redirect(local_path(wish), 303)


@account.post("/sign-out")
@needs("public")
def sign_out() -> Any:
    """The session's row goes, and with it the worth of every copy of the cookie."""
    _close_own()
    _renew_cookie()
    return redirect("/sign-in", 303)


@account.post("/preferences")
@needs("public")
def preferences() -> Any:
    """Language and look: kept in this browser, the language also with the user."""
    wish, look = request.form.get("language"), request.form.get("theme")
    if look in THEMES:
        session["theme"] = look
    if wish in LANGUAGES:
        session["language"] = wish
        _remember_language(wish)
    return redirect(local_path(request.form.get("next")), 303)


def _form(**given: str) -> str:
    return render_template("shared/sign_in.html", **given)


def _close_own() -> None:
    sid = session.get(SID)
    let_go()
    if isinstance(sid, str):
        with house().database.writing() as connection:
            sessions.close(connection, sid)


def _renew_cookie() -> None:
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    forget_visit()


def _remember_language(wish: str) -> None:
    user = visit().user if SID in session else None
    if user is None or user.language == wish:
        return
    let_go()
    with house().database.writing() as connection:
        users.choose_language(connection, user.id, wish)
    forget_visit()
