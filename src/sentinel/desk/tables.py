"""The desk's tables. Plain types only: SQLite keeps them today, PostgreSQL may tomorrow.

What is asked for by value has a column; the whole of a finding, warning or order is beside it as
JSON, so that a new field needs no new column.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

NOT_ACCEPTED = -1
"""`accepted_rank` of a warning that nobody has accepted: below every rank."""
SCHEMA = 2
"""Grows with every change that an older program could not read."""

metadata = MetaData()

findings = Table(
    "findings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("warning", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("taken_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("findings_by_warning", "warning", "number"),
)

warnings = Table(
    "warnings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("area", String(200), nullable=False),
    Column("rule", String(200), nullable=False, server_default=""),
    Column("rank", Integer, nullable=False),
    Column("worst", Integer, nullable=False, server_default="0"),
    Column("sight", Integer, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("accepted_rank", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("warnings_listed", "state", "rank", "changed_at", "id"),
    Index("warnings_by_revision", "revision", unique=True),
)

orders = Table(
    "orders",
    metadata,
    Column("warning", String(64), ForeignKey("warnings.id"), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("body", Text, nullable=False),
)

acts = Table(
    "acts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("act", String(32), nullable=False),
    Column("by", String(80), nullable=False),
    Column("how", String(16), nullable=False),
    Column("warning", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Index("acts_by_warning", "warning", "id"),
)
"""Who did what when; rows are only ever added."""

positions = Table(
    "positions",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""`findings`: the last journal row taken. `revision`: the last change. `schema`: `SCHEMA`."""
