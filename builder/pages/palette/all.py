"""The groups of the palette, in the order in which equals stand: one line here, one file beside it."""

from __future__ import annotations

from builder.pages.palette.definitions import Definitions
from builder.pages.palette.entities import ActionsOnRecords
from builder.pages.palette.fields import Fields
from builder.pages.palette.lists import Filters, Lists
from builder.pages.palette.plugins import Plugins
from builder.pages.palette.preferences import Preferences
from builder.pages.palette.settings import Settings
from builder.pages.palette.workspace import ActionsOnTheWorkspace
from builder.palette import Source

SOURCES: tuple[Source, ...] = (
    Lists(),
    ActionsOnRecords(),
    ActionsOnTheWorkspace(),
    Definitions(),
    Fields(),
    Filters(),
    Settings(),
    Plugins(),
    Preferences(),
)
