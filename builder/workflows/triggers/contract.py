"""What a trigger answers. Its settings are the keys of a workflow's `trigger`, all but `type`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from builder.catalog import Catalog
from schema_store.problems import Problem
from schema_store.texts import Text


class Trigger(ABC):
    """One sort of trigger. `check` adds to what the kind workflow checks itself."""

    key: ClassVar[str]
    label: ClassVar[Text]
    help: ClassVar[Text] = ""
    settings: ClassVar[Mapping[str, Any]]
    """JSON Schema of the settings, an object with `additionalProperties: false`, each property with a description."""

    def check(self, settings: Mapping[str, Any], entity: str, catalog: Catalog) -> list[Problem]:
        return []

    @abstractmethod
    def sentence(self, settings: Mapping[str, Any], entity: str, catalog: Catalog, language: str) -> str:
        """When the workflow wakes, for people: "Every day at 03:00"."""
