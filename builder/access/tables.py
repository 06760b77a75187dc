"""The tables of people and of what they carry: sessions, tokens, failed sign-ins, remembered API calls.

Sessions and tokens are kept as SHA-256 of random secrets of 256 bits: who reads the database cannot use them.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import expression

from builder.database import Id, Key, Moment, PlainText, metadata

Json = JSON().with_variant(JSONB, "postgresql")

users = Table(
    "user_account",
    metadata,
    Column("id", Id, primary_key=True),
    Column("email", PlainText, nullable=False, unique=True),  # as users.normal_email writes it
    Column("name", Text, nullable=False),
    Column("password_hash", Text),  # None: cannot sign in with a password
    Column("is_active", Boolean, nullable=False, server_default=expression.true()),
    Column("language", Key),  # None: the workspace's, else the browser's
    Column("roles", Json, nullable=False),  # keys of definitions of kind role, and "admin"
    Column("preferences", Json),  # small choices about their own pages: {"keys": "off"}; None: none was made
    Column("epoch", Integer, nullable=False, server_default="0"),  # moves: every session of before is over
    Column("created_at", Moment, nullable=False),
)

sessions = Table(
    "user_session",
    metadata,
    Column("hash", Key, primary_key=True),
    Column(
        "user_id", BigInteger, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("epoch", Integer, nullable=False),  # the user's, when they signed in
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

tokens = Table(
    "api_token",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hash", Key, nullable=False, unique=True),
    Column("prefix", Key, nullable=False),  # its first characters, to tell tokens apart
    Column("name", Text, nullable=False),
    Column(
        "user_id", BigInteger, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("scopes", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),  # None: until it is revoked
    Column("used_at", Moment),
)

tries = Table(
    "sign_in_try",
    metadata,
    Column("id", Id, primary_key=True),
    Column("account", Key, nullable=False),  # a hash of the address that was typed: it may be nobody's
    Column("peer", Key, nullable=False),
    Column("at", Moment, nullable=False),
)
Index("ix_sign_in_try_account_at", tries.c.account, tries.c.at)
Index("ix_sign_in_try_peer_at", tries.c.peer, tries.c.at)
Index("ix_sign_in_try_at", tries.c.at)

answers = Table(
    "idempotency_key",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", BigInteger, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("key", Key, nullable=False),
    Column("request", Key, nullable=False),  # SHA-256 of method, path and body
    Column("at", Moment, nullable=False, index=True),
    Column("status", Integer),  # None: the first call with this key is still at work
    Column("headers", Json),
    Column("body", LargeBinary),
    UniqueConstraint("user_id", "key", name="uq_idempotency_key_user_id_key"),
)
