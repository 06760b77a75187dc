"""Lists of records: of an entity, of a view, and of the records with one option."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from flask_babel import gettext as _

from builder.kinds import for_roles
from builder.pages.desk import filters
from builder.pages.desk.asked import Asked, Filter
from builder.palette import Offer, Seeker, Source, spoken
from schema_store.texts import Text

IS = "=="


class Lists(Source):
    key = "lists"
    label: ClassVar[Text] = {"en": "Lists", "zh": "列表"}
    is_eager = True

    def offers(self, seeker: Seeker) -> Iterable[Offer]:
        for entity in seeker.catalog.entities.values():
            if seeker.policy.may("read", entity.key):
                label = seeker.label(entity.label_plural, entity.key)
                words = (*spoken(entity.label, entity.label_plural), entity.key)
                yield Offer(label, f"/desk/{entity.key}", _("List"), entity.icon, words)
        for key, view in seeker.catalog.of_kind("view").items():
            entity = seeker.catalog.entities.get(view["entity"])
            if entity and self._is_offered(seeker, view):
                label, note = (
                    seeker.label(one.get("label"), key) for one in (view, {"label": entity.label_plural})
                )
                words = (*spoken(view.get("label")), key)
                yield Offer(label, Asked(entity.key, view=key).url, note, "table", words)

    def _is_offered(self, seeker: Seeker, view: dict) -> bool:
        return seeker.policy.may("read", view["entity"]) and for_roles.is_for(view, seeker.policy.roles)


class Filters(Source):
    """“Gold” leads to the members whose level is gold."""

    key = "filters"
    label: ClassVar[Text] = {"en": "Records with", "zh": "记录筛选"}

    def offers(self, seeker: Seeker) -> Iterable[Offer]:
        readable = {
            (entity.key, key)
            for entity in seeker.catalog.entities.values()
            if seeker.policy.may("read", entity.key)
            for key in seeker.policy.readable(entity)
        }
        known = seeker.catalog.cached(("palette.filters", seeker.language), lambda: list(_filters(seeker)))
        return [offer for place, offer in known if place in readable]


def _filters(seeker: Seeker) -> Iterator[tuple[tuple[str, str], Offer]]:
    for entity in seeker.catalog.entities.values():
        many = seeker.label(entity.label_plural, entity.key)
        for one in entity.fields.values():
            if IS not in filters.offered(one):
                continue
            for option in one.settings.get("options", ()):
                value, label = str(option["value"]), seeker.label(option.get("label"), str(option["value"]))
                url = Asked(entity.key, filters=(Filter(one.key, IS, value),)).url
                note = f"{many} › {seeker.label(one.label, one.key)}"
                words = (*spoken(option.get("label")), value)
                yield (entity.key, one.key), Offer(label, url, note, "filter", words)
