"""Sign in, sign out, one's own account, language and look."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session
from flask_babel import gettext

from builder.access import sessions, users
from builder.access import sign_in as door
from builder.access.policy import ADMIN
from builder.pages.web.guard import needs
from builder.pages.web.language import LANGUAGES, THEMES, language
from builder.pages.web.paths import local_path
from builder.pages.web.visit import SID, forget_visit, house, let_go, visit, writing
from schema_store.problems import Problem, Problems
from schema_store.problems import _ as template
from schema_store.texts import pick

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


@account.get("/account")
@needs("signed_in")
def own() -> Any:
    """Who they are here, and with which roles; a new name, a new password."""
    return _own()


@account.post("/account")
@needs("signed_in")
def rename() -> Any:
    """The name that others see beside what they wrote."""
    user = _somebody()
    with writing() as work:
        users.change(work.connection, user.id, name=request.form.get("name", ""), by=user.actor, at=work.now)
    forget_visit()
    flash(gettext("Saved."), "good")
    return redirect("/account", 303)


@account.post("/account/keys")
@needs("signed_in")
def choose_keys() -> Any:
    """Whether keys of one character do something: who speaks to a computer, or shakes, may not want that."""
    user = _somebody()
    with writing() as work:
        users.prefer(work.connection, user, "keys", "" if request.form.get("keys") == "on" else "off")
    forget_visit()
    flash(gettext("Saved."), "good")
    return redirect("/account#keys", 303)


@account.post("/account/password")
@needs("signed_in")
def change_password() -> Any:
    """A new password for the right old one; every other device is signed out, this one stays."""
    user, peer = _somebody(), request.remote_addr or ""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    let_go()
    try:
        if new != request.form.get("again", ""):
            raise Problems(Problem("password.again", template("The two new passwords are not the same.")))
        _prove(user.email, old, peer)
        with writing() as work:
            users.set_password(work.connection, user.id, new, by=user.actor, at=work.now)
    except Problems as refused:
        return _own(refused.problems[0]), 422
    _user, sid = door.sign_in(house().database, house().clock, email=user.email, password=new, peer=peer)
    is_kept = session.permanent
    _renew_cookie()
    session[SID] = sid
    session.permanent = is_kept
    flash(gettext("The new password holds. Every other device is signed out."), "good")
    return redirect("/account", 303)


def _prove(email: str, password: str, peer: str) -> None:
    """The password is theirs, and tries are counted as at the door. Raises Problems."""
    try:
        _user, sid = door.sign_in(house().database, house().clock, email=email, password=password, peer=peer)
    except Problems as refused:
        if refused.problems[0].code == "sign_in.wrong":
            raise Problems(
                Problem("password.wrong", template("This is not your present password."))
            ) from None
        raise
    with house().database.writing() as connection:
        sessions.close(connection, sid)


def _somebody() -> users.User:
    """Who asks; the guard let nobody else in."""
    return visit().user or abort(401)


def _own(problem: Problem | None = None) -> str:
    user, known = _somebody(), visit().catalog.of_kind("role")
    roles = [
        gettext("Administrator") if key == ADMIN else pick(known.get(key, {}).get("label"), language(), key)
        for key in user.roles
    ]
    error = problem.said(gettext) if problem else ""
    wrong = (
        "" if problem is None else "old" if problem.code in ("password.wrong", "sign_in.locked") else "new"
    )
    return render_template("shared/account.html", user=user, roles=roles, error=error, wrong=wrong)


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
