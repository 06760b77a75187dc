"""A child of an entity, "a member has many orders": the reference, the way back, and what can be gathered from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from builder.kinds.quick.bodies import settings
from builder.kinds.quick.proposal import Proposed, key_from
from builder.registry import Registry
from schema_store.documents import Body
from schema_store.texts import Text, pick

REFERENCE, ROLLUP = "reference", "rollup"
DAYS = ("date", "datetime")
NUMBERS = ("integer", "decimal")
AMOUNT = "decimal"


@dataclass(frozen=True)
class Offer:
    """A rollup that the parent could have: `aggregate` of the child's field `of` ("" for a count)."""

    aggregate: str
    of: str
    label: Text
    is_ticked: bool = False

    @property
    def name(self) -> str:
        return f"{self.aggregate}.{self.of}"


def reference(parent: str, label: Text, key: str, inverse_key: str, inverse_label: Text) -> Proposed:
    """The child's field that points to the parent; a child without one would belong to nobody."""
    told = {"to": parent, "inverse": {"key": inverse_key, "label": inverse_label}}
    return Proposed(label, REFERENCE, key, told, is_required=True)


def offers(fields: Sequence[Proposed], many: Text, registry: Registry) -> list[Offer]:
    """What can be gathered: how many, the sum of each amount, the last of each day."""
    found = [Offer("count", "", _said(many, "Number of {}", "{}数"), is_ticked=True)]
    for one in fields:
        fact = _fact(one, registry)
        if fact in NUMBERS:
            label = _said(one.label, "Total {}", "{}合计")
            found.append(Offer("sum", one.key, label, is_ticked=fact == AMOUNT))
        if fact in DAYS:
            is_first = not any(offer.aggregate == "max" for offer in found)
            found.append(Offer("max", one.key, _said(one.label, "Last {}", "最近{}"), is_ticked=is_first))
    return found


def _fact(one: Proposed, registry: Registry) -> str:
    """The sort of value that rules see; "" for a field that is not whole yet, or that the parent could not gather."""
    type_ = registry.field_types.get(one.type)
    if type_ is None or one.problems or type_.is_computed:
        return ""
    gathered = {
        "relation": "x",
        "aggregate": "max",
        "of": one.key,
        "of_type": {"type": one.type, **one.settings},
    }
    if registry.field_types[ROLLUP].check_settings(gathered):
        return ""
    return str(type_.fact(one.settings).get("type", ""))


def _said(label: Text, en: str, zh: str) -> Text:
    """A label made of another, in each of its languages."""
    if isinstance(label, str):
        return en.format(label.lower())
    return {
        language: zh.format(words) if language == "zh" else en.format(_small(words))
        for language, words in label.items()
    }


def _small(words: str) -> str:
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def with_rollups(
    parent: Mapping[str, Any],
    chosen: Sequence[Offer],
    fields: Sequence[Proposed],
    registry: Registry,
    *,
    taken: Collection[str] = (),
) -> tuple[Body, list[str]]:
    """The parent with the chosen rollups at the end of its fields, and their keys.

    The first of the child's `fields` is the reference; `taken` are names that the parent has besides its fields.
    """
    relation = fields[0].settings["inverse"]["key"]
    body = deepcopy(dict(parent))
    dated = next((one.key for one in fields if _fact(one, registry) in DAYS), None)
    made = []
    for offer in chosen:
        key = key_from(
            pick(offer.label, "en"),
            {*taken, relation, *body["properties"]},
            f"{relation[:20]}_{offer.aggregate}",
        )
        told: dict[str, Any] = {"relation": relation, "aggregate": offer.aggregate}
        told |= {"of": offer.of} if offer.of else {}
        told |= {"dated_by": dated} if dated else {}
        body["properties"][key] = {"x-tessera": settings(Proposed(offer.label, ROLLUP, key, told))}
        made.append(key)
    return body, made
