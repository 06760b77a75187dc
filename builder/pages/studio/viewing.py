"""View as: pages shown as people of a role see them, until the bar on top ends it. Nothing is written meanwhile."""

from __future__ import annotations

from flask import Response, request
from flask_babel import gettext as _

from builder import audit
from builder.access.policy import Policy
from builder.access.users import User
from builder.access.viewing import may_view_as
from builder.pages import web
from builder.pages.reader import Reader, answer, elsewhere, reader
from builder.pages.web import viewing
from builder.pages.web.guard import while_viewing
from schema_store.problems import Refused

MOST = 20


@web.needs("signed_in")
def show() -> Response:
    """`/studio/view-as`: as which roles?"""
    here = reader()
    _somebody(here)
    return _page(here, request.args.getlist("role") or list(web.visit().viewing))


@while_viewing
@web.needs("signed_in")
def begin() -> Response:
    """From now on pages are shown as people of the ticked roles see them."""
    here = reader()
    user = _somebody(here)
    roles = [key for key, _label in _roles(here) if key in request.form.getlist("role")][:MOST]
    if not roles:
        return _page(here, [], problem=_("Tick at least one role."), status=422)
    viewing.begin(roles)
    _note(user, "view_as", roles)
    return elsewhere(web.local_path(request.form.get("next"), "/desk"))


@while_viewing
@web.needs("signed_in")
def end() -> Response:
    """Oneself again, on the page that was open."""
    user = web.visit().user
    if viewing.end() and user is not None:
        _note(user, "view_as_end", [])
    return elsewhere(web.local_path(request.form.get("next"), "/desk"))


def _somebody(here: Reader) -> User:
    """Who asks, who may look as others do by their own rights, whatever they look as just now. Raises Refused."""
    if here.user is None or not may_view_as(Policy.of_user(here.catalog, here.user)):
        raise Refused("users")
    return here.user


def _roles(here: Reader) -> list[tuple[str, str]]:
    """(key, label) of the published roles."""
    return [(key, here.label(body.get("label"), key)) for key, body in here.catalog.of_kind("role").items()]


def _page(here: Reader, ticked: list[str], *, problem: str = "", status: int = 200) -> Response:
    return answer(
        "studio/view_as.html", status=status, roles=_roles(here), ticked=ticked, problem=problem, most=MOST
    )


def _note(user: User, action: str, roles: list[str]) -> None:
    """In the audit, by who looks: writing as the role is what nobody does."""
    with web.house().database.writing() as connection:
        at = web.house().clock.now()
        details = {"roles": roles} if roles else {}
        audit.note(connection, at=at, actor=user.actor, action=action, subject=user.actor, details=details)
