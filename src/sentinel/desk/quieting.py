"""Silences in SQL, and which cases keep which quiet."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Connection

from sentinel.desk.files import LIVE, ids_where
from sentinel.desk.sql import inserting
from sentinel.desk.tables import cases, silences
from sentinel.domain.person import EVERYWHERE
from sentinel.warn.case import EXPLAINED
from sentinel.warn.city import City
from sentinel.warn.picture import around
from sentinel.warn.silence import Silence

_MOST_EXPLAINING = 100
_silence = msgspec.json.Decoder(Silence)


def silences_of(connection: Connection, now: int) -> tuple[Silence, ...]:
    """Return the silences that count now, or will."""
    asked = select(silences.c.body).where(silences.c.ends_at > now).order_by(silences.c.id)
    return tuple(map(_silence.decode, connection.scalars(asked)))


def find_silence(connection: Connection, silence: str) -> Silence | None:
    """Return one silence, over or not; None: there is none such."""
    asked = select(silences.c.body).where(silences.c.id == silence)
    body = connection.scalars(asked).one_or_none()
    return _silence.decode(body) if body else None


def write_silences(connection: Connection, kept: Iterable[Silence]) -> None:
    """Keep silences, new or lifted."""
    for one in kept:
        row = {"id": one.id, "ends_at": one.until, "body": msgspec.json.encode(one).decode()}
        insert = inserting(connection, silences).values(row)
        changed = {"ends_at": insert.excluded.ends_at, "body": insert.excluded.body}
        connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=changed))


def explainers(connection: Connection, rule: str, area: str, city: City) -> list[str]:
    """Return live cases that may explain one of a rule: of rules that name it, around or in it."""
    named = [other.rule for other in city.rules.values() if rule in other.explains]
    if not named:
        return []
    if area == EVERYWHERE:
        same_place = cases.c.area == EVERYWHERE
    else:
        wider = [code for code in around(area) if code != EVERYWHERE]
        below = cases.c.area.startswith(f"{area}/", autoescape=True)
        same_place = or_(cases.c.area.in_(wider), below)
    speaks = and_(cases.c.rule.in_(named), cases.c.state.in_(LIVE), cases.c.quiet == "")
    return ids_where(connection, speaks, same_place, limit=_MOST_EXPLAINING)


def explained_by(connection: Connection, case: str, most: int) -> list[str]:
    """Return the live cases that a case keeps quiet."""
    quiet = and_(cases.c.quiet == f"{EXPLAINED}{case}", cases.c.state.in_(LIVE))
    return ids_where(connection, quiet, limit=most)
