"""What people agreed to: the exact words, their language and the moment, beside the record's version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select

from builder.mechanics.public_forms.tables import consents
from builder.work import Work
from schema_store.texts import Text, pick

Record = tuple[str, int]
"""Entity and id."""


@dataclass(frozen=True)
class Consent:
    """Words that somebody agreed to, as they read them."""

    text: str
    language: str
    form: str
    at: datetime


def asked(form: Mapping[str, Any], language: str) -> tuple[str, str]:
    """`(words, their language)` that a visitor reads; ("", "") where the form asks for no consent."""
    consent = form.get("consent", {})
    words = pick(consent.get("text"), language)
    link = consent.get("link")
    return (f"{words}\n{link}" if words and link else words), _language(consent.get("text"), language)


def keep(work: Work, form: Mapping[str, Any], record: tuple[int, int], language: str) -> None:
    """Keep that the visitor agreed; `record` is `(id, version)`."""
    text, spoken = asked(form, language)
    row = {"entity": form["entity"], "record_id": record[0], "version": record[1], "form": form["key"]}
    work.connection.execute(insert(consents).values(**row, language=spoken, text=text, at=work.now))


def of(work: Work, records: Iterable[Record]) -> dict[tuple[str, int, int], list[Consent]]:
    """`{(entity, id, version): consents that came with it}` of these records: one statement, none for none.

    Whoever may read a record's history may read them.
    """
    mine = [(consents.c.entity == entity) & (consents.c.record_id == id) for entity, id in set(records)]
    found: dict[tuple[str, int, int], list[Consent]] = {}
    if not mine:
        return found
    for row in work.connection.execute(select(consents).where(or_(*mine)).order_by(consents.c.id)):
        name = (row.entity, row.record_id, row.version)
        found.setdefault(name, []).append(Consent(row.text, row.language, row.form, row.at))
    return found


def _language(text: Text | None, language: str) -> str:
    if not isinstance(text, Mapping):
        return ""
    return next((one for one in (language, "en", *text) if one in text), "")
