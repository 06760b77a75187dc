"""Why a record is as it is: its history."""

from __future__ import annotations

from typing import Any

from flask import Response

from builder.catalog import Entity
from builder.pages import web
from builder.pages.api.calls import answer, entity_of, parameters
from builder.pages.api.records import found
from builder.records import history
from builder.records.history import Entry


@web.needs("token")
def get_history(entity_key: str, record_id: int) -> Response:
    """`{"history": […]}`, newest first: who, when, through which door, and `{field: [before, after]}`."""
    entity = entity_of(web.visit().catalog, entity_key, "read")
    parameters(())
    with web.reading() as work:
        found(work, entity, record_id)
        entries = history.of(work, entity_key, record_id, web.visit().policy)
    return answer({"history": [_entry(entity, one) for one in entries]})


def _entry(entity: Entity, one: Entry) -> dict[str, Any]:
    said = {
        "version": one.version,
        "what": one.what,
        "at": one.at.isoformat(),
        "effective_at": one.effective_at.isoformat() if one.effective_at else None,
        "actor": one.actor,
        "cause": one.cause,
        "run": one.run_id,
        "reason": one.reason or None,
        "changes": {
            key: [_json(entity, key, value) for value in change] for key, change in one.changes.items()
        },
    }
    return {name: value for name, value in said.items() if value is not None}


def _json(entity: Entity, key: str, value: Any) -> Any:
    one = entity.fields[key]
    return None if value is None else one.type.to_json(value, one.settings)
