"""The table of publications, beside the desk's others."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from sentinel.desk.tables import metadata

publications = Table(
    "publications",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("thread", String(64), nullable=False),
    Column("case", String(64), nullable=False),
    Column("area", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger, nullable=True),
    Column("body", Text, nullable=False),
    Column("xml", Text, nullable=True),
    Index("publications_listed", "changed_at", "id"),
    Index("publications_issued", "sent_at", "id"),
    Index("publications_by_thread", "thread", "id"),
    Index("publications_by_case", "case"),
)
"""`xml`: the document as it was issued, and as it is handed out for ever."""
