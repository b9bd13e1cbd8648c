"""Publications written and read, in the transaction of the caller."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, and_, false, or_, select, update
from sqlalchemy.engine import Connection

from sentinel.desk.people.sight import is_seen
from sentinel.desk.publish.tables import publications
from sentinel.domain.person import Person
from sentinel.publish.cap.listing import Chosen
from sentinel.publish.cap.message import Scope
from sentinel.publish.cap.publication import Publication, State

_OPEN = (State.DRAFT.value, State.APPROVED.value)


def add(connection: Connection, one: Publication) -> None:
    """Keep a new one."""
    connection.execute(publications.insert().values(id=one.id, **_columns(one)))


def change(connection: Connection, one: Publication, xml: bytes | None = None) -> None:
    """Keep one in place of what it was. xml: As it goes out; None: nothing does, or already did."""
    changes: dict[str, object] = _columns(one)
    if xml is not None:
        changes["xml"] = xml.decode()
    connection.execute(update(publications).where(publications.c.id == one.id).values(**changes))


def find(connection: Connection, number: str, *, to_change: bool = False) -> Publication | None:
    """Return one by its id. to_change: Nobody else changes it before this transaction ends."""
    asked = select(publications.c.body).where(publications.c.id == number)
    body = connection.scalar(asked.with_for_update() if to_change else asked)
    return None if body is None else _read(body)


def thread_of(connection: Connection, thread: str, *, to_change: bool = True) -> list[Publication]:
    """Return all of a thread, by id. to_change: Nobody else changes any of it meanwhile."""
    asked = (
        select(publications.c.body)
        .where(publications.c.thread == thread)
        .order_by(publications.c.id)
    )
    if to_change:
        asked = asked.with_for_update()
    return [_read(body) for body in connection.scalars(asked)]


def listed(connection: Connection, chosen: Chosen, person: Person) -> list[Publication]:
    """Return the chosen ones that the person sees, what changed last first."""
    conditions = [is_seen(publications.c.area, person)]
    if chosen.case:
        conditions.append(publications.c.case == chosen.case)
    if chosen.states:
        conditions.append(publications.c.state.in_([state.value for state in chosen.states]))
    if chosen.after:
        conditions.append(_below(*chosen.after))
    asked = (
        select(publications.c.body)
        .where(*conditions)
        .order_by(publications.c.changed_at.desc(), publications.c.id.desc())
        .limit(chosen.limit)
    )
    return [_read(body) for body in connection.scalars(asked)]


def issued(connection: Connection, person: Person | None, limit: int) -> list[Publication]:
    """Return what was issued, newest first. person: None: a stranger, who sees what is public."""
    asked = (
        select(publications.c.body)
        .where(_is_open_to(person))
        .order_by(publications.c.sent_at.desc(), publications.c.id.desc())
        .limit(limit)
    )
    return [_read(body) for body in connection.scalars(asked)]


def document(connection: Connection, number: str, person: Person | None) -> bytes | None:
    """Return what was issued as it went out; None: nothing was, or not for these eyes."""
    this = (publications.c.id == number, _is_open_to(person))
    xml = connection.scalar(select(publications.c.xml).where(*this))
    return None if xml is None else str(xml).encode()


def has_open_draft(connection: Connection, thread: str) -> bool:
    """Return whether somebody is at work on the thread's next message."""
    asked = select(publications.c.id).where(
        publications.c.thread == thread, publications.c.state.in_(_OPEN)
    )
    return connection.scalar(asked.limit(1)) is not None


def _is_open_to(person: Person | None) -> ColumnElement[bool]:
    public = publications.c.scope == Scope.PUBLIC.value
    seen = is_seen(publications.c.area, person) if person else false()
    return and_(publications.c.sent_at.is_not(None), or_(public, seen))


def _below(changed_at: int, number: str) -> ColumnElement[bool]:
    same_time = and_(publications.c.changed_at == changed_at, publications.c.id < number)
    return or_(publications.c.changed_at < changed_at, same_time)


def _columns(one: Publication) -> dict[str, object]:
    return {
        "thread": one.thread,
        "case": one.case,
        "area": one.area,
        "state": one.state.value,
        "scope": one.content.scope.value,
        "changed_at": one.changed_at,
        "sent_at": one.sent_at,
        "body": msgspec.json.encode(one).decode(),
    }


def _read(body: str) -> Publication:
    return msgspec.json.decode(body, type=Publication)


def in_order(thread: Sequence[Publication]) -> tuple[Publication, ...]:
    """Return what was issued of a thread, oldest first."""
    out = [one for one in thread if one.state is State.ISSUED]
    return tuple(sorted(out, key=lambda one: (one.sent_at or 0, one.id)))
