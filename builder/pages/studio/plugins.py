"""Plugins: what each brings, and why one that is fenced does not run."""

from __future__ import annotations

from typing import Any

from flask import Response

from builder.pages import web
from builder.pages.reader import answer, reader
from builder.pages.studio import rights


@web.needs("signed_in")
def overview() -> Response:
    """`/studio/plugins`."""
    rights.of_studio(reader())
    registry = web.house().registry
    plugins = [_told(key, plugin) for key, plugin in registry.plugins.items()]
    return answer("studio/plugins.html", plugins=plugins, title="")


def _told(key: str, plugin: Any) -> dict[str, Any]:
    """A plugin in words; `reason` says why it is fenced."""
    registry = web.house().registry
    brings = [
        f"{shelf.sort}: {name}"
        for shelf in registry.shelves()
        if shelf is not registry.plugins
        for name in shelf
        if shelf.brought_by(name) == key
    ]
    reason = getattr(plugin, "reason", None) or getattr(plugin, "trouble", None) or ""
    return {
        "key": key,
        "name": str(getattr(plugin, "name", key)),
        "version": str(getattr(plugin, "version", "") or ""),
        "reason": str(reason),
        "brings": brings,
    }
