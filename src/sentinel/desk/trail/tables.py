"""The tables of the audit trail. The database itself refuses to change or remove a row."""

from sqlalchemy import DDL, BigInteger, Column, Index, Integer, String, Table, Text, event

from sentinel.desk.tables import metadata

trail = Table(
    "trail",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("act", String, nullable=False),
    Column("by", String, nullable=False),
    Column("case", String, nullable=False),
    Column("area", String, nullable=False),
    Column("entry", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("trail_by_case", "case", "number"),
    Index("trail_by_person", "by", "number"),
)
"""entry: Canonical JSON, as it was hashed. act, by, case, area: From the entry, to look it up."""

trail_head = Table(
    "trail_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
)
"""One row: the last of the trail. Whoever appends holds it until the end of the transaction."""

_REFUSAL = "the audit trail is only ever added to"
_SQLITE = """
CREATE TRIGGER trail_never_{when} BEFORE {when} ON trail
BEGIN SELECT RAISE(ABORT, '{refusal}'); END
"""
_POSTGRES = (
    """
CREATE OR REPLACE FUNCTION trail_is_added_to() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$
""",
    """
CREATE TRIGGER trail_never_changed BEFORE UPDATE OR DELETE ON trail
FOR EACH ROW EXECUTE FUNCTION trail_is_added_to()
""",
    """
CREATE TRIGGER trail_never_emptied BEFORE TRUNCATE ON trail
FOR EACH STATEMENT EXECUTE FUNCTION trail_is_added_to()
""",
)
"""Against our own mistakes; who rules the database can drop these, and then there is the chain."""


def _guard(dialect: str, statement: str) -> None:
    made = DDL(statement.replace("{refusal}", _REFUSAL))  # type: ignore[no-untyped-call]
    event.listen(trail, "after_create", made.execute_if(dialect=dialect))


for _when in ("UPDATE", "DELETE"):
    _guard("sqlite", _SQLITE.replace("{when}", _when))
for _statement in _POSTGRES:
    _guard("postgresql", _statement)
