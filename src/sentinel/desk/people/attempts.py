"""Guessing made slow, without letting a stranger lock anybody out.

Attempts are counted by account and address together, by address, and by account; each has some
for nothing, then waits that double. A browser in which the user has signed in before has a count
of its own, and no other matters there: whoever guesses from elsewhere, however many they are, does
not slow down a colleague at their own desk. An attempt that comes too early is not looked at and
lengthens no wait. Everything is forgotten an hour after the last failure.

An attempt counts before the password is looked at, so that many at once are no way around it.
"""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address
from operator import attrgetter
from typing import NamedTuple

import msgspec
from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.engine import Connection

from sentinel.desk.people.secret import hashed
from sentinel.desk.people.sql import inserting
from sentinel.desk.people.tables import attempts

LONGEST_SECONDS = 300
FORGOTTEN_MS = 3_600_000
FREE_TOGETHER = 4
FREE_ALONE = 30
"""By address or account alone: a whole duty centre may be behind one address."""
MOST = 10_000
"""Rows; past that the oldest failures are forgotten early."""
_IPV6_SITE = 64
"""Bits of an IPv6 address that one subscriber has all of."""


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that failures are counted by. free: How many cost no wait."""

    id: str
    account: str
    free: int


def counts_of(account: str, address: str, device: str) -> tuple[Count, ...]:
    """Return what an attempt counts for.

    device: Hash of a browser in which this account has signed in; empty: it has not.
    """
    named = hashed("account", account)
    site = _site(address)
    if device:
        own = hashed("device", account, device)
        return (Count(id=own, account=named, free=FREE_TOGETHER),)
    return (
        Count(id=hashed("both", account, site), account=named, free=FREE_TOGETHER),
        Count(id=hashed("address", site), account="", free=FREE_ALONE),
        Count(id=named, account=named, free=FREE_ALONE),
    )


def attempt(connection: Connection, counts: Sequence[Count], now: int) -> int:
    """Count an attempt as a failure until it is told otherwise.

    Returns:
        Seconds to wait before it may be made; 0: it may, and is counted.
    """
    _forget(connection, now)
    wait = _wait(_known(connection, counts), now)
    if wait:
        return wait  # leaves no row: else a flood could push out what slows it
    _make(connection, counts, now)
    known = _known(connection, counts)
    wait = _wait(known, now)  # another desk may have been faster
    if not wait:
        for count in counts:
            _keep(connection, count, known[count.id].failures + 1, now)
    return wait


def succeeded(connection: Connection, counts: Sequence[Count], now: int) -> None:
    """Take back what `attempt` counted; what an account and address failed together is over."""
    first, *others = counts
    connection.execute(delete(attempts).where(attempts.c.id == first.id))
    connection.execute(
        update(attempts)
        .where(attempts.c.id.in_([count.id for count in others]))
        .values(failures=attempts.c.failures - 1, until=now)
    )


def release(connection: Connection, account: str) -> None:
    """Forget the failures of an account, wherever they came from."""
    connection.execute(delete(attempts).where(attempts.c.account == hashed("account", account)))


def wait_seconds(beyond: int) -> int:
    """Return how long to wait after so many failures beyond those for nothing.

    >>> [wait_seconds(beyond) for beyond in (-3, 0, 1, 2, 3, 9, 99)]
    [0, 0, 1, 2, 4, 256, 300]
    """
    return min(LONGEST_SECONDS, 1 << min(beyond - 1, 16)) if beyond > 0 else 0


def _site(address: str) -> str:
    """Return the address, or what of it one subscriber cannot choose."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and not found.ipv4_mapped:
        return str(int(found) >> _IPV6_SITE)
    return str(getattr(found, "ipv4_mapped", None) or found)


class _Known(NamedTuple):
    failures: int
    until: int


def _known(connection: Connection, counts: Sequence[Count]) -> dict[str, _Known]:
    """Return what is known of each, its row held until the transaction ends."""
    asked = (
        select(attempts.c.id, attempts.c.failures, attempts.c.until)
        .where(attempts.c.id.in_([count.id for count in counts]))
        .order_by(attempts.c.id)
        .with_for_update()
    )
    return {one: _Known(failures, until) for one, failures, until in connection.execute(asked)}


def _wait(known: dict[str, _Known], now: int) -> int:
    longest = max((one.until - now for one in known.values()), default=0)
    return -(-max(0, longest) // 1000)


def _make(connection: Connection, counts: Sequence[Count], now: int) -> None:
    connection.execute(
        inserting(connection, attempts).on_conflict_do_nothing(),
        [
            {"id": one.id, "account": one.account, "failures": 0, "last_at": now, "until": 0}
            for one in sorted(counts, key=attrgetter("id"))
        ],
    )


def _keep(connection: Connection, count: Count, failures: int, now: int) -> None:
    until = now + 1000 * wait_seconds(failures - count.free)
    connection.execute(
        update(attempts)
        .where(attempts.c.id == count.id)
        .values(failures=failures, last_at=now, until=until)
    )


def _forget(connection: Connection, now: int) -> None:
    """Drop what is an hour old, and the oldest of too many."""
    too_many = connection.scalars(select(func.count()).select_from(attempts)).one() - MOST
    old = select(attempts.c.id).where(
        or_(attempts.c.last_at <= now - FORGOTTEN_MS, attempts.c.last_at > now + FORGOTTEN_MS)
    )
    _drop(connection, old)
    if too_many > 0:
        _drop(connection, select(attempts.c.id).order_by(attempts.c.last_at).limit(too_many))


def _drop(connection: Connection, ids: Select[tuple[str]]) -> None:
    """What another desk is at work on stays."""
    free = ids.with_for_update(skip_locked=True)
    connection.execute(delete(attempts).where(attempts.c.id.in_(free)))
