"""What a kind of definition answers. Its shape is `schema_store/shapes/<kind>.json`, or comes with the kind."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from schema_store.problems import Problem
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog
    from builder.registry import Registry

Reference = tuple[str, str, str]
"""(kind, key, pointer): a definition that another one needs, and where it says so.

A field is needed as ("field", "member.stage", …)."""


@dataclass(frozen=True)
class RuleAt:
    """A rule inside a definition: over which entity, and where. `is_value`: a formula, not a condition.

    `is_timed`: it is asked of all records, again and again, so that an index pays.
    """

    entity: str
    document: Any
    pointer: str
    is_value: bool = False
    is_trigger: bool = False
    is_timed: bool = False


@dataclass(frozen=True)
class IndexAt:
    """An index by which a definition reads: the fields in their order, and where the definition says so."""

    entity: str
    fields: tuple[str, ...]
    pointer: str


class Kind(ABC):
    """One kind. Publishing asks in this order: shape, check_alone, settle, complete, check_change, compile, check.

    Every question is asked with documents from outside: none may raise anything for any document that
    passed the questions before it.
    """

    key: ClassVar[str]
    label: ClassVar[Text]
    label_plural: ClassVar[Text]
    order: ClassVar[int]
    """Kinds are checked and published in this order; a kind may refer to kinds of lower or equal order."""
    is_entangled: ClassVar[bool] = False
    """True where a change of one may change what `settle` writes into others of this kind, and what rules may say."""
    shape: ClassVar[Mapping[str, Any] | None] = None
    """The JSON Schema of the document; None: `schema_store/shapes/<key>.json`."""

    def check_alone(self, body: Mapping[str, Any], registry: Registry) -> list[Problem]:
        """What is wrong with `body` whatever else is published; its shape is right already."""
        return []

    def settle(
        self,
        body: dict[str, Any],
        live: Mapping[str, Any] | None,
        bodies: Mapping[str, Mapping[str, Any]],
        registry: Registry,
    ) -> dict[str, Any]:
        """`body` with what publishing keeps from its `live` version and takes from the other `bodies` of this kind."""
        return body

    def check_change(
        self, body: Mapping[str, Any], live: Mapping[str, Any], registry: Registry
    ) -> list[Problem]:
        """What is wrong with turning the published `live` into the completed `body`."""
        return []

    def authored(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """`body` as an author would write it: without what `complete` writes out again. For editors and roll back."""
        return dict(body)

    def complete(self, body: dict[str, Any], registry: Registry) -> dict[str, Any]:
        """The body with everything written out that follows from it; completing twice changes nothing."""
        return body

    def compile(self, body: Mapping[str, Any], registry: Registry) -> Any:
        """The frozen thing that the catalog holds for a published body; rules stay documents here."""
        return body

    def check(self, body: Mapping[str, Any], catalog: Catalog, registry: Registry) -> list[Problem]:
        """What is wrong with `body`, were it published in `catalog` (which already holds the whole change)."""
        return []

    def rules(self, body: Mapping[str, Any], catalog: Catalog) -> list[RuleAt]:
        """The rules that stand in `body`: for "where used", and checked by most kinds."""
        return []

    def indexes(self, body: Mapping[str, Any], catalog: Catalog) -> list[IndexAt]:
        """The indexes without which opening what `body` makes would read every record; beside those of its rules."""
        return []

    def needs(self, body: Mapping[str, Any]) -> list[Reference]:
        """The definitions and fields that `body` names outside its rules."""
        return []

    def reaches(self, body: Mapping[str, Any], catalog: Catalog) -> list[Reference]:
        """What `body` needs beside `needs`, told by `catalog` alone: the child entity that a relation leads to."""
        return []

    def all_needs(self, body: Mapping[str, Any], catalog: Catalog) -> list[Reference]:
        """All that `body` names outside its rules, once the rest of it is published in `catalog`."""
        return list(dict.fromkeys([*self.needs(body), *self.reaches(body, catalog)]))
