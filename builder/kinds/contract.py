"""What a kind of definition answers. Its shape is `schema_store/shapes/<kind>.json`."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from schema_store.problems import Problem
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog

Reference = tuple[str, str, str]
"""(kind, key, pointer): a definition that another one needs, and where it says so. Fields: ("field", "member.stage", …)."""


class Kind(ABC):
    """One kind. `check` sees the document after its shape was checked, beside the catalog it would live in."""

    key: ClassVar[str]
    label: ClassVar[Text]
    label_plural: ClassVar[Text]
    order: ClassVar[int]
    """Kinds are checked and published in this order; a kind may refer to kinds of lower or equal order."""

    def complete(self, body: dict[str, Any], registry: Any) -> dict[str, Any]:
        """The body with everything written out that follows from it; completing twice changes nothing."""
        return body

    def check(self, body: Mapping[str, Any], catalog: Catalog) -> list[Problem]:
        """What is wrong with `body`, were it published in `catalog` (which already holds the whole change)."""
        return []

    def needs(self, body: Mapping[str, Any]) -> list[Reference]:
        """The definitions and fields that `body` uses."""
        return []

    def compile(self, body: Mapping[str, Any], registry: Any) -> Any:
        """The frozen thing that the catalog holds for a published body; rules stay documents here."""
        return body
