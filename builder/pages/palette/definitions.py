"""Every definition, live or only a draft, for those who may see the studio."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from flask_babel import gettext as _

from builder.pages.frame import STUDIO_RIGHTS
from builder.pages.studio.packages import icon_of
from builder.palette import Offer, Seeker, Source, spoken
from builder.publishing.words import named
from schema_store.documents import Body, Name, head_of
from schema_store.texts import Text


def sees_the_studio(seeker: Seeker) -> bool:
    return any(seeker.policy.may(right) for right in STUDIO_RIGHTS)


class Definitions(Source):
    key = "definitions"
    weight = 1
    label: ClassVar[Text] = {"en": "Definitions", "zh": "定义"}

    def offers(self, seeker: Seeker) -> Iterable[Offer]:
        if not sees_the_studio(seeker):
            return []
        live = seeker.catalog.cached(
            ("palette.definitions", seeker.language),
            lambda: [definition(seeker, name, body) for name, body in seeker.catalog.bodies.items()],
        )
        new = [
            definition(seeker, name, body, is_draft=True)
            for name, body in seeker.drafts.items()
            if body is not None and name not in seeker.catalog.bodies
        ]
        return [*live, *new]


def definition(seeker: Seeker, name: Name, body: Body, *, is_draft: bool = False) -> Offer:
    """A definition by its label in all languages, its key and its kind."""
    kind, key = name
    known = seeker.registry.kinds.get(kind)
    of_kind = seeker.label(known.label, kind) if known else kind
    head = head_of(body)
    words = (*spoken(named(body), head.get("label_plural"), known.label if known else ""), key)
    note = _("%(kind)s, not published", kind=of_kind) if is_draft else of_kind
    label = seeker.label(named(body), key)
    return Offer(label, f"/studio/{kind}/{key}", note, icon_of(kind), words)
