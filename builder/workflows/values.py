"""Values that actions write: a constant in JSON form, or a rule over the record (a JSON object)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from builder.access.policy import Policy
from builder.catalog import Catalog
from builder.fields.contract import Field, Shown
from builder.records import conditions, save, tables, within
from builder.records.row import row_of
from builder.records.sql import typed
from builder.rules import evaluate
from builder.rules.check import check
from builder.rules.rule import Rule
from builder.rules.telling.explain import sentence
from builder.rules.to_sql import value as rule_value
from builder.work import Work
from builder.workflows.actions.contract import Scope, Value
from schema_store import strict_json
from schema_store.problems import Problem, Problems, _
from schema_store.shapes import nearest


def read(document: Any, target: Field, scope: Scope) -> Value:
    """The value for the field `target` that a workflow over `scope.entity` writes. Raises Problems."""
    name = ("workflows.value", scope.entity, target.entity, target.key, strict_json.write(document))
    return scope.catalog.cached(name, lambda: _read(document, target, scope))


def _read(document: Any, target: Field, scope: Scope) -> Value:
    if isinstance(document, dict):
        wanted = scope.catalog.facts(target.entity)[target.key].type
        rule = check(document, scope.catalog, scope.entity, wanted=wanted)
        if wanted.entity and rule.type.entity != wanted.entity:
            params = {"field": target.key, "wanted": wanted.entity, "given": rule.type.entity}
            template = _("“{field}” points to “{wanted}”, and this is a record of “{given}”.")
            raise Problems(Problem("field.reference", template, params))
        return rule
    return target.type.from_json(document, target.settings)


def said(document: Any, target: Field, scope: Scope) -> str:
    """The value in words."""
    value = read(document, target, scope)
    if isinstance(value, Rule):
        return sentence(value, scope.language)
    if value is None:
        return {"zh": "空"}.get(scope.language, "empty")
    return target.type.cell(value, target.settings, Shown(language=scope.language))


def as_sql(value: Value, column: Any, work: Work, table: Any) -> ColumnElement[Any]:
    """The value as SQL over `table`, the workflow's records, typed for `column`."""
    if isinstance(value, Rule):
        return rule_value(value, table, tables.of(work.catalog), work.moment)
    return typed(value, column.type)


def of_record(value: Value, work: Work, entity: str, record_id: int, policy: Policy) -> Any:
    """The value as stored, for one record: that of a rule as the record stands, which this transaction holds.

    Raises Problems where a rule reads what `policy` hides, and save.Missing for a record that is gone.
    """
    if not isinstance(value, Rule):
        return value
    within.refuse_hidden(work, value, policy, "/value")
    try:
        row = row_of(work, entity, record_id)
    except KeyError:
        raise save.Missing(entity, record_id) from None
    return evaluate.compile(value)(row, conditions.moment_of(work, policy))


def check_target(catalog: Catalog, entity: str, key: str, *, pointer: str) -> list[Problem]:
    """Whether a workflow may write the field: it is there, holds a column, and the engine does not fill it."""
    field = catalog.entities[entity].fields.get(key)
    if field is None:
        near = nearest(key, catalog.entities[entity].fields)
        hint = _("Did you mean “{near}”?") if near else ""
        params = {"field": key, "entity": entity, "near": near}
        return [Problem("field.unknown", _("“{entity}” has no field “{field}”."), params, pointer, hint)]
    if field.is_computed:
        params = {"field": key}
        return [Problem("field.computed", _("“{field}” is worked out; nobody can set it."), params, pointer)]
    if field.storage == "tags":
        hint = _("Use the actions for tags.")
        return [Problem("field.tags", _("“{field}” holds tags."), {"field": key}, pointer, hint)]
    return []


def check_value(document: Any, target: Field, scope: Scope, *, pointer: str) -> list[Problem]:
    """What is wrong with a value for `target`."""
    if target.required and document in (None, ""):
        return [Problem("field.required", _("“{field}” needs a value."), {"field": target.key}, pointer)]
    try:
        read(document, target, scope)
    except Problems as wrong:
        return [problem.at(pointer) for problem in wrong.problems]
    return []
