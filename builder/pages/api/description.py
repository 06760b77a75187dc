"""The API's description: for programs, and as a page for people."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template

from builder.pages import web
from builder.pages.api import openapi
from builder.pages.api.calls import BASE, answer, parameters


@web.needs("token_or_session")
def describe() -> Response:
    """OpenAPI 3.1 of what this caller may do."""
    parameters(())
    return answer(_document())


@web.needs("token_or_session")
def docs() -> str:
    """The same, to read."""
    return render_template("api/docs.html", document=_document(), title="API", base=BASE)


def _document() -> dict[str, Any]:
    visit = web.visit()
    language = web.language()
    key = ("api.openapi", visit.policy.key, language)
    return visit.catalog.cached(key, lambda: openapi.describe(visit.catalog, visit.policy, language))
