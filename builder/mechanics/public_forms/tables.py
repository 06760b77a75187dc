"""The tables of public forms: how many answers came, which came lately, and what was agreed to."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from builder.database import Id, Key, Moment, metadata

counters = Table(
    "public_form_counter",
    metadata,
    Column("form", Key, primary_key=True),
    Column("answers", BigInteger, nullable=False),
    Column("known", BigInteger, nullable=False),  # of them: answers of people who had a record already
)
"""One row a form. Who takes an answer holds it until the commit: so limits count right in any number of processes."""

answers = Table(
    "public_form_answer",
    metadata,
    Column("nonce", Key, primary_key=True),  # of the page that was sent: it counts once
    Column("form", Key, nullable=False),
    Column("visitor", Key, nullable=False),  # a keyed hash of the address; no address is kept
    Column("digest", Key, nullable=False),  # a keyed hash of what was sent
    Column("at", Moment, nullable=False, index=True),
)
"""Kept for a day: as long as a page may be sent."""
Index("ix_public_form_answer_visitor", answers.c.form, answers.c.visitor, answers.c.at)

consents = Table(
    "consent",
    metadata,
    Column("id", Id, primary_key=True),
    Column("entity", Key, nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),  # the record's, with which it came
    Column("form", Key, nullable=False),
    Column("language", Key, nullable=False),  # "" where the words are the same in all languages
    Column("text", Text, nullable=False),  # exactly as it was read
    Column("at", Moment, nullable=False),
)
Index("ix_consent_record", consents.c.entity, consents.c.record_id)
