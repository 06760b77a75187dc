"""Looking at pages as a role would: the rights of other roles, never more than those of who looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from builder.access.policy import Grants, Person, Policy
from builder.catalog import Catalog, Entity


def may_view_as(policy: Policy) -> bool:
    """Whoever may give roles to people may see what these roles see."""
    return policy.may("users")


def policy_as(catalog: Catalog, user: Person, roles: Iterable[str]) -> Policy | None:
    """The rights of those of `roles` that are published, as `user` may see them; None where they may not look so.

    `$user.id` stays theirs: what is "their own" for the role is shown with the records of who looks.
    """
    own = Policy.of_user(catalog, user)
    viewed = tuple(sorted(set(roles) & catalog.of_kind("role").keys()))
    if not viewed or not may_view_as(own):
        return None
    published = catalog.of_kind("role")
    grants = Grants([published[role] for role in viewed])
    if own.is_everything:
        return Policy(own.user_id, viewed, (own.key, "viewing", viewed), grants)
    both = Shared(own, grants)
    return Policy(own.user_id, viewed, (own.key, "viewing", viewed), both, addressed=_both(own.roles, viewed))


class Shared(Grants):
    """What the rights of `own` and those of `viewed` have in common."""

    def __init__(self, own: Policy, viewed: Grants):
        super().__init__([])
        self._own, self._viewed = own, viewed

    def may(self, action: str, entity: str | None) -> bool:
        return self._own.may(action, entity) and self._viewed.may(action, entity)

    def rows(self, entity: str, action: str) -> Any | None:
        own = _bound(self._own.rows(entity, action), list(self._own.roles))
        rules = [rule for rule in (own, self._viewed.rows(entity, action)) if rule is not None]
        if False in rules:
            return False
        return {"and": rules} if len(rules) > 1 else rules[0] if rules else None

    def fields(self, entity: Entity, actions: tuple[str, ...], level: str) -> frozenset[str]:
        own, viewed = self._own.grants, self._viewed
        return own.fields(entity, actions, level) & viewed.fields(entity, actions, level)


def _bound(rule: Any, roles: list[str]) -> Any:
    """The own rule with `$user.roles` written out: it must not be asked about the roles that are looked through."""
    if isinstance(rule, Mapping):
        if rule in ({"var": "$user.roles"}, {"var": ["$user.roles"]}):
            return roles
        return {operator: _bound(given, roles) for operator, given in rule.items()}
    return [_bound(one, roles) for one in rule] if isinstance(rule, list) else rule


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(role for role in one if role in other)
