"""The tables of people. No secret stands in them: passwords are argon2, all else is SHA-256."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from sentinel.desk.tables import metadata

NAME = 80
"""Characters of a name, and of whoever did something to it."""
USER = 64
"""Characters of a user's id."""
HASH = 64
"""Characters of a SHA-256."""

users = Table(
    "users",
    metadata,
    Column("id", String(USER), primary_key=True),
    Column("name", String(NAME), nullable=False),
    Column("password", String(200), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("signed_in_at", BigInteger, nullable=True),
    Column("disabled_at", BigInteger, nullable=True),
)
"""Rows stay: the trail names them for ever. `signed_in_at`: the last time."""

grants = Table(
    "grants",
    metadata,
    Column("holder", String(NAME), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("area", String(200), primary_key=True),
    Column("department", String(NAME), primary_key=True),
)
"""`holder`: the id of a person, be it a user or a token."""

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(HASH), primary_key=True),
    Column("person", String(USER), ForeignKey("users.id"), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Index("sessions_by_person", "person", "made_at"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("hash", String(HASH), nullable=False, unique=True),
    Column("name", String(NAME), nullable=False),
    Column("made_by", String(NAME), nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=True),
    Column("revoked_at", BigInteger, nullable=True),
)
"""Rows stay, as those of users do. `used_at`: the last time, to the hour."""

attempts = Table(
    "attempts",
    metadata,
    Column("id", String(HASH), primary_key=True),
    Column("account", String(HASH), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Index("attempts_by_account", "account"),
    Index("attempts_by_time", "last_at"),
)
"""Failed attempts by account, address or both; hashes of them, since strangers type anything."""

devices = Table(
    "devices",
    metadata,
    Column("id", String(HASH), primary_key=True),
    Column("person", String(USER), ForeignKey("users.id"), primary_key=True),
    Column("seen_at", BigInteger, nullable=False),
    Index("devices_by_person", "person", "seen_at"),
)
"""Browsers in which a user has signed in; several users may share one."""

drafts = Table(
    "drafts",
    metadata,
    Column("person", String(NAME), primary_key=True),
    Column("case", String(64), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("drafts_by_time", "at"),
)
