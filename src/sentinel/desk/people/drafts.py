"""What people have typed and not sent, in the transaction of the caller."""

from typing import Any

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.engine import Connection

from sentinel.desk.people.sql import inserting
from sentinel.desk.people.tables import drafts
from sentinel.domain.access import Draft
from sentinel.domain.errors import AccessError

KEPT_MS = 7 * 24 * 3_600_000
MOST_DRAFTS = 100
"""Of one person."""
MOST_BYTES = 32_000
"""Of one draft."""


def keep_draft(
    connection: Connection, person: str, case: str, body: dict[str, Any], now: int
) -> Draft:
    """Keep a draft in place of an earlier one; drafts of a week ago go.

    Raises:
        AccessError: It is too large, or there are too many.
    """
    text = _written(body)
    connection.execute(delete(drafts).where(drafts.c.at <= now - KEPT_MS))
    others = (drafts.c.person == person, drafts.c.case != case)
    asked = select(func.count()).select_from(drafts).where(*others)
    if connection.scalars(asked).one() >= MOST_DRAFTS:
        message = f"nobody has more than {MOST_DRAFTS} drafts; send or discard some"
        raise AccessError(message)
    connection.execute(
        inserting(connection, drafts)
        .values(person=person, case=case, at=now, body=text)
        .on_conflict_do_update(
            index_elements=[drafts.c.person, drafts.c.case], set_={"at": now, "body": text}
        )
    )
    return Draft(case=case, at=now, body=body)


def find_draft(connection: Connection, person: str, case: str, now: int) -> Draft | None:
    """Return a draft; None if there is none, or it is too old."""
    return next((one for one in list_drafts(connection, person, now) if one.case == case), None)


def list_drafts(connection: Connection, person: str, now: int) -> list[Draft]:
    """Return a person's drafts, the newest first."""
    asked = (
        select(drafts.c.case, drafts.c.at, drafts.c.body)
        .where(drafts.c.person == person, drafts.c.at > now - KEPT_MS)
        .order_by(drafts.c.at.desc(), drafts.c.case)
    )
    return [
        Draft(case=case, at=at, body=msgspec.json.decode(body, type=dict[str, Any]))
        for case, at, body in connection.execute(asked)
    ]


def drop_draft(connection: Connection, person: str, case: str) -> bool:
    """Discard a draft; return whether there was one."""
    this = delete(drafts).where(drafts.c.person == person, drafts.c.case == case)
    return connection.execute(this).rowcount > 0


def _written(body: dict[str, Any]) -> str:
    try:
        written = msgspec.json.encode(body)
    except (ValueError, RecursionError) as error:  # half characters; a thousand brackets
        message = f"a draft is JSON that can be kept: {error}"
        raise AccessError(message) from error
    if len(written) > MOST_BYTES:
        message = f"a draft may hold {MOST_BYTES} bytes at most"
        raise AccessError(message)
    return written.decode()
