"""Kind form: which fields of an entity people fill in, in which parts of the page, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.contract import Kind, Reference, RuleAt
from builder.kinds.for_roles import needed_roles, unknown_roles
from builder.kinds.form_circles import circles
from builder.kinds.form_parts import conditions, placed
from builder.kinds.names import checked, unknown
from builder.registry import Registry
from schema_store.problems import Problem, Problems, _
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog, Entity

Body = Mapping[str, Any]


class FormKind(Kind):
    key = "form"
    label: ClassVar[Text] = {"en": "Form", "zh": "表单"}
    label_plural: ClassVar[Text] = {"en": "Forms", "zh": "表单"}
    order = 20

    def check(self, body: Body, catalog: Catalog, registry: Registry) -> list[Problem]:
        """The entity, its fields and the roles exist, each field stands once, the conditions are right."""
        entity = catalog.entities.get(body["entity"])
        if entity is None:
            return [unknown(_("“{name}” is not an entity."), body["entity"], catalog.entities, "/entity")]
        found = [*unknown_roles(body, catalog), *_of_fields(body, entity)]
        reads: dict[str, frozenset[str]] = {}
        for rule in self.rules(body, catalog):
            try:
                made = checked(rule, catalog)
                found += [one.at(rule.pointer) for one in made.warnings]
                reads[rule.pointer] = frozenset(key for of, key in made.reads if of == entity.key)
            except Problems as wrong:
                found += [one.at(rule.pointer) for one in wrong.problems]
        return [*found, *_of_required(body, entity), *circles(reads, body)]

    def rules(self, body: Body, catalog: Catalog) -> list[RuleAt]:
        return [RuleAt(body["entity"], document, place) for place, document in conditions(body)]

    def needs(self, body: Body) -> list[Reference]:
        fields = [("field", f"{body['entity']}.{one.key}", one.pointer) for one in placed(body)]
        return [("entity", body["entity"], "/entity"), *fields, *needed_roles(body)]


def _of_fields(body: Body, entity: Entity) -> Iterator[Problem]:
    seen = set()
    for one in placed(body):
        if one.key not in entity.fields:
            words = _("The field “{name}” does not exist.")
            yield unknown(words, one.key, entity.fields, one.pointer)
        elif one.key in seen:
            words = _("The field “{key}” stands twice in this form.")
            yield Problem("form.twice", words, {"key": one.key}, one.pointer)
        seen.add(one.key)


def _of_required(body: Body, entity: Entity) -> Iterator[Problem]:
    """Warnings about fields without which no record is made: left out, or hidden by a condition."""
    needed = {key for key, field in entity.fields.items() if _must_be_asked(field)}
    there = {one.key: one for one in placed(body)}
    if missing := [key for key in entity.fields if key in needed and key not in there]:
        words = _("This form leaves out required fields: {fields}. No new record can be made with it.")
        params = {"fields": ", ".join(missing)}
        yield Problem("form.required", words, params, "/sections", severity="warning")
    for one in there.values():
        shows = (one.said.get("show", True), body["sections"][one.section].get("show", True))
        if one.key in needed and any(rule is not True for rule in shows):
            words = _(
                "“{key}” is always required, but hidden while its condition does not hold: then no new record "
                "can be made."
            )
            yield Problem("form.required", words, {"key": one.key}, one.pointer, severity="warning")


def _must_be_asked(field: Any) -> bool:
    return field.required and field.default is None and not field.is_computed
