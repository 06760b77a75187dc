"""Notices inside the product, for plugins that send through channels; `notify` writes its own in the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy.dialects import postgresql, sqlite

from builder.events import Cause
from builder.work import House
from builder.workflows.channels.contract import Channel, Delivery
from builder.workflows.tables import notices
from schema_store.texts import Text


class InApp(Channel):
    """Settings `role` or `user`; the words are the value `text`."""

    key = "in_app"
    label: ClassVar[Text] = {"en": "Notice in the product", "zh": "站内通知"}
    reaches_outside = False
    is_repeatable = True

    def deliver(self, delivery: Delivery, house: House) -> Mapping[str, Any]:
        words = str(delivery.values.get("text", ""))
        with house.writing(Cause("workflow", f"workflow:{delivery.workflow}", delivery.run_id)) as work:
            row = {
                "key": delivery.key,
                "user_id": delivery.settings.get("user"),
                "role": delivery.settings.get("role"),
                "text": {"en": words, "zh": words},
                "at": work.now,
                "run_id": delivery.run_id,
            }
            new = (sqlite if house.database.is_sqlite else postgresql).insert(notices)
            work.connection.execute(new.values(row).on_conflict_do_nothing())
        return {}
