"""Plugins: what each brings, and why one that is fenced does not run."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response
from flask_babel import gettext as _

from builder.pages import web
from builder.pages.reader import Reader, answer, reader
from builder.pages.studio import rights
from builder.plugins import Plugin


@dataclass(frozen=True)
class Told:
    """A plugin in words. `brings`: (sort, label, key) of each part; `reason` says why it is fenced."""

    name: str
    help: str
    version: str
    reason: str
    brings: list[tuple[str, str, str]]


@web.needs("signed_in")
def overview() -> Response:
    """`/studio/plugins`."""
    here = rights.of_studio(reader())
    found: list[Plugin] = list(web.house().registry.plugins.values())
    return answer("studio/plugins.html", plugins=[_told(here, plugin) for plugin in found])


def _told(here: Reader, plugin: Plugin) -> Told:
    name, words = here.label(plugin.label, plugin.key), here.label(plugin.help)
    return Told(name, words, plugin.version, plugin.reason or "", [_part(here, *one) for one in plugin.parts])


def _part(here: Reader, sort: str, key: str) -> tuple[str, str, str]:
    """What a part is, and what it calls itself."""
    sorts = {
        "action": _("Action"),
        "channel": _("Channel"),
        "field type": _("Field type"),
        "kind": _("Kind of definition"),
        "trigger": _("Trigger"),
        "view type": _("Way to show a view"),
    }
    shelf = next((one for one in web.house().registry.shelves() if one.sort == sort), None)
    label = getattr(shelf.get(key), "label", None) if shelf else None
    return sorts.get(sort, sort), here.label(label, key), key
