"""What people did to the house itself: published, signed in, changed rights. Records have their own history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, Text, insert

from builder.database import Id, Key, Moment, metadata
from schema_store import strict_json

audit_entries = Table(
    "audit_entry",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Key, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Text, nullable=False),
)


def note(
    connection: Connection,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    details: dict[str, Any] | None = None,
) -> None:
    """Write an audit entry in the caller's transaction. `action` is a verb ("publish"); no secrets in `details`."""
    row = {
        "at": at,
        "actor": actor,
        "action": action,
        "subject": subject,
        "details": strict_json.write(details or {}),
    }
    connection.execute(insert(audit_entries).values(row))
