"""A role in words: its rights as a matrix."""

from __future__ import annotations

from flask_babel import gettext as _

from builder.kinds.design.schemas import options
from builder.pages.reader import Reader, joined
from builder.pages.studio.wording import Body, Said, label_of, sentence
from schema_store.shapes import shipped


def say(here: Reader, body: Body) -> Said:
    rows = []
    for key, rights in body.get("entities", {}).items():
        entity = here.catalog.entities.get(key)
        fields = rights.get("fields", {})
        rows.append(
            {
                "label": here.label(entity.label_plural, key) if entity else key,
                "may": [bool(rights.get(action)) for action in ("read", "create", "update", "delete")],
                "rows": sentence(here, key, rights.get("rows")),
                "hidden": joined(
                    label_of(here, entity, one) for one, level in fields.items() if level == "hide" and entity
                ),
                "fixed": joined(
                    label_of(here, entity, one) for one, level in fields.items() if level == "read" and entity
                ),
            }
        )
    actions = [_("See"), _("Add"), _("Change"), _("Delete")]
    may_view = here.policy.may("users") and body["key"] in here.catalog.of_kind("role")
    given = {
        "actions": actions,
        "rows": rows,
        "may": further(here, body),
        "view_as": body["key"] if may_view else "",
    }
    return Said("studio/_role.html", given)


def further(here: Reader, body: Body) -> str:
    """The rights beside those on records, as the shape calls them."""
    words = dict(options(shipped()["role"]["properties"]["may"]["items"]))
    return joined(here.label(words.get(one), one) for one in body.get("may", ()))
