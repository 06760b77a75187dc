"""Which definitions a record meets, and why."""

from __future__ import annotations

from flask import Response, abort

from builder.catalog import Entity
from builder.pages import web
from builder.pages.api.calls import answer, entity_of, parameters
from builder.pages.api.records import found
from builder.records import conditions, within
from builder.records.row import row_of
from builder.rules.rule import Rule
from builder.rules.telling import explain as rules
from builder.work import Work

WHERE = "/where"
"""Where the condition of a definition stands: which of an entity's records it is about."""


@web.needs("token")
def get_explanation(entity_key: str, record_id: int) -> Response:
    """Whether and why the record meets the rule of `definition` (kind/key): a sentence and a tree of steps."""
    entity = entity_of(web.visit().catalog, entity_key, "read")
    kind, _slash, key = parameters(("definition",)).get("definition", "").partition("/")
    with web.reading() as work:
        found(work, entity, record_id)
        rule = _rule(work, entity, kind, key)
        policy = web.visit().policy
        row, moment = row_of(work, entity_key, record_id, policy), conditions.moment_of(work, policy)
        step = rules.trace(rule, row, moment, web.language())
    sentence = rules.sentence(rule, web.language())
    return answer({"sentence": sentence, "holds": step.verdict, "explained": step.document()})


def _rule(work: Work, entity: Entity, kind_key: str, key: str) -> Rule:
    """The definition's `where` over this entity. 404 where there is none; Problems where it cannot be told."""
    kind, body = work.registry.kinds.get(kind_key), work.catalog.bodies.get((kind_key, key))
    known = kind is not None and body is not None and (kind_key, key) not in work.catalog.left_out
    asked = [
        one.document
        for one in (kind.rules(body, work.catalog) if known else ())
        if one.pointer == WHERE and one.entity == entity.key
    ]
    if not asked:
        abort(404)
    rule = conditions.checked(work.catalog, entity.key, asked[0])
    within.refuse_hidden(work, rule, web.visit().policy, "/definition")
    return rule
