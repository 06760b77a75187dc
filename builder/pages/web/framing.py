"""What `base.html` draws around a page: made for who asks, when a template asks for it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from flask import Flask, g, request, session

from builder.pages import frame as drawing
from builder.pages.web import trying, viewing
from builder.pages.web.language import language, theme
from builder.pages.web.visit import SID, visit

BARS = (viewing.bar, trying.bar)
"""What may stand above a page, in this order."""


def register(app: Flask) -> None:
    frames = drawing.Frames()
    app.jinja_env.globals["asset"] = drawing.asset
    app.context_processor(lambda: {"frame": _Later(frames)})


class _Later:
    """The frame, drawn at the first use: a fragment for htmx never uses it."""

    def __init__(self, frames: drawing.Frames):
        self._frames = frames

    def __getattr__(self, name: str) -> Any:
        return getattr(self._frame, name)

    @cached_property
    def _frame(self) -> drawing.Frame:
        here = request.full_path.rstrip("?") if request.method == "GET" else "/"
        if (request.endpoint is None and "visit" not in g) or SID not in session:
            return self._frames.for_nobody(language(), theme=theme(), here=here)
        asking = visit()
        if asking.user is None:
            return self._frames.for_nobody(language(), theme=theme(), here=here)
        frame = self._frames.of(
            asking.catalog,
            asking.policy,
            language(),
            theme=theme(),
            here=here,
            path=request.path,
            person=asking.user.name,
        )
        keys = asking.user.preferences.get("keys", "")
        return replace(frame, keys=keys, bars=tuple(bar for made in BARS if (bar := made())))
