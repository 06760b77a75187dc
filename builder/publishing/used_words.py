"""How much uses a definition or a field, in words: “2 workflows and 1 view”."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from builder.catalog import Catalog
from builder.publishing import where_used
from builder.publishing.where_used import Use
from builder.rules.telling.explain import LANGUAGES
from schema_store.documents import Name
from schema_store.texts import Text, pick

_AND = {"en": " and ", "zh": "和"}
_COMMA = {"en": ", ", "zh": "、"}


def of_field(entity: str, field: str, catalog: Catalog) -> Text:
    """What names a field, its own entity apart; "" where nothing does."""
    found = where_used.uses_of_field(catalog.registry, catalog, entity, field)
    return counted((one for one in found if (one.kind, one.key) != ("entity", entity)), catalog)


def of_definition(name: Name, catalog: Catalog) -> Text:
    """What names a definition, itself apart; "" where nothing does."""
    found = where_used.uses(catalog.registry, catalog, *name)
    return counted((one for one in found if (one.kind, one.key) != name), catalog)


def counted(uses: Iterable[Use], catalog: Catalog) -> Text:
    """The definitions in which these places are, by kind, each once."""
    number = Counter(kind for kind, _key in {(one.kind, one.key) for one in uses})
    kinds = sorted(number, key=lambda kind: catalog.registry.kinds[kind].order)
    if not kinds:
        return ""
    return {
        language: _said([_of_kind(one, number[one], catalog, language) for one in kinds], language)
        for language in LANGUAGES
    }


def _of_kind(kind: str, number: int, catalog: Catalog, language: str) -> str:
    known = catalog.registry.kinds[kind]
    words = pick(known.label if number == 1 else known.label_plural, language)
    return f"{number}个{words}" if language == "zh" else f"{number} {words.lower()}"


def _said(words: list[str], language: str) -> str:
    if len(words) == 1:
        return words[0]
    return _COMMA[language].join(words[:-1]) + _AND[language] + words[-1]
