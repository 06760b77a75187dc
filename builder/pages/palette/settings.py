"""Pages that are there for everybody, and those of the studio."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from flask_babel import gettext as _

from builder.pages import frame
from builder.palette import Offer, Seeker, Source
from schema_store.texts import Text


class Settings(Source):
    key = "pages"
    label: ClassVar[Text] = {"en": "Pages", "zh": "页面"}
    is_eager = True

    def offers(self, seeker: Seeker) -> Iterable[Offer]:
        yield Offer(_("Start"), "/desk", "", "home", ("start", "home", "desk", "首页"))
        yield Offer(
            _("Find by phone, name or number"),
            "/desk/lookup",
            "",
            "user-search",
            ("lookup", "search", "查找", "电话"),
        )
        for link in frame.studio_links(seeker.policy):
            yield Offer(link.label, link.href, _("Studio"), link.icon, (link.href, "studio", "工作室"))
        yield Offer(
            _("Your account"),
            "/account",
            _("Name and password"),
            "user",
            ("account", "password", "settings", "账号", "密码", "设置"),
        )
        yield Offer(
            _("Keyboard shortcuts"),
            "/shortcuts",
            "",
            "command",
            ("keys", "keyboard", "shortcuts", "键盘", "快捷键"),
        )
