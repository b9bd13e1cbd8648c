"""What clocks do: late orders, silences that end, summaries that are due."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from sentinel.desk.files import LIVE
from sentinel.desk.metering import due_summaries
from sentinel.desk.sheet import Sheet
from sentinel.desk.tables import cases, meters
from sentinel.warn.escalate import overdue

AT_ONCE = 200
"""Cases in one transaction: acts of people wait no longer than for that many."""


def is_due(connection: Connection, now: int) -> bool:
    """Return whether any clock has something to say; cheap, and holds nobody up."""
    late = select(cases.c.id).where(cases.c.next_at <= now, cases.c.state.in_(LIVE)).limit(1)
    held = select(meters.c.to).where(meters.c.next_at <= now).limit(1)
    return any(connection.scalars(asked).first() is not None for asked in (late, held))


def tick(sheet: Sheet) -> int:
    """Do what is due, the longest overdue first; return how many clocks had something to say."""
    asked = (
        select(cases.c.id)
        .where(cases.c.next_at <= sheet.now, cases.c.state.in_(LIVE))
        .order_by(cases.c.next_at, cases.c.id)
        .limit(AT_ONCE)
    )
    due = list(sheet.connection.scalars(asked))
    for file in sheet.files(due).values():
        city = sheet.city_around(file.case.rule, file.case.area)
        sheet.take(overdue(file, sheet.now, city))
    return len(due)


def tell_summaries(sheet: Sheet) -> int:
    """Send the summaries that are due; return how many."""
    return sheet.summarise(due_summaries(sheet.connection, sheet.now, AT_ONCE))
