"""How calls of the API are read and answered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask import Response, abort, request

from builder.catalog import Catalog, Entity
from builder.pages import web
from builder.pages.web.limits import MAX_BODY
from schema_store import strict_json
from schema_store.problems import Problem, Problems, _, pointer

BASE = "/api/v1"
JSON_TYPES = ("application/json", "application/merge-patch+json")


def body() -> Any:
    """The JSON document that was sent, read strictly. 415 for another type; Problems for no good JSON."""
    if request.mimetype not in JSON_TYPES:
        abort(415)
    return strict_json.read(request.get_data(), max_bytes=MAX_BODY)


def answer(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    response = Response(strict_json.write(document), status, content_type="application/json")
    response.headers.update(headers or {})
    return response


def parameters(known: Iterable[str], *, many: Collection[str] = ()) -> dict[str, str]:
    """The query's parameters, each at most once but those of `many`.

    Raises Problems for others: a misspelt filter must not pass.
    """
    known = tuple(known)
    given = request.args.to_dict(flat=False)
    template = _("There is no parameter “{name}” here; known are {known}.")
    problems = [
        Problem("query.unknown", template, {"name": name[:60], "known": ", ".join(known)}, pointer(name[:60]))
        for name in given
        if name not in known
    ]
    problems += [
        Problem("query.twice", _("“{name}” stands twice in this address."), {"name": name}, pointer(name))
        for name, values in given.items()
        if name in known and name not in many and len(values) > 1
    ]
    if problems:
        raise Problems(problems)
    return {name: values[0] for name, values in given.items()}


def flag(asked: Mapping[str, str], name: str) -> bool:
    """True for 1, False for 0 or nothing. Raises Problems for another word."""
    value = asked.get(name, "0")
    if value not in ("0", "1"):
        raise Problems(Problem("query.flag", _("“{name}” is 0 or 1."), {"name": name}, pointer(name)))
    return value == "1"


def options(known: Mapping[str, type]) -> dict[str, Any]:
    """What a call says in a small JSON object, `known` its members and their types; without a body nothing.

    Raises Problems for other members, and for values of another type.
    """
    document = body() if request.get_data() else {}
    if not isinstance(document, dict):
        raise Problems(Problem("type.object", _("Send a JSON object.")))
    problems = [
        Problem(
            "field.unknown",
            _("There is no “{name}” here; known are {known}."),
            {"name": name[:60], "known": ", ".join(known)},
            pointer(name[:60]),
        )
        for name in document
        if name not in known
    ]
    problems += [
        Problem("field.type", _("“{name}” is of the wrong type."), {"name": name}, pointer(name))
        for name, value in document.items()
        if name in known and type(value) is not known[name]
    ]
    if problems:
        raise Problems(problems)
    return document


def entity_of(catalog: Catalog, key: str, *actions: str) -> Entity:
    """The entity, 404 where there is none or where not one of `actions` is allowed on it."""
    entity = catalog.entities.get(key)
    policy = web.visit().policy
    if entity is None or not any(policy.may(action, key) for action in actions):
        abort(404)
    return entity


def prefixed(problems: Problems, place: str) -> Problems:
    """The same problems, seen from outside the part that was checked."""
    return Problems([one.at(place) for one in problems.problems])
