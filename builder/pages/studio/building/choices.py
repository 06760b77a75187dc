"""What may be chosen where a setting of a field says `x-names`: entities, relations, fields behind them, options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from builder.catalog import Entity
from builder.pages.reader import Reader

Choices = Sequence[tuple[str, str]]
DAYS = ("date", "datetime")
MEASURES = ("integer", "decimal", *DAYS)


def chooser(
    here: Reader, entity: str, settings: Mapping[str, Any], fields: Mapping[str, Any]
) -> Callable[[Mapping[str, Any]], Choices]:
    """Answers an `x-names`. `settings`: of the field under edit; `fields`: the entity's own, drafted ones too."""
    known = here.catalog.entities.get(entity)
    answers: dict[str, Callable[[], Choices]] = {
        "relation": lambda: _relations(here, known),
        "measure": lambda: _behind(here, known, settings, MEASURES),
        "day": lambda: _behind(here, known, settings, DAYS),
        "option": lambda: _options(here, settings),
        "own": lambda: [(key, here.label(one.get("label"), key)) for key, one in fields.items()],
        "own_text": lambda: [(key, here.label(one.get("label"), key)) for key, one in fields.items()],
    }

    def choose(wanted: Mapping[str, Any]) -> Choices:
        if wanted.get("kind") == "entity":
            found = here.catalog.entities.items()
            return [(key, here.label(one.label, key)) for key, one in found]
        answer = answers.get(wanted.get("only", ""))
        return answer() if answer else ()

    return choose


def _relations(here: Reader, entity: Entity | None) -> Choices:
    found = entity.relations.values() if entity else ()
    return [(one.key, here.label(one.label, one.key)) for one in found]


def _behind(
    here: Reader, entity: Entity | None, settings: Mapping[str, Any], sorts: Sequence[str]
) -> Choices:
    """Fields of the records behind the relation that is chosen, of these sorts of values."""
    relation = entity.relations.get(settings.get("relation", "")) if entity else None
    child = here.catalog.entities.get(relation.entity) if relation else None
    if child is None:
        return ()
    return [
        (key, here.label(one.label, key))
        for key, one in child.fields.items()
        if child.facts[key].type.name in sorts
    ]


def _options(here: Reader, settings: Mapping[str, Any]) -> Choices:
    found = [one for one in settings.get("options", ()) if isinstance(one, Mapping) and one.get("value")]
    return [(str(one["value"]), here.label(one.get("label"), str(one["value"]))) for one in found]
