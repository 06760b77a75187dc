"""Kind page: how one record is shown, with what belongs to it and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.kinds.contract import Kind, Reference, RuleAt
from builder.kinds.design.named import Names
from builder.kinds.for_roles import needed_roles, share_people
from builder.kinds.names import of_rule, unknown
from builder.registry import Registry
from schema_store.problems import Problem, _
from schema_store.shapes import shipped
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog


class PageKind(Kind):
    """Its parts and actions stand on `registry.page_parts` and `registry.record_actions`."""

    key = "page"
    label: ClassVar[Text] = {"en": "Record page", "zh": "详情页"}
    label_plural: ClassVar[Text] = {"en": "Record pages", "zh": "详情页"}
    order = 60

    def check(self, body: Mapping[str, Any], catalog: Catalog, registry: Registry) -> list[Problem]:
        """The entity, fields, relations and roles exist; parts, actions and rules are right."""
        if body["entity"] not in catalog.entities:
            return [unknown(_("“{name}” is not an entity."), body["entity"], catalog.entities, "/entity")]
        wrong_rules = [one for rule in self.rules(body, catalog) for one in of_rule(rule, catalog)]
        return [*self._names(body, catalog).problems(), *wrong_rules, *_of_others(body, catalog)]

    def rules(self, body: Mapping[str, Any], catalog: Catalog) -> list[RuleAt]:
        return [one for one in self._names(body, catalog).rules() if one.entity in catalog.entities]

    def needs(self, body: Mapping[str, Any]) -> list[Reference]:
        return [("entity", body["entity"], "/entity"), *needed_roles(body)]

    def reaches(self, body: Mapping[str, Any], catalog: Catalog) -> list[Reference]:
        return self._names(body, catalog).needs()

    def _names(self, body: Mapping[str, Any], catalog: Catalog) -> Names:
        return Names(shipped()[self.key], body, catalog)


def _of_others(body: Mapping[str, Any], catalog: Catalog) -> Iterator[Problem]:
    """People have one page of an entity."""
    for key, other in catalog.of_kind("page").items():
        if key != body["key"] and other["entity"] == body["entity"] and share_people(other, body):
            template = _("“{other}” is already the page of these records for the same people.")
            hint = _("Say in “For roles” whose page this is.")
            yield Problem("page.same", template, {"other": key}, "/roles", hint)
            return
