"""Pages for people who are not signed in: forms that they fill in. All its addresses, in one list."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.exceptions import HTTPException

from builder.pages import web
from builder.pages.public import closed, form


def blueprint() -> Blueprint:
    public = Blueprint("public", __name__, url_prefix="/forms")
    public.before_request(_speak)
    public.register_error_handler(HTTPException, closed.refused)
    public.add_url_rule("/<key>", "form", form.show)
    public.add_url_rule("/<key>", "send", form.send, methods=["POST"])
    public.add_url_rule("/<key>/thanks", "thanks", form.thanks)
    return public


def _speak() -> None:
    web.speak(request.args.get("lang"))
