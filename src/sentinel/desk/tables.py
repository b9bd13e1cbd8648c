"""The desk's tables, in plain types that SQLite and PostgreSQL both keep.

What is asked for by value has a column; the whole of a finding, warning, case or order is beside
it as JSON, so that a new field needs no new column.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
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
SCHEMA = 3
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
    Column("case", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("area", String(200), nullable=False),
    Column("rule", String(200), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("worst", Integer, nullable=False),
    Column("sight", Integer, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("accepted_rank", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("warnings_listed", "state", "rank", "changed_at", "id"),
    Index("warnings_by_revision", "revision", unique=True),
    Index("warnings_by_case", "case"),
)
"""case: The newest that has it; empty while it is held back. accepted_rank: The highest at which
somebody has it in hand."""

cases = Table(
    "cases",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("area", String(200), nullable=False),
    Column("centre", String(200), nullable=False),
    Column("scenario", String(120), nullable=False),
    Column("rule", String(120), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("exercise", Boolean, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("sight", Integer, nullable=False),
    Column("waits", Boolean, nullable=False),
    Column("quiet", String(120), nullable=False),
    Column("parent", String(64), nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("next_at", BigInteger),
    Column("revision", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("cases_listed", "state", "rank", "changed_at", "id"),
    Index("cases_by_revision", "revision", unique=True),
    Index("cases_by_subject", "subject", "rule", "opened_at"),
    Index("cases_by_rule", "rule", "state"),
    Index("cases_by_parent", "parent"),
    Index("cases_by_quiet", "quiet"),
    Index("cases_due", "next_at"),
)
"""rank: The one that terms go by. waits: Somebody has still to accept, or to see a rise. next_at:
When a clock of the case or of one of its orders next has something to say."""

orders = Table(
    "orders",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("case", String(64), ForeignKey("cases.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("unit", String(120), nullable=False),
    Column("state", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Index("orders_by_case", "case", "number", unique=True),
    Index("orders_by_unit", "unit", "state"),
)

silences = Table(
    "silences",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("ends_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("silences_by_end", "ends_at"),
)
"""ends_at: When it really ends, lifted or not."""

handovers = Table(
    "handovers",
    metadata,
    Column("unit", String(120), primary_key=True),
    Column("watch_at", BigInteger, primary_key=True, autoincrement=False),
    Column("signed_at", BigInteger, nullable=False),
    Column("by", String(80), nullable=False),
)
"""Who has signed for the list of a watch that began at `watch_at`."""

meters = Table(
    "meters",
    metadata,
    Column("audience", String(16), primary_key=True),
    Column("to", String(120), primary_key=True),
    Column("next_at", BigInteger),
    Column("body", Text, nullable=False),
    Index("meters_due", "next_at"),
)
"""How many notices each audience had lately, and what is held for its summary."""

positions = Table(
    "positions",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("position", BigInteger, nullable=False),
)
"""`findings`: the last journal row taken. `revision`: the last change. `schema`: `SCHEMA`."""
