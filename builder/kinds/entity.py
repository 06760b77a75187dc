"""Kind entity: what is kept about each record of one sort. Its document is a JSON Schema of a record as it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from builder.fields.contract import FOLDED, BadValue, Field, FieldType
from builder.kinds import entity_alone, entity_checks, entity_document
from builder.kinds.compiled import Entity
from builder.kinds.contract import Kind, Reference, RuleAt
from builder.kinds.entity_document import SYSTEM_LABELS, fields_of, head, settings_of
from builder.registry import Registry
from builder.rules.names import Fact, Rollup, Type
from schema_store.documents import authored
from schema_store.problems import Problem
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog


class EntityKind(Kind):
    key = "entity"
    label: ClassVar[Text] = {"en": "Entity", "zh": "实体"}
    label_plural: ClassVar[Text] = {"en": "Entities", "zh": "实体"}
    order = 10
    is_entangled = True

    def check_alone(self, body: Mapping[str, Any], registry: Registry) -> list[Problem]:
        return entity_alone.problems(body, registry)

    def settle(
        self,
        body: dict[str, Any],
        live: Mapping[str, Any] | None,
        bodies: Mapping[str, Mapping[str, Any]],
        registry: Registry,
    ) -> dict[str, Any]:
        return entity_document.settle(body, live, bodies, registry)

    def check_change(
        self, body: Mapping[str, Any], live: Mapping[str, Any], registry: Registry
    ) -> list[Problem]:
        return entity_alone.of_change(body, live, registry)

    def authored(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return authored(body)

    def complete(self, body: dict[str, Any], registry: Registry) -> dict[str, Any]:
        return entity_document.complete(body, registry)

    def compile(self, body: Mapping[str, Any], registry: Registry) -> Entity:
        """The entity without its relations: those are other entities' references, which the catalog knows."""
        own = head(body)
        fields = {key: field(key, settings, body, registry) for key, settings in settings_of(body)}
        used = {key: one for key, one in fields.items() if not one.settings.get("retired")}
        return Entity(
            key=own["key"],
            label=own["label"],
            label_plural=own["label_plural"],
            document=body,
            fields=used,
            key_field=own.get("key_field"),
            title_field=own["title_field"],
            search_fields=tuple(own.get("search", ())),
            facts=_system_facts(own["key"]) | {key: fact(one) for key, one in used.items()},
            relations={},
            icon=own.get("icon", "database"),
            indexes=tuple(tuple(keys) for keys in own.get("indexes", ())),
            retired={key: one for key, one in fields.items() if key not in used},
        )

    def check(self, body: Mapping[str, Any], catalog: Catalog, registry: Registry) -> list[Problem]:
        return entity_checks.problems(body, catalog, registry)

    def rules(self, body: Mapping[str, Any], catalog: Catalog) -> list[RuleAt]:
        """Its formulas, and the conditions of its rollups: over the child records, which only the catalog knows."""
        own = head(body)["key"]
        entity = catalog.entities.get(own)
        relations = entity.relations if entity else {}
        formulas = [
            RuleAt(own, settings["formula"], f"/properties/{key}/x-tessera/formula", is_value=True)
            for key, settings in fields_of(body).items()
            if "formula" in settings
        ]
        return formulas + [
            RuleAt(
                relations[settings["relation"]].entity,
                settings["where"],
                f"/properties/{key}/x-tessera/where",
            )
            for key, settings in fields_of(body).items()
            if "where" in settings and settings.get("relation") in relations
        ]

    def needs(self, body: Mapping[str, Any]) -> list[Reference]:
        return [
            ("entity", settings["to"], f"/properties/{key}/x-tessera/to")
            for key, settings in fields_of(body).items()
            if "to" in settings
        ]


def field(key: str, settings: Mapping[str, Any], body: Mapping[str, Any], registry: Registry) -> Field:
    """The field that these settings define; its `default` is in stored form."""
    field_type = registry.field_types[settings["type"]]
    column = settings.get("column") if field_type.storage == "column" else None
    return Field(
        key=key,
        entity=head(body)["key"],
        type=field_type,
        label=settings["label"],
        settings=settings,
        required=key in body.get("required", ()),
        unique=settings.get("unique", False),
        indexed=settings.get("index", False),
        column=column,
        folded=FOLDED + column if column and keeps_folded(field_type, settings) else None,
        default=_default(field_type, settings),
        help=settings.get("help", ""),
    )


def keeps_folded(field_type: FieldType, settings: Mapping[str, Any]) -> bool:
    """Whether a copy of the text without differences of case is kept beside it."""
    return not field_type.is_caseless and field_type.fact(settings)["type"] == "text"


def fact(one: Field) -> Fact:
    """What rules may know of a field."""
    said = one.type.fact(one.settings)
    options = one.settings.get("options", ())
    return Fact(
        key=one.key,
        type=Type(said["type"], said.get("scale", 0), tuple(said.get("options", ())), said.get("entity", "")),
        label=one.label,
        is_nullable=True,  # a field may become required while older records leave it empty
        option_labels={option["value"]: option.get("label", option["value"]) for option in options},
        rollup=rollup(one.settings),
        formula=one.settings.get("formula"),
    )


def rollup(settings: Mapping[str, Any]) -> Rollup | None:
    """The rollup that these settings define; None where they define none."""
    if "relation" not in settings or "aggregate" not in settings:
        return None
    return Rollup(
        settings["relation"],
        settings["aggregate"],
        settings.get("of"),
        settings.get("where"),
        settings.get("dated_by"),
    )


def _default(field_type: Any, settings: Mapping[str, Any]) -> Any:
    try:
        return field_type.default(settings)
    except BadValue:  # `check_alone` says so; a catalog for checking is compiled all the same
        return None


def _system_facts(entity: str) -> dict[str, Fact]:
    types = {
        "id": Type("ref", entity=entity),
        "version": Type("integer"),
        "created_at": Type("datetime"),
        "updated_at": Type("datetime"),
    }
    return {key: Fact(key, of, SYSTEM_LABELS[key], is_nullable=False) for key, of in types.items()}
