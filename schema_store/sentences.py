"""Sentences for people whose words are put in later, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schema_store.problems import Translate, as_written
from schema_store.texts import pick


@dataclass(frozen=True)
class Sentence:
    """An English `template` with `{names}` for `params`; the template is the key of the translation.

    A param may be a Text (`{"en": …, "zh": …}`), or another Sentence: it is said in the reader's language.
    """

    template: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def said(self, translate: Translate = as_written, language: str = "en") -> str:
        words = {name: _word(value, translate, language) for name, value in self.params.items()}
        template = translate(self.template)
        return template.format_map(words) if words else template


def _word(value: Any, translate: Translate, language: str) -> Any:
    if isinstance(value, Sentence):
        return value.said(translate, language)
    if isinstance(value, Mapping):
        return pick(value, language)
    return value
