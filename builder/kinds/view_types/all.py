"""The types of views that are built in; the first is what a view is that does not say."""

from __future__ import annotations

from builder.kinds.view_types.calendar import Calendar
from builder.kinds.view_types.contract import ViewType
from builder.kinds.view_types.gallery import Gallery
from builder.kinds.view_types.kanban import Kanban
from builder.kinds.view_types.table import Table
from builder.kinds.view_types.timeline import Timeline

VIEW_TYPES: tuple[ViewType, ...] = (Table(), Kanban(), Calendar(), Gallery(), Timeline())
USUAL = VIEW_TYPES[0].key
