"""The Flask application: what every request passes through, and the pages, in one list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from whitenoise import WhiteNoise

from builder.access import sessions
from builder.pages import api, desk, first_build, public, studio
from builder.pages.palette import page as palette
from builder.pages.web import answers, framing, guard, headers, trying
from builder.pages.web.account import account
from builder.pages.web.health import health
from builder.pages.web.language import language, say, say_number_of
from builder.pages.web.limits import MAX_BODY, MAX_ID
from builder.pages.web.visit import let_go
from builder.settings import Settings
from builder.work import House

PACKAGE = Path(__file__).parents[2]
A_YEAR_S = 31_536_000


def flask_app(house: House) -> Flask:
    """The web application on `house`."""
    app = Flask("builder", root_path=str(PACKAGE), static_url_path="/static")
    app.config.update(_config(house.settings))
    app.extensions["tessera"] = house
    app.url_map.converters["int"] = Number
    Babel(app, locale_selector=language, default_timezone=str(house.settings.zone))
    app.jinja_env.install_gettext_callables(say, say_number_of, newstyle=True)  # type: ignore[attr-defined]
    csrf = CSRFProtect(app)
    answers.register(app)
    headers.register(app)
    framing.register(app)
    app.before_request(trying.enter)
    app.before_request(guard.guard)
    app.teardown_request(let_go)

    app.register_blueprint(health)
    app.register_blueprint(account)
    app.register_blueprint(desk.blueprint())
    app.register_blueprint(studio.blueprint())
    app.register_blueprint(palette.blueprint())
    app.add_url_rule("/first-build", "first_build", first_build.put_away, methods=["POST"])
    calls = api.blueprint()
    app.register_blueprint(calls)
    visited = public.blueprint()
    app.register_blueprint(visited)
    csrf.exempt(visited)  # nobody is signed in there: a page's ticket says that it is ours
    csrf.exempt(calls)  # no cookie is read there: a token in a header cannot be forged by another site

    guard.needs("public")(app.view_functions["static"])
    guard.refuse_undeclared(app)
    app.wsgi_app = _static_files(app)
    if house.settings.proxies:  # whose address it is, as the operator's own proxies saw it
        app.wsgi_app = ProxyFix(
            app.wsgi_app, x_for=house.settings.proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )
    return app


class Number(IntegerConverter):
    """A whole number in an address; what no database counts to is an address that does not exist."""

    def __init__(self, url_map: Map, fixed_digits: int = 0, min: int | None = None, max: int = MAX_ID):  # noqa: A002
        super().__init__(url_map, fixed_digits, min, max)


def _config(settings: Settings) -> dict[str, object]:
    is_https = (settings.base_url or "").startswith("https:")
    return {
        "SECRET_KEY": settings.secret("cookies"),
        "SESSION_COOKIE_NAME": "__Host-tessera" if is_https else "tessera",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": is_https,
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": timedelta(seconds=sessions.LASTS.total_seconds()),
        "TRUSTED_HOSTS": _hosts(settings.base_url),
        "MAX_CONTENT_LENGTH": MAX_BODY,
        "MAX_FORM_MEMORY_SIZE": MAX_BODY,
        "MAX_FORM_PARTS": 2_000,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session; a page may stay open over lunch
        "BABEL_DEFAULT_LOCALE": "en",
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _hosts(base_url: str | None) -> list[str] | None:
    """Hosts that a request may name: the site's, and this machine for whoever watches over it. None: any."""
    name = urlsplit(base_url or "").hostname
    return [name, "localhost", "127.0.0.1", "[::1]"] if name else None


def _static_files(app: Flask) -> WhiteNoise:
    """Served before Flask, for ever: every address carries a hash of its file or the version in its path."""
    static = WhiteNoise(app.wsgi_app, max_age=A_YEAR_S, immutable_file_test=lambda _path, _url: True)
    static.add_files(str(PACKAGE / "static"), prefix="static/")
    return static
