"""The kinds that are built in, in the order in which they are checked and published."""

from __future__ import annotations

from builder.kinds.app import AppKind
from builder.kinds.contract import Kind
from builder.kinds.entity import EntityKind
from builder.kinds.form import FormKind
from builder.kinds.page import PageKind
from builder.kinds.public_form import PublicFormKind
from builder.kinds.role import RoleKind
from builder.kinds.view import ViewKind
from builder.kinds.workflow import WorkflowKind

KINDS: tuple[Kind, ...] = (
    EntityKind(),
    FormKind(),
    PublicFormKind(),
    ViewKind(),
    RoleKind(),
    WorkflowKind(),
    PageKind(),
    AppKind(),
)
