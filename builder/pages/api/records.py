"""Records over HTTP: lists by keyset, single records with ETag, one or many new ones, changes, deletions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, request

from builder.catalog import Entity
from builder.pages import web
from builder.pages.api.calls import BASE, answer, body, entity_of, flag, parameters, prefixed
from builder.records import conditions, find, forms, save
from builder.records.save import Missing
from builder.work import Work
from schema_store import strict_json
from schema_store.problems import Problem, Problems, _, pointer

PAGE = 50
MAX_PAGE = 200
MAX_LIST = 1_000
PARAMETERS = ("where", "sort", "fields", "limit", "after", "count")
NEVER = -1
"""A version that no record has: what an If-Match means that is none of ours."""


@web.needs("token")
def list_records(entity_key: str) -> Response:
    """One page: `{"records": […], "after": cursor or null}`, with `count=1` also `count`."""
    entity = entity_of(web.visit().catalog, entity_key, "read")
    asked = parameters(PARAMETERS)
    query = _query(entity, asked)
    with web.reading() as work:
        policy = web.visit().policy
        page = find.page(work, query, policy)
        document: dict[str, Any] = {"records": [forms.to_json(entity, one) for one in page.records]}
        document["after"] = page.after
        if flag(asked, "count"):
            document["count"] = find.count(work, query, policy, cap=None)
    return answer(document)


@web.needs("token")
def get_record(entity_key: str, record_id: int) -> Response:
    entity = entity_of(web.visit().catalog, entity_key, "read")
    parameters(())
    with web.reading() as work:
        record = found(work, entity, record_id)
    response = _one(entity, record)
    response.make_conditional(request)
    return response


@web.needs("token")
def create_records(entity_key: str) -> Response:
    """One object gives 201 with the record; a list gives `{"records": […]}`, all of them or none."""
    entity = entity_of(web.visit().catalog, entity_key, "create", "read")
    parameters(())
    document = body()
    if isinstance(document, list):
        return web.once(lambda work: _create_many(work, entity.key, document))
    return web.once(lambda work: _create_one(work, entity.key, document))


@web.needs("token")
def change_record(entity_key: str, record_id: int) -> Response:
    """Change the fields that are named; null empties one. With If-Match only that version, else 412."""
    entity = entity_of(web.visit().catalog, entity_key, "update", "read")
    parameters(())
    document = body()
    return web.once(lambda work: _change(work, entity.key, record_id, document))


@web.needs("token")
def delete_record(entity_key: str, record_id: int) -> Response:
    entity = entity_of(web.visit().catalog, entity_key, "delete", "read")
    parameters(())

    def effect(work: Work) -> Response:
        policy = web.policy_in(work)
        save.delete(work, entity.key, record_id, policy=policy, expected_version=_expected())
        return Response(status=204)

    return web.once(effect)


def found(work: Work, entity: Entity, record_id: int) -> find.Record:
    """The record that the caller may see. Raises Missing for absent and forbidden alike."""
    record = find.get(work, entity.key, record_id, web.policy_in(work))
    if record is None:
        raise Missing(entity.key, record_id)
    return record


@dataclass(frozen=True)
class _New:
    """A record just made: as the caller may see it (None: they may not read it)."""

    id: int
    version: int
    document: dict[str, Any] | None


def _create_one(work: Work, entity_key: str, document: Any) -> Response:
    made = _create(work, entity_key, document)
    headers = {"Location": f"{BASE}/records/{entity_key}/{made.id}", "ETag": f'"{made.version}"'}
    return answer(made.document or {"id": made.id}, 201, headers)


def _create_many(work: Work, entity_key: str, documents: list[Any]) -> Response:
    if len(documents) > MAX_LIST:
        template = _("A list has at most {limit} records; this one has {count}.")
        raise Problems(Problem("list.long", template, {"limit": MAX_LIST, "count": len(documents)}))
    made: list[_New] = []
    problems: list[Problem] = []
    for place, document in enumerate(documents):
        try:
            made.append(_create(work, entity_key, document))
        except Problems as wrong:
            problems += prefixed(wrong, pointer(place)).problems
        if len(problems) >= MAX_PAGE:
            break
    if problems:
        raise Problems(problems)
    return answer({"records": [one.document or {"id": one.id} for one in made]}, 201)


def _create(work: Work, entity_key: str, document: Any) -> _New:
    policy = web.policy_in(work)
    entity = work.catalog.entity(entity_key)
    policy.require("create", entity_key)
    with work.connection.begin_nested():  # of a list, the others are still looked at
        values = forms.from_json(entity, document, policy)
        saved = save.save(work, entity_key, values, policy=policy)
    record = find.get(work, entity_key, saved.id, policy)
    return _New(saved.id, saved.version, forms.to_json(entity, record) if record else None)


def _change(work: Work, entity_key: str, record_id: int, document: Any) -> Response:
    policy = web.policy_in(work)
    entity = work.catalog.entity(entity_key)
    policy.require("update", entity_key)
    values = forms.from_json(entity, document, policy)
    save.save(work, entity_key, values, policy=policy, id=record_id, expected_version=_expected())
    return _one(entity, found(work, entity, record_id))


def _one(entity: Entity, record: find.Record) -> Response:
    return answer(forms.to_json(entity, record), headers={"ETag": f'"{record.version}"'})


def _expected() -> int | None:
    """The version that If-Match names; None without it or for "*"."""
    match = request.if_match
    if not match or match.star_tag:
        return None
    tags = [
        tag for tag in match.as_set(include_weak=True) if tag.isascii() and tag.isdigit() and len(tag) < 10
    ]
    return int(tags[0]) if len(tags) == 1 else NEVER


def _query(entity: Entity, asked: dict[str, str]) -> find.Query:
    where = _where(entity, asked["where"]) if "where" in asked else ()
    return find.Query(
        entity.key,
        fields=_names(asked["fields"]) if "fields" in asked else None,
        where=where,
        sort=_names(asked.get("sort", "")),
        limit=_limit(asked.get("limit", str(PAGE))),
        after=asked.get("after"),
    )


def _where(entity: Entity, text: str) -> tuple[Any]:
    try:
        document = strict_json.read(text)
        conditions.checked(web.visit().catalog, entity.key, document)
    except Problems as wrong:
        raise prefixed(wrong, "/where") from None
    return (document,)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in text.split(",") if name))


def _limit(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MAX_PAGE:
        return int(text)
    raise Problems(
        Problem("query.limit", _("A page has 1 to {limit} records."), {"limit": MAX_PAGE}, "/limit")
    )
