"""What a visitor of a public form may: a role like any other, made of the form, that nobody can be given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.access.policy import Grants, Policy
from builder.catalog import Catalog
from builder.kinds.public_form import written

CREATE, UPDATE = "create", "update"


def role_of(catalog: Catalog, form: Mapping[str, Any], action: str) -> dict[str, Any]:
    """The document of a role that may do exactly `action`, with exactly the form's fields, and read nothing."""
    mine = written(form)
    others = {key: "hide" for key in catalog.entity(form["entity"]).fields if key not in mine}
    return {
        "key": "public_form",
        "label": form["label"],
        "entities": {form["entity"]: {action: True, "fields": others}},
    }


def policy_of(catalog: Catalog, form: Mapping[str, Any], action: str = CREATE) -> Policy:
    """The rights of this form's visitors."""
    key = ("public_form", form["key"], action)
    grants = catalog.cached(key, lambda: Grants([role_of(catalog, form, action)]))
    return Policy(None, (), (catalog.stamp, *key), grants)
