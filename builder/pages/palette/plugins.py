"""Plugins by name; one that does not run says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from flask_babel import gettext as _

from builder.pages.palette.definitions import sees_the_studio
from builder.palette import Offer, Seeker, Source, spoken
from schema_store.texts import Text


class Plugins(Source):
    key = "plugins"
    label: ClassVar[Text] = {"en": "Plugins", "zh": "插件"}

    def offers(self, seeker: Seeker) -> Iterable[Offer]:
        if not sees_the_studio(seeker):
            return
        for plugin in seeker.registry.plugins.values():
            label = seeker.label(plugin.label, plugin.key)
            words = (*spoken(plugin.label), plugin.key, "plugin", "插件")
            refusal = "" if plugin.is_running else _("This plugin is not set up: %(why)s", why=plugin.reason)
            yield Offer(label, "/studio/plugins", "", "plug", words, refusal)
