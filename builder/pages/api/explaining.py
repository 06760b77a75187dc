"""Which definitions a record meets, and why."""

from __future__ import annotations

from flask import Response, abort

from builder.catalog import Entity
from builder.pages import web
from builder.pages.api.calls import answer, entity_of, parameters
from builder.pages.api.records import found
from builder.records import conditions
from builder.records.row import row_of
from builder.rules import explain as rules
from builder.rules.rule import Rule
from builder.work import Work
from schema_store.problems import Problem, Problems, _


@web.needs("token")
def get_explanation(entity_key: str, record_id: int) -> Response:
    """Whether and why the record meets the rule of `definition` (kind/key): a sentence and a tree of steps."""
    entity = entity_of(web.visit().catalog, entity_key, "read")
    kind, _slash, key = parameters(("definition",)).get("definition", "").partition("/")
    with web.reading() as work:
        found(work, entity, record_id)
        rule = _rule(work, entity, kind, key)
        step = rules.trace(rule, row_of(work, entity_key, record_id), work.moment, web.language())
    sentence = rules.sentence(rule, web.language())
    return answer({"sentence": sentence, "holds": step.verdict, "explained": step.document()})


def _rule(work: Work, entity: Entity, kind: str, key: str) -> Rule:
    """The definition's `where` over this entity. 404 where there is none; Problems where it reads hidden fields."""
    body = work.catalog.of_kind(kind).get(key) if kind in ("view", "workflow", "segment") else None
    if not isinstance(body, dict) or body.get("entity") != entity.key or "where" not in body:
        abort(404)
    rule = conditions.checked(work.catalog, entity.key, body["where"])
    policy = web.visit().policy
    for entity_key, field in rule.reads:
        other = work.catalog.entities[entity_key]
        if not policy.may("read", entity_key) or (
            field in other.fields and field not in policy.readable(other)
        ):
            raise Problems(Problem("field.unknown", _("This rule reads fields that you may not read.")))
    return rule
