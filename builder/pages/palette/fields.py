"""Every field and every option of a field, live or only in a draft: “Member › Level”, “Gold”."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from builder.kinds import entity_edits
from builder.pages.palette.definitions import sees_the_studio
from builder.palette import Offer, Seeker, Source, spoken
from builder.publishing.words import named
from schema_store.documents import Body, Name
from schema_store.texts import Text

KIND = "entity"
EDITOR = "/studio/entity/{entity}/fields/{field}"
PAGE = "/studio/entity/{entity}"


class Fields(Source):
    key = "fields"
    weight = 1
    label: ClassVar[Text] = {"en": "Fields and options", "zh": "字段与选项"}

    def offers(self, seeker: Seeker) -> Iterable[Offer]:
        if not sees_the_studio(seeker):
            return []
        address = EDITOR if seeker.policy.may("publish") else PAGE
        live = seeker.catalog.cached(
            ("palette.fields", seeker.language, address),
            lambda: _all(seeker, seeker.catalog.bodies, address),
        )
        drafted = _all(seeker, seeker.drafts, address)
        return ({**live, **drafted} if drafted else live).values()


def _all(seeker: Seeker, bodies: Mapping[Name, Body | None], address: str) -> dict[tuple[str, ...], Offer]:
    """`{(entity, field) or (entity, field, option): offer}`; nothing of a body that is not whole."""
    found: dict[tuple[str, ...], Offer] = {}
    for (kind, key), body in bodies.items():
        if kind == KIND and body is not None:
            try:
                found |= dict(_of_entity(seeker, key, body, address))
            except (KeyError, TypeError, AttributeError, ValueError):  # a draft may be any JSON
                continue
    return found


def _of_entity(seeker: Seeker, key: str, body: Body, address: str) -> Iterator[tuple[tuple[str, ...], Offer]]:
    of_entity = named(body)
    entity = seeker.label(of_entity, key)
    for field in entity_edits.used(body):
        settings = entity_edits.settings_of(body, field)
        href, label = address.format(entity=key, field=field), seeker.label(settings.get("label"), field)
        type_ = seeker.registry.field_types.get(settings.get("type", ""))
        words = (*spoken(settings.get("label"), of_entity), field, f"{key}.{field}")
        note = seeker.label(type_.label) if type_ else ""
        yield (key, field), Offer(f"{entity} › {label}", href, note, "forms", words)
        for option in settings.get("options", ()):
            value = str(option.get("value"))
            words = (*spoken(option.get("label")), value)
            shown = seeker.label(option.get("label"), value)
            yield (key, field, value), Offer(shown, href, f"{entity} › {label}", "circle", words)
