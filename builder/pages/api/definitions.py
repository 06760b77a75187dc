"""Definitions over HTTP: drafts in, plan or publish out. All of it needs the right to publish."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request

from builder.events import Cause
from builder.pages import web
from builder.pages.api.calls import answer, body, options, parameters
from builder.publishing.checking import refuse_too_much
from builder.publishing.plan import Plan, impact
from builder.publishing.publish import changes_of_drafts, publish_drafts
from builder.work import Work
from schema_store import drafts, store
from schema_store.documents import is_key, key_of
from schema_store.problems import Problem, Problems, _


@web.needs("token", "may:publish")
def get_definition(kind: str, key: str) -> Response:
    """`{"kind", "key", "version", "live", "draft"}`: the published body as its author wrote it, and the draft.

    `"retires": true` beside them where the draft says that the definition is to be retired.
    """
    parameters(())
    if kind not in web.house().registry.kinds or not is_key(key):
        abort(404)
    with web.reading() as work:
        return _shown(work, kind, key)


@web.needs("token", "may:publish")
def put_definition(kind: str, key: str) -> Response:
    """Keep the body as the draft. With If-Match (the ETag of the GET) only if nobody wrote since, else 409."""
    parameters(())
    document = body()
    if kind not in web.house().registry.kinds:
        abort(404)
    if not isinstance(document, dict):
        raise Problems(Problem("type.object", _("Send a JSON object.")))
    if not is_key(key) or key_of(document) != key:
        template = _(
            "The body's key must be the “{key}” of the address: a small letter, then a–z, 0–9 and _."
        )
        raise Problems(Problem("definition.key", template, {"key": key[:60]}))
    return web.once(lambda work: _keep(work, kind, key, document))


@web.needs("token", "may:publish")
def publish() -> Response:
    """All drafts as one set. `{"rehearse": true}` gives the plan and publishes nothing."""
    parameters(())
    asked = options({"rehearse": bool, "expect_stamp": int, "note": str})
    if asked.get("rehearse"):
        with web.reading() as work:
            return answer(_plan(impact(work, changes_of_drafts(work))))
    return web.once_apart(lambda: _publish(asked))


def _publish(asked: dict[str, Any]) -> Response:
    visit = web.visit()
    cause = Cause("api", actor=visit.actor)
    stamp = visit.catalog.stamp
    note = asked.get("note", "")[:500]
    done = publish_drafts(web.house(), cause=cause, expect_stamp=asked.get("expect_stamp"), note=note)
    if done is None:
        return answer({"stamp": stamp, "published": []})
    published = [{"kind": kind, "key": key, "version": version} for kind, key, version in done.published]
    return answer({"stamp": done.stamp, "published": published})


def _keep(work: Work, kind: str, key: str, document: dict[str, Any]) -> Response:
    web.policy_in(work).require("publish")
    refuse_too_much(work.registry.kinds[kind], document)
    base, turn = _seen(work, kind, key)
    drafts.save_draft(
        work.connection, (kind, key), document, base=base, turn=turn, by=work.cause.actor, at=work.now
    )
    return _shown(work, kind, key)


def _seen(work: Work, kind: str, key: str) -> tuple[int | None, int]:
    """The live version and the draft's turn that the writer saw; without If-Match, those of now."""
    live = store.live_one(work.connection, kind, key)
    draft = drafts.draft(work.connection, kind, key)
    now = live.version if live else 0, draft.turn if draft else 0
    tags = request.if_match.as_set(include_weak=True) if request.if_match else set()
    if tags and f"{now[0]}.{now[1]}" not in tags:
        seen = [part for tag in tags for part in tag.split(".") if part.isascii() and part.isdigit()]
        return (int(seen[0]) or None, int(seen[1])) if len(seen) == 2 else (-1, -1)
    return now[0] or None, now[1]


def _shown(work: Work, kind: str, key: str) -> Response:
    live = store.live_one(work.connection, kind, key)
    draft = drafts.draft(work.connection, kind, key)
    if live is None and draft is None:
        abort(404)
    document = {
        "kind": kind,
        "key": key,
        "version": live.version if live else None,
        "live": work.registry.kinds[kind].authored(live.body) if live else None,
        "draft": draft.body if draft else None,
    }
    if draft is not None and draft.body is None:
        document["retires"] = True
    tag = f'"{live.version if live else 0}.{draft.turn if draft else 0}"'
    return answer(document, headers={"ETag": tag})


def _plan(plan: Plan) -> dict[str, Any]:
    definitions = [
        {
            "kind": one.kind,
            "key": one.key,
            "what": one.what,
            "sentences": [line.said() for line in one.sentences],
        }
        for one in plan.definitions
    ]
    tables = [
        {"sentence": one.sentence.said(), "count": one.count, "is_loss": one.is_destructive}
        for one in plan.table_changes
    ]
    problems = [problem.document() for problem in plan.problems]
    return {"stamp": plan.stamp, "definitions": definitions, "tables": tables, "problems": problems}
