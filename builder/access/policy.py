"""What one actor may do, answered the same for list, form, API, export, search and workflow.

Roles are definitions (kind `role`). Somebody with several roles holds the union of their rights: an action is
allowed if one role allows it, in the rows of any role that allows it, and a field shows the most that one of
those roles shows. What no role grants is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from builder.catalog import Catalog, Entity
from builder.kinds.for_roles import ADMIN
from schema_store.problems import Refused

ENTITY_ACTIONS = ("create", "read", "update", "delete")
WORKSPACE_RIGHTS = ("publish", "run", "undo", "export", "import", "users")

_LEVEL = {"hide": 0, "read": 1, "write": 2}


class Person(Protocol):
    """What the policy asks of a user."""

    @property
    def id(self) -> int: ...
    @property
    def roles(self) -> Collection[str]: ...


class Grants:
    """The merged rights of a set of role documents, `None` among them standing for everything."""

    def __init__(self, documents: Iterable[Mapping[str, Any] | None], scopes: frozenset[str] | None = None):
        documents = list(documents)
        self.is_everything = None in documents
        self._roles = [document for document in documents if document is not None]
        self._scopes = scopes
        self._fields: dict[tuple[str, Entity], frozenset[str]] = {}

    def may(self, action: str, entity: str | None) -> bool:
        if not in_scope(self._scopes, action, entity):
            return False
        if self.is_everything:
            return True
        if entity is None:
            return any(action in role.get("may", ()) for role in self._roles)
        return bool(self._granting(action, entity))

    def rows(self, entity: str, action: str) -> Any | None:
        if self.is_everything:
            return None
        rules = [rights.get("rows", True) for rights in self._granting(action, entity)]
        if any(rule is True for rule in rules):
            return None
        rules = [rule for rule in rules if rule is not False]
        if not rules:
            return False
        distinct = [rule for at, rule in enumerate(rules) if rule not in rules[:at]]
        return distinct[0] if len(distinct) == 1 else {"or": distinct}

    def fields(self, entity: Entity, actions: tuple[str, ...], level: str) -> frozenset[str]:
        """The fields of `entity` that a role which allows one of `actions` shows at `level` or more."""
        place = (f"{actions}{level}", entity)
        if place not in self._fields:
            self._fields[place] = frozenset(self._allowed_fields(entity, actions, level))
        return self._fields[place]

    def _allowed_fields(self, entity: Entity, actions: tuple[str, ...], level: str) -> list[str]:
        allowed = [action for action in actions if self.may(action, entity.key)]
        if self.is_everything:
            return list(entity.fields) if allowed else []
        granting = [rights for action in allowed for rights in self._granting(action, entity.key)]
        shown = [rights.get("fields", {}) for rights in granting]
        return [
            key
            for key in entity.fields
            if any(_LEVEL[one.get(key, "write")] >= _LEVEL[level] for one in shown)
        ]

    def _granting(self, action: str, entity: str) -> list[Mapping[str, Any]]:
        """The parts about `entity` of those roles that allow `action` on it."""
        rights = [role.get("entities", {}).get(entity, {}) for role in self._roles]
        return [one for one in rights if one.get(action)]


_EVERYTHING = Grants([None])


@dataclass(frozen=True, eq=False)
class Policy:
    """The rights of one actor at one stamp of the catalog. `user_id` None: the operator, or nobody."""

    user_id: int | None
    roles: tuple[str, ...]
    key: Hashable
    """Equal for policies that answer alike: statements are cached by it. It names no user."""
    grants: Grants = field(repr=False)
    addressed: tuple[str, ...] | None = None
    """The roles whose notices are theirs too; None: those of `roles`."""

    @property
    def told(self) -> tuple[str, ...]:
        """The roles whose notices reach this actor."""
        return self.roles if self.addressed is None else self.addressed

    @classmethod
    def operator(cls) -> Policy:
        """Everything: for commands, the scheduler and the engine's own work."""
        return cls(None, (ADMIN,), ("operator",), _EVERYTHING)

    @classmethod
    def nobody(cls) -> Policy:
        """Nothing: for those who have not signed in."""
        return cls(None, (), ("nobody",), Grants([]))

    @classmethod
    def of_user(cls, catalog: Catalog, user: Person, scopes: Collection[str] | None = None) -> Policy:
        """The rights of `user` by their roles, narrowed to the `scopes` of a token (None: not narrowed)."""
        roles = tuple(sorted(set(user.roles)))
        narrowed = None if scopes is None else frozenset(scopes)
        key = (catalog.stamp, roles, narrowed)
        return cls(user.id, roles, key, _grants(catalog, roles, narrowed))

    @property
    def person(self) -> dict[str, Any]:
        """What a rule means by `$user`: `{"id": 3, "roles": ["clerk"]}`; no id for the operator."""
        return {"id": self.user_id, "roles": list(self.roles)}

    @property
    def is_everything(self) -> bool:
        """True for the operator and for the built-in role."""
        return self.grants.is_everything

    def may(self, action: str, entity: str | None = None) -> bool:
        """True when `action` is allowed: one of ENTITY_ACTIONS on an entity, or one of WORKSPACE_RIGHTS."""
        return self.grants.may(action, entity)

    def require(self, action: str, entity: str | None = None) -> None:
        """Raises Refused, naming the right, unless `may(action, entity)`."""
        if not self.may(action, entity):
            raise Refused(f"{entity}.{action}" if entity else action)

    def rows(self, entity: str, action: str = "read") -> Any | None:
        """The rule that a record must fulfil for `action`; None: every record does; False: none does."""
        return self.grants.rows(entity, action) if self.may(action, entity) else False

    def readable(self, entity: Entity) -> frozenset[str]:
        """The keys of the fields whose values may reach this actor, in whatever position."""
        return self.grants.fields(entity, ("read",), "read")

    def writable(self, entity: Entity, action: str | None = None) -> frozenset[str]:
        """The keys of the fields that this actor may set in `action`: create or update (None: either)."""
        actions = (action,) if action else ("create", "update")
        fields = self.grants.fields(entity, actions, "write")
        return frozenset(key for key in fields if not entity.fields[key].is_computed)


def _grants(catalog: Catalog, roles: tuple[str, ...], scopes: frozenset[str] | None) -> Grants:
    """Merged once per catalog, set of roles and scopes; a role that is no longer published grants nothing."""

    def merge() -> Grants:
        published = catalog.of_kind("role")
        return Grants([None if role == ADMIN else published.get(role, {}) for role in roles], scopes)

    return catalog.cached(("access.grants", roles, scopes), merge)


SCOPES = ("read", "write", "admin")
"""What a token is narrowed to. `read`, and `write`, which reads too, may name one entity: `read:member`."""


def in_scope(scopes: frozenset[str] | None, action: str, entity: str | None) -> bool:
    """True when a token with `scopes` may try `action`; the roles of its user still decide."""
    if scopes is None or "admin" in scopes:
        return True
    if entity is None:
        return False
    enough = ("read", "write") if action == "read" else ("write",)
    return any(scope in scopes or f"{scope}:{entity}" in scopes for scope in enough)
