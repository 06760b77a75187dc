"""Who may see the studio: whoever may change or run something that stands in it."""

from __future__ import annotations

from builder.pages.frame import STUDIO_RIGHTS
from builder.pages.reader import Reader
from schema_store.problems import Refused


def of_studio(here: Reader) -> Reader:
    """`here`, if they have one of the studio's rights. Raises Refused."""
    if not any(here.policy.may(right) for right in STUDIO_RIGHTS):
        raise Refused("publish")
    return here
