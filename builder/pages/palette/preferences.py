"""Language and look: changed at once, from wherever one is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from flask_babel import gettext as _

from builder.palette import Offer, Seeker, Source
from schema_store.texts import Text


class Preferences(Source):
    key = "preferences"
    label: ClassVar[Text] = {"en": "Language and look", "zh": "语言与外观"}

    def offers(self, seeker: Seeker) -> Iterable[Offer]:
        language, look = ("language", "语言"), ("theme", "look", "外观", "主题")
        for value, name in (("en", "English"), ("zh", "简体中文")):
            if value != seeker.language:
                yield Offer(
                    name, "", _("Language"), "language", (*language, "chinese 中文"), "", ("language", value)
                )
        themes = (
            ("light", _("Light"), "sun", "light 浅色"),
            ("dark", _("Dark"), "moon", "dark 深色"),
            ("", _("As the system"), "adjustments", "system 系统"),
        )
        for value, name, icon, words in themes:
            yield Offer(name, "", _("Look"), icon, (*look, words), "", ("theme", value))
