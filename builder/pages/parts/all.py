"""The parts and actions of a record's page, and the parts of the first page, that are built in."""

from __future__ import annotations

from builder.kinds.page_parts import HomePart, PagePart, RecordAction
from builder.pages.parts.actions.delete import Delete
from builder.pages.parts.actions.edit import Edit
from builder.pages.parts.actions.new_related import NewRelated
from builder.pages.parts.actions.open_link import OpenLink
from builder.pages.parts.actions.run_workflow import RunWorkflow
from builder.pages.parts.actions.set_field import SetField
from builder.pages.parts.details import Details
from builder.pages.parts.home.shortcuts import Shortcuts
from builder.pages.parts.home.text import Text
from builder.pages.parts.home.tiles import Tiles
from builder.pages.parts.home.view import View
from builder.pages.parts.note import Note
from builder.pages.parts.related import Related
from builder.pages.parts.timeline import Timeline

PAGE_PARTS: tuple[PagePart, ...] = (Details(), Related(), Timeline(), Note())
RECORD_ACTIONS: tuple[RecordAction, ...] = (
    Edit(),
    Delete(),
    NewRelated(),
    SetField(),
    RunWorkflow(),
    OpenLink(),
)
HOME_PARTS: tuple[HomePart, ...] = (Tiles(), Shortcuts(), View(), Text())
