"""Sessions and the browsers they run in, in the transaction of the caller."""

from sqlalchemy import delete, or_, select, update
from sqlalchemy.engine import Connection

from sentinel.desk.people.accounts import Kept, grants_of
from sentinel.desk.people.secret import hashed, new_secret
from sentinel.desk.people.settings import PeopleSettings
from sentinel.desk.people.sql import inserting
from sentinel.desk.people.tables import devices, sessions, users
from sentinel.domain.access import Session
from sentinel.domain.person import Person

SEEN_MS = 60_000
"""That a session is used is written down so often: reading is cheap, writing is not."""
MOST_SESSIONS = 20
"""Of one user at once; a further one ends the oldest."""
MOST_DEVICES = 20
"""Browsers remembered of one user."""


def begin_session(
    connection: Connection, user: Kept, now: int, settings: PeopleSettings
) -> tuple[str, Session]:
    """Begin a session; return it with its secret. Ends those that are over, and the oldest."""
    dead = or_(sessions.c.seen_at <= now - settings.idle, sessions.c.ends_at <= now)
    connection.execute(delete(sessions).where(dead))
    older = (
        select(sessions.c.id)
        .where(sessions.c.person == user.id)
        .order_by(sessions.c.made_at.desc(), sessions.c.id)
        .offset(MOST_SESSIONS - 1)
    )
    for one in connection.scalars(older).all():
        connection.execute(delete(sessions).where(sessions.c.id == one))
    token, ends_at = new_secret(), now + settings.whole
    connection.execute(
        sessions.insert().values(
            id=hashed(token), person=user.id, made_at=now, seen_at=now, ends_at=ends_at
        )
    )
    person = Person(id=user.id, name=user.name, grants=grants_of(connection, user.id))
    idle_at = now + settings.idle
    return token, Session(person=person, signed_in_at=now, idle_at=idle_at, ends_at=ends_at)


def find_session(
    connection: Connection, token: str, now: int, settings: PeopleSettings
) -> tuple[Session, int] | None:
    """Return a session that holds, and when it was last seen; None: there is none of that secret.

    It is over by idleness, in all, and if its user is disabled. What the user holds is what they
    hold now.
    """
    asked = (
        select(sessions, users.c.name)
        .join(users, users.c.id == sessions.c.person)
        .where(sessions.c.id == hashed(token), users.c.disabled_at.is_(None))
    )
    row = connection.execute(asked).one_or_none()
    if row is None or now >= min(row.seen_at + settings.idle, row.ends_at):
        return None
    held = grants_of(connection, row.person)
    session = Session(
        person=Person(id=row.person, name=row.name, grants=held),
        signed_in_at=row.made_at,
        idle_at=row.seen_at + settings.idle,
        ends_at=row.ends_at,
    )
    return session, row.seen_at


def touch_session(connection: Connection, token: str, now: int) -> None:
    """Write down that a session is used."""
    this = sessions.c.id == hashed(token)
    connection.execute(update(sessions).where(this, sessions.c.seen_at < now).values(seen_at=now))


def end_session(connection: Connection, token: str) -> None:
    """End a session, if there is one of that secret."""
    connection.execute(delete(sessions).where(sessions.c.id == hashed(token)))


def end_sessions(connection: Connection, person: str, but: str = "") -> int:
    """End all sessions of a user, except the one of the secret `but`; return how many."""
    theirs = delete(sessions).where(sessions.c.person == person, sessions.c.id != hashed(but))
    return connection.execute(theirs).rowcount


def known_device(connection: Connection, person: str, device: str) -> str:
    """Return the hash of a browser in which this user has signed in; empty: they have not."""
    this = hashed(device)
    asked = select(devices.c.id).where(devices.c.id == this, devices.c.person == person)
    return connection.scalars(asked).first() or ""


def remember_device(connection: Connection, person: str, device: str, now: int) -> str:
    """Remember that a user signed in there; return the browser's secret.

    A secret that we did not make is not taken over: somebody may have planted it.
    """
    known = connection.scalars(select(devices.c.id).where(devices.c.id == hashed(device))).first()
    if known is None:
        device = new_secret()
    connection.execute(
        inserting(connection, devices)
        .values(id=hashed(device), person=person, seen_at=now)
        .on_conflict_do_update(
            index_elements=[devices.c.id, devices.c.person], set_={"seen_at": now}
        )
    )
    older = (
        select(devices.c.id)
        .where(devices.c.person == person)
        .order_by(devices.c.seen_at.desc(), devices.c.id)
        .offset(MOST_DEVICES)
    )
    for one in connection.scalars(older).all():
        connection.execute(delete(devices).where(devices.c.id == one, devices.c.person == person))
    return device


def forget_devices(connection: Connection, person: str) -> None:
    """Remember no browser of a user."""
    connection.execute(delete(devices).where(devices.c.person == person))
