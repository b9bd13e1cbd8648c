"""Questions to the desk's tables, in the transaction of the caller; nothing here writes."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.engine import Connection

from sentinel.desk.tables import acts, findings, orders, positions, warnings
from sentinel.domain.finding import LINK_RULE, Finding
from sentinel.domain.rank import Rank, Sight
from sentinel.warn.listing import Act, Chosen, Listed, Opened, Place, Which
from sentinel.warn.order import Order
from sentinel.warn.picture import Tally
from sentinel.warn.warning import EarlyWarning, WarningState

_LINE = select(
    warnings.c.body.label("warning"), orders.c.body.label("order"), warnings.c.revision
).select_from(warnings.outerjoin(orders, orders.c.warning == warnings.c.id))


def list_warnings(connection: Connection, chosen: Chosen) -> list[Listed]:
    """Return the chosen warnings, from red down, newest change first."""
    asked = (
        _LINE.where(*_conditions(chosen))
        .order_by(warnings.c.rank.desc(), warnings.c.changed_at.desc(), warnings.c.id.desc())
        .limit(chosen.limit)
    )
    return [_listed(line) for line in connection.execute(asked)]


def count_warnings(connection: Connection, chosen: Chosen) -> int:
    """Return how many the whole list would have."""
    chosen = msgspec.structs.replace(chosen, after=None)
    asked = select(func.count()).select_from(warnings).where(*_conditions(chosen))
    return int(connection.scalars(asked).one())


def changed_warnings(connection: Connection, after: int, limit: int) -> list[Listed]:
    """Return warnings whose last change came after revision `after`, in order of change."""
    asked = _LINE.where(warnings.c.revision > after).order_by(warnings.c.revision).limit(limit)
    return [_listed(line) for line in connection.execute(asked)]


def open_warning(connection: Connection, warning: str) -> Opened | None:
    """Return one warning with its findings and acts; None if there is none."""
    line = connection.execute(_LINE.where(warnings.c.id == warning)).one_or_none()
    if line is None:
        return None
    bodies = connection.scalars(
        select(findings.c.body).where(findings.c.warning == warning).order_by(findings.c.number)
    )
    told = connection.execute(
        select(acts.c.at, acts.c.act, acts.c.by, acts.c.how, acts.c.detail)
        .where(acts.c.warning == warning)
        .order_by(acts.c.id)
    )
    return Opened(
        listed=_listed(line),
        findings=[msgspec.json.decode(body, type=Finding) for body in bodies],
        acts=[
            Act(at=at, act=act, by=by, how=how, detail=detail) for at, act, by, how, detail in told
        ],
    )


def tally_open(connection: Connection) -> list[Tally]:
    """Return how many open warnings each area has, by what they have in common."""
    columns = warnings.c
    alike = (
        *(columns.area, columns.rank, columns.sight, columns.accepted_rank),
        (columns.rule == LINK_RULE).label("everywhere"),
    )
    asked = (
        select(*alike, func.count())
        .where(warnings.c.state == WarningState.OPEN.value)
        .group_by(*alike)
    )
    return [
        Tally(
            area=area,
            rank=Rank(rank),
            sight=Sight(sight),
            accepted=rank <= accepted_rank,
            everywhere=bool(everywhere),
            count=count,
        )
        for area, rank, sight, accepted_rank, everywhere, count in connection.execute(asked)
    ]


def position(connection: Connection, name: str) -> int:
    """Return a position by its name."""
    asked = select(positions.c.position).where(positions.c.name == name)
    return int(connection.scalars(asked).one())


def _conditions(chosen: Chosen) -> list[ColumnElement[bool]]:
    conditions = _which(chosen.which)
    if chosen.least > Rank.NONE:
        conditions.append(_least(int(chosen.least)))
    if chosen.area:
        below = warnings.c.area.startswith(f"{chosen.area}/", autoescape=True)
        conditions.append(or_(warnings.c.area == chosen.area, below))
    if chosen.after:
        conditions.append(_beyond(chosen.after))
    return conditions


def _least(rank: int) -> ColumnElement[bool]:
    """Of this rank or above: now, or at its worst where it has ended and has none any more."""
    ended = warnings.c.state == WarningState.ENDED.value
    return or_(warnings.c.rank >= rank, and_(ended, warnings.c.worst >= rank))


def _which(which: Which) -> list[ColumnElement[bool]]:
    is_open = warnings.c.state == WarningState.OPEN.value
    match which:
        case Which.OPEN:
            return [is_open]
        case Which.WAITING:
            return [is_open, warnings.c.rank > warnings.c.accepted_rank]
        case Which.ENDED:
            return [warnings.c.state == WarningState.ENDED.value]
        case Which.HELD_BACK:
            return [warnings.c.state == WarningState.HELD_BACK.value]
        case Which.ALL:
            told: Sequence[str] = (WarningState.OPEN.value, WarningState.ENDED.value)
            return [warnings.c.state.in_(told)]


def _beyond(place: Place) -> ColumnElement[bool]:
    """Further down the list than `place`, by the keys of its order; no row twice, none skipped."""
    rank, changed_at, warning = warnings.c.rank, warnings.c.changed_at, warnings.c.id
    same_rank = rank == int(place.rank)
    return or_(
        rank < int(place.rank),
        and_(same_rank, changed_at < place.changed_at),
        and_(same_rank, changed_at == place.changed_at, warning < place.warning),
    )


def _listed(line: Sequence[Any]) -> Listed:
    warning, order, revision = line
    return Listed(
        warning=msgspec.json.decode(warning, type=EarlyWarning),
        order=None if order is None else msgspec.json.decode(order, type=Order),
        revision=revision,
    )
