"""The outbox's table."""

from enum import StrEnum

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from sentinel.desk.tables import metadata


class MessageState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    """To be sent, now or later; while it is leased, somebody is at it."""
    SENT = "sent"
    FAILED = "failed"
    """Refused, or tried for too long; another channel of its chain has it, or had it."""
    DEAD = "dead"
    """The last of its chain failed: nobody was reached. A person must look."""
    CANCELLED = "cancelled"
    """A reminder of what somebody accepted meanwhile."""
    NEEDLESS = "needless"
    """Another channel of its chain got through."""
    EXPIRED = "expired"
    """It was not sent while it was worth anything. Intended."""
    DISMISSED = "dismissed"
    """Dead, and a person has said that nothing more is to be done."""


outbox = Table(
    "outbox",
    metadata,
    Column("id", String, primary_key=True),
    Column("chain", String, nullable=False),
    Column("state", String(16), nullable=False),
    Column("channel", String, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("occasion", String(32), nullable=False),
    Column("case", String, nullable=False),
    Column("order", Integer),
    Column("put_at", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("not_after", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("leased_by", String, nullable=False),
    Column("leased_until", BigInteger, nullable=False),
    Column("done_at", BigInteger),
    Column("reason", Text, nullable=False),
    Column("receipt", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("outbox_due", "state", "channel", "rank", "next_at"),
    Index("outbox_by_chain", "chain"),
    Index("outbox_by_case", "case", "order"),
    Index("outbox_by_end", "state", "done_at"),
)
"""chain: Id of its chain's first message. since: From when on its patience counts. reason: Of the
last failure. body: The message as JSON."""
