"""What surrounds every page: head, side, top. Rendered once per (stamp, role, language, place) and kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup

from builder.access.policy import Policy
from builder.catalog import Catalog
from builder.kinds import for_roles
from schema_store.texts import pick

STATIC = Path(__file__).parent.parent / "static"
LANGUAGES = {"en": ("en", "English"), "zh": ("zh-CN", "简体中文")}
THEMES = ("light", "dark")
STUDIO_RIGHTS = ("publish", "run", "undo", "users")
KEPT = 500
ALIKE = {"/studio/publish": "/studio/changes"}
"""Pages that belong to another one's line of the menu."""


@dataclass(frozen=True)
class Link:
    """One line of the menu. `is_view`: a view, drawn below its entity. `href` "": a heading of what follows."""

    href: str
    label: str
    icon: str = "point"
    is_view: bool = False

    @property
    def is_elsewhere(self) -> bool:
        """It leads out of this house."""
        return self.href.startswith("http")


@dataclass(frozen=True)
class Section:
    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Frame:
    """What `base.html` draws around a page. `here` is the address to come back to; `person` "" is nobody.

    `keys` "off": keys of one character do nothing.
    """

    language: str
    theme: str
    here: str
    person: str
    head: Markup
    top: Markup = Markup("")
    side: Markup = Markup("")
    account: Markup = Markup("")
    bars: tuple[Any, ...] = ()
    keys: str = ""

    @property
    def lang(self) -> str:
        return LANGUAGES[self.language][0]

    @property
    def initial(self) -> str:
        return self.person[:1].upper()


class Frames:
    """Makes frames and keeps their parts: they depend on the stamp, the role, the language and the place only."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Markup] = {}

    def for_nobody(self, language: str, *, theme: str, here: str) -> Frame:
        return Frame(language, theme, here, "", self._head())

    def of(
        self,
        catalog: Catalog,
        policy: Policy,
        language: str,
        *,
        theme: str,
        here: str,
        path: str,
        person: str,
    ) -> Frame:
        place = _place(path)
        side = ("side", policy.key, catalog.stamp, language, place)
        return Frame(
            language,
            theme,
            here,
            person,
            self._head(),
            top=self._part(("top", language, theme), "shared/_top.html", lambda: _top(language, theme)),
            side=self._part(side, "shared/_side.html", lambda: _side(catalog, policy, language, place)),
            account=self._part(
                ("account", policy.key, language), "shared/_account.html", lambda: _account(policy)
            ),
        )

    def _head(self) -> Markup:
        return self._part(("head",), "shared/_head.html", dict)

    def _part(self, key: Hashable, template: str, given: Any) -> Markup:
        part = self._kept.get(key)
        if part is None or current_app.debug:
            if len(self._kept) > KEPT:
                self._kept.clear()
            part = self._kept[key] = Markup(current_app.jinja_env.get_template(template).render(given()))  # noqa: S704 - autoescaped
        return part


def sections(catalog: Catalog, policy: Policy, language: str) -> list[Section]:
    """The menu: home, one section per application (its entities and views that may be read), the studio."""
    found = [Section("", (Link("/desk", _("Start"), "home"),))]
    apps = [app for app in catalog.of_kind("app").values() if for_roles.is_for(app, policy.roles)]
    for app in apps:
        links = links_of(app, catalog, policy, language)
        if links:
            found.append(Section(pick(app.get("label"), language, app.get("key", "")), links))
    if not catalog.of_kind("app"):
        entities = (_entry(catalog, policy, language, {"entity": key}) for key in catalog.entities)
        found.append(Section(_("Data"), tuple(link for link in entities if link)))
    if any(policy.may(right) for right in STUDIO_RIGHTS):
        found.append(Section(_("Studio"), studio_links(policy)))
    return [section for section in found if section.links]


def links_of(app: Mapping[str, Any], catalog: Catalog, policy: Policy, language: str) -> tuple[Link, ...]:
    """The menu of one application, as far as a person may open what it leads to."""
    return _with_headings(_entry(catalog, policy, language, entry) for entry in app.get("menu", ()))


def _with_headings(entries: Iterable[Link | None]) -> tuple[Link, ...]:
    """The entries that are there; a heading that nothing follows is left out."""
    there = [link for link in entries if link]
    following = [*there[1:], Link("", "")]  # one more than there are, where there are none
    return tuple(link for link, after in zip(there, following, strict=False) if link.href or after.href)


def _entry(catalog: Catalog, policy: Policy, language: str, entry: Mapping[str, Any]) -> Link | None:
    """The line of one entry of a menu; None where it leads to what this person may not open."""
    makes = next((make for key, make in _ENTRIES.items() if key in entry), None)
    made = makes(catalog, policy, language, entry) if makes else None
    if made is None:
        return None
    return replace(
        made, label=pick(entry.get("label"), language, made.label), icon=entry.get("icon", made.icon)
    )


def _to_entity(catalog: Catalog, policy: Policy, language: str, entry: Mapping[str, Any]) -> Link | None:
    entity = catalog.entities.get(entry["entity"])
    if entity is None or not policy.may("read", entity.key):
        return None
    return Link(f"/desk/{entity.key}", pick(entity.label_plural, language, entity.key), entity.icon)


def _to_view(catalog: Catalog, policy: Policy, language: str, entry: Mapping[str, Any]) -> Link | None:
    view = catalog.of_kind("view").get(entry["view"])
    if view is None or view["entity"] not in catalog.entities or not policy.may("read", view["entity"]):
        return None
    label = pick(view.get("label"), language, view["key"])
    return Link(f"/desk/{view['entity']}?view={view['key']}", label, is_view="icon" not in entry)


def _to_form(catalog: Catalog, _policy: Policy, language: str, entry: Mapping[str, Any]) -> Link | None:
    key = entry["public_form"]
    form = catalog.of_kind("public_form").get(key)
    return Link(f"/forms/{key}", pick(form.get("label"), language, key), "forms") if form else None


def _to_page(catalog: Catalog, policy: Policy, _language: str, entry: Mapping[str, Any]) -> Link | None:
    """Any other page. Of the studio and of the desk only what the person may open."""
    room, _slash, rest = entry["link"].removeprefix("/").partition("/")
    key = rest.split("/")[0].split("?")[0]
    is_shut = room == "studio" and not any(policy.may(right) for right in STUDIO_RIGHTS)
    if room == "desk" and key in catalog.entities:
        is_shut = not policy.may("read", key)
    return None if is_shut else Link(entry["link"], entry["link"], "link")


def _heading(_catalog: Catalog, _policy: Policy, language: str, entry: Mapping[str, Any]) -> Link | None:
    return Link("", pick(entry["heading"], language))


_ENTRIES: Mapping[str, Callable[[Catalog, Policy, str, Mapping[str, Any]], Link | None]] = {
    "entity": _to_entity,
    "view": _to_view,
    "public_form": _to_form,
    "link": _to_page,
    "heading": _heading,
}


def studio_links(policy: Policy) -> tuple[Link, ...]:
    links = [
        Link("/studio", _("Definitions"), "layout-dashboard"),
        Link("/studio/changes", _("Changes"), "git-pull-request"),
        Link("/studio/packages", _("Applications"), "package"),
        Link("/studio/workflows", _("Workflows"), "route"),
        Link("/studio/runs", _("Runs"), "history"),
        Link("/studio/plugins", _("Plugins"), "plug"),
    ]
    if policy.may("users"):
        links.append(Link("/studio/people", _("Users and tokens"), "users-group"))
    return tuple(links)


def _place(path: str) -> str:
    """The menu's address that `path` belongs to: "/desk/member" for a member's page."""
    parts = path.strip("/").split("/")
    place = "/" + "/".join(parts[:2])
    return ALIKE.get(place, place)


def _top(language: str, theme: str) -> dict[str, Any]:
    other = "en" if language == "zh" else "zh"
    themes = (
        ("light", _("Light"), "sun"),
        ("dark", _("Dark"), "moon"),
        ("", _("As the system"), "adjustments"),
    )
    return {
        "theme": theme,
        "themes": themes,
        "other_language": other,
        "other_language_name": LANGUAGES[other][1],
    }


def _side(catalog: Catalog, policy: Policy, language: str, place: str) -> dict[str, Any]:
    return {"sections": sections(catalog, policy, language), "current": place}


def _account(policy: Policy) -> dict[str, Any]:
    return {"rights": [right for right in ("users",) if policy.may(right)]}


@lru_cache(maxsize=100)
def asset(name: str) -> str:
    """The address of a static file, with a short hash of its content, so that it may be cached for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]
    return f"/static/{name}?{digest}"


@lru_cache(maxsize=1)
def icons() -> tuple[str, ...]:
    """The names of the pictures that may stand beside labels."""
    sprite = next((STATIC / "vendor").glob("tabler-icons-*/icons.svg")).read_text("utf-8")
    return tuple(re.findall(r'<symbol id="([^"]+)"', sprite))
