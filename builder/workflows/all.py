"""The triggers, actions and channels that are built in."""

from __future__ import annotations

from builder.workflows.actions.contract import Action
from builder.workflows.actions.create_record import CreateRecord
from builder.workflows.actions.notify import Notify
from builder.workflows.actions.set_field import SetField
from builder.workflows.actions.tags import AddTag, RemoveTag
from builder.workflows.channels.contract import Channel
from builder.workflows.channels.in_app import InApp
from builder.workflows.triggers.contract import Trigger
from builder.workflows.triggers.record import RecordTrigger
from builder.workflows.triggers.schedule import Schedule

TRIGGERS: tuple[Trigger, ...] = (Schedule(), RecordTrigger())
ACTIONS: tuple[Action, ...] = (SetField(), AddTag(), RemoveTag(), CreateRecord(), Notify())
CHANNELS: tuple[Channel, ...] = (InApp(),)
