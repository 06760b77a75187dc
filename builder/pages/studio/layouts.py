"""Several forms, or record pages, of one entity: which of them each role gets, as the desk would choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from builder.kinds import for_roles
from builder.kinds.design.names import offered
from builder.kinds.design.plan import Wanted
from builder.pages.reader import Reader, joined

Body = Mapping[str, Any]


def who_gets(
    here: Reader, entity: str, *, beside: Mapping[str, Body] | None = None, kind: str = "form"
) -> list[tuple[str, str]]:
    """`(people, form)` in words: everybody first, then the roles that get another one.

    `beside`: forms as they would be, by key, in place of those that are live.
    """
    forms = {**here.catalog.of_kind(kind), **(beside or {})}
    of_entity = [body for body in forms.values() if body.get("entity") == entity]
    if not of_entity:
        return []
    usual = for_roles.chosen(of_entity, ())
    people: dict[str, list[str]] = {}
    for role, label in offered(here.catalog, Wanted(kind="role")):
        mine = for_roles.chosen(of_entity, (role,))
        if mine is not usual:
            people.setdefault(_named(here, mine), []).append(here.label(label, role))
    others = [(joined(roles), form) for form, roles in people.items()]
    return [(_("everybody"), _named(here, usual)), *others]


def sentence(
    here: Reader, entity: str, *, beside: Mapping[str, Body] | None = None, kind: str = "form"
) -> str:
    """ "everybody → Member; Clerk → Counter"; "" where the entity has no form."""
    return _("; ").join(
        f"{people} → {form}" for people, form in who_gets(here, entity, beside=beside, kind=kind)
    )


def _named(here: Reader, form: Body) -> str:
    return here.label(form.get("label"), str(form.get("key", "")))
