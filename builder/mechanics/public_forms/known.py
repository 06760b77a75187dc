"""Whose answer it is: records that have the same phone, or any other value that one person alone has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, select

from builder.catalog import Entity
from builder.kinds.public_form import asked
from builder.records import tables
from builder.work import Work


def telling(entity: Entity, form: Mapping[str, Any]) -> list[str]:
    """The fields by which people are known: those the form names, and every unique one that it asks for."""
    named = form.get("known_by", ())
    return [key for key in asked(form) if key in named or entity.fields[key].unique]


def records(work: Work, entity: Entity, form: Mapping[str, Any], values: Mapping[str, Any]) -> list[int]:
    """The ids of the first two records that have one of these values, held against other writers."""
    table = tables.of(work.catalog).table(entity.key)
    same = [
        table.c[entity.fields[key].column] == values[key]
        for key in telling(entity, form)
        if values.get(key) is not None
    ]
    if not same:
        return []
    asked_for = select(table.c.id).where(or_(*same)).order_by(table.c.id).limit(2).with_for_update()
    return list(work.connection.execute(asked_for).scalars())
