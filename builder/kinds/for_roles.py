"""For whom a definition is: what `roles` of a view, a form, a menu or a page means, said once.

Without `roles` it is for everybody. It narrows what people are offered, never what they may do: that is the role's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from builder.kinds.contract import Reference
from builder.kinds.names import unknown
from schema_store.problems import Problem, _, pointer
from schema_store.texts import Text

if TYPE_CHECKING:
    from builder.catalog import Catalog

ADMIN = "admin"
"""The built-in role that holds every right; it is no definition, so that no publish can take it away."""
ADMIN_LABEL: Text = {"en": "Administrator", "zh": "管理员"}

Body = Mapping[str, Any]


def is_for(body: Body, roles: Collection[str]) -> bool:
    """True where people with these roles are offered the definition."""
    wanted = body.get("roles")
    return not wanted or ADMIN in roles or any(role in roles for role in wanted)


def chosen(bodies: Iterable[Body], roles: Collection[str]) -> Body:
    """The one that opens by itself: what names one of the roles, else what is for everybody, else any; {} for none.

    Among equals one that says `default` comes first, then the order they stand in.
    """
    offered = [body for body in bodies if is_for(body, roles)]
    return min(offered, key=lambda body: (_distance(body, roles), not body.get("default")), default={})


def _distance(body: Body, roles: Collection[str]) -> int:
    wanted = body.get("roles")
    if not wanted:
        return 1
    return 0 if any(role in roles for role in wanted) else 2


def share_people(one: Body, other: Body) -> bool:
    """Both are for everybody, or both for some same role."""
    roles, others = set(one.get("roles", ())), set(other.get("roles", ()))
    return roles == others or bool(roles & others)


def unknown_roles(body: Body, catalog: Catalog) -> Iterator[Problem]:
    """Problems of roles that do not exist."""
    known = {ADMIN, *catalog.of_kind("role")}
    for at, role in enumerate(body.get("roles", ())):
        if role not in known:
            yield unknown(_("“{name}” is not a role."), role, known, pointer("roles", at))


def needed_roles(body: Body) -> list[Reference]:
    """The roles as what the definition needs."""
    named = enumerate(body.get("roles", ()))
    return [("role", role, pointer("roles", at)) for at, role in named if role != ADMIN]
