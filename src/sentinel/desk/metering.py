"""How many notices each audience had lately, kept in SQL."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import select
from sqlalchemy.engine import Connection

from sentinel.desk.facts import Facts
from sentinel.desk.sql import inserting
from sentinel.desk.tables import meters
from sentinel.warn.notice import Audience, Notice
from sentinel.warn.rate import Meter, pass_on, sum_up

_LIMITED = frozenset({Audience.UNIT, Audience.CENTRE})
"""Those who work; a single person's own notices, places outside and reporters are few anyway."""
_meter = msgspec.json.Decoder(Meter)


def metered(
    connection: Connection, notices: Sequence[Notice], facts: Facts, now: int
) -> list[Notice]:
    """Return what may go out now; the rest is held for a summary."""
    found: list[Notice] = []
    kept: dict[tuple[Audience, str], Meter] = {}
    for notice in notices:
        if notice.audience not in _LIMITED:
            found.append(notice)
            continue
        key = (notice.audience, notice.to)
        meter = kept.get(key) or _read(connection, *key)
        passed = pass_on(meter, notice, now, facts.limits, facts.city.duty.zone)
        kept[key] = passed.meter
        found += passed.notices
    _write(connection, kept.values())
    return found


def due_summaries(connection: Connection, now: int, most: int) -> list[Notice]:
    """Return the summaries that are due, and start their meters afresh."""
    asked = select(meters.c.body).where(meters.c.next_at <= now).limit(most)
    passed = [sum_up(_meter.decode(body), now) for body in connection.scalars(asked).all()]
    made = [one for one in passed if one is not None]
    _write(connection, [one.meter for one in made])
    return [notice for one in made for notice in one.notices]


def _read(connection: Connection, audience: Audience, to: str) -> Meter:
    own = (meters.c.audience == audience.value, meters.c.to == to)
    body = connection.scalars(select(meters.c.body).where(*own)).one_or_none()
    return _meter.decode(body) if body else Meter(audience=audience, to=to)


def _write(connection: Connection, kept: Iterable[Meter]) -> None:
    for meter in kept:
        row = {
            "audience": meter.audience.value,
            "to": meter.to,
            "next_at": meter.next_at,
            "body": msgspec.json.encode(meter).decode(),
        }
        insert = inserting(connection, meters).values(row)
        changed = {name: insert.excluded[name] for name in ("next_at", "body")}
        connection.execute(
            insert.on_conflict_do_update(index_elements=["audience", "to"], set_=changed)
        )
