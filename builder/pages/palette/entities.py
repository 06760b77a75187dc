"""What can be done with the records of an entity: “New member”, “Export members”."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from flask_babel import gettext as _

from builder.catalog import Entity
from builder.pages.palette import reasons
from builder.palette import Offer, Seeker, Source, spoken
from schema_store.texts import Text


class ActionsOnRecords(Source):
    key = "records"
    label: ClassVar[Text] = {"en": "Do something with records", "zh": "处理记录"}
    is_eager = True

    def offers(self, seeker: Seeker) -> Iterable[Offer]:
        for entity in seeker.catalog.entities.values():
            if seeker.policy.may("read", entity.key):
                yield from _of_entity(seeker, entity)


def _of_entity(seeker: Seeker, entity: Entity) -> Iterable[Offer]:
    one = seeker.label(entity.label, entity.key)
    many = seeker.label(entity.label_plural, entity.key)
    words, base = (*spoken(entity.label, entity.label_plural), entity.key), f"/desk/{entity.key}"
    yield Offer(
        _("New: %(what)s", what=one),
        f"{base}/new",
        icon="plus",
        words=(*words, "new", "add", "create", "新建", "添加"),
        refusal=reasons.of_entity(seeker, "create", entity.key),
    )
    yield Offer(
        _("Export: %(what)s", what=many),
        f"{base}/export",
        _("A CSV file of the whole list"),
        "download",
        (*words, "export", "csv", "导出"),
        reasons.of_right(seeker, "export"),
    )
