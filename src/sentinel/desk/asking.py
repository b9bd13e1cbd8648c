"""Questions to the desk's tables, in the transaction of the caller; nothing here writes."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Table, and_, exists, func, or_, select, true
from sqlalchemy.engine import Connection

from sentinel.desk.files import LIVE, read_files
from sentinel.desk.sql import within
from sentinel.desk.tables import cases, findings, orders, positions, warnings
from sentinel.desk.trail import Asked, lines
from sentinel.domain.finding import LINK_RULE, Finding
from sentinel.domain.person import EVERYWHERE
from sentinel.domain.rank import Rank, Sight
from sentinel.warn.case import CaseFile, CaseState, Origin
from sentinel.warn.listing import (
    Chosen,
    ChosenCases,
    Listed,
    ListedCase,
    Opened,
    OpenedCase,
    Place,
    Queue,
    Told,
    Which,
)
from sentinel.warn.order import ACTIVE, Order
from sentinel.warn.picture import Tally
from sentinel.warn.warning import EarlyWarning, WarningState

_MOST_TOLD = 500
"""Lines of the trail with one case."""
_finding = msgspec.json.Decoder(Finding)
_warning = msgspec.json.Decoder(EarlyWarning)
_WARNING = select(warnings.c.body, warnings.c["case"], warnings.c.revision)
_IS_OPEN = cases.c.state == CaseState.OPEN.value
_CASE = select(cases.c.id, cases.c.changed_at, cases.c.revision)


def list_warnings(connection: Connection, chosen: Chosen) -> list[Listed]:
    """Return the chosen warnings, from red down, newest change first."""
    asked = _WARNING.where(*_conditions(chosen)).order_by(*_by_rank(warnings)).limit(chosen.limit)
    return _listed(connection, connection.execute(asked).all())


def count_warnings(connection: Connection, chosen: Chosen) -> int:
    """Return how many the whole list would have."""
    chosen = msgspec.structs.replace(chosen, after=None)
    asked = select(func.count()).select_from(warnings).where(*_conditions(chosen))
    return int(connection.scalars(asked).one())


def changed_warnings(
    connection: Connection, after: int, limit: int, seen: Sequence[str]
) -> list[Listed]:
    """Return warnings whose last change came after revision `after`, in order of change."""
    asked = _WARNING.where(warnings.c.revision > after, within(warnings.c.area, seen))
    return _listed(
        connection, connection.execute(asked.order_by(warnings.c.revision).limit(limit)).all()
    )


def open_warning(connection: Connection, warning: str) -> Opened | None:
    """Return one warning with its findings and its case's trail; None if there is none."""
    line = connection.execute(_WARNING.where(warnings.c.id == warning)).one_or_none()
    if line is None:
        return None
    case = str(line[1])
    return Opened(
        listed=_listed(connection, [line])[0],
        findings=findings_of(connection, [warning]),
        trail=told_of(connection, case),
        case=case,
    )


def list_cases(connection: Connection, chosen: ChosenCases) -> list[ListedCase]:
    """Return the chosen cases, from red down, newest change first."""
    asked = _CASE.where(*_chosen(chosen)).order_by(*_by_rank(cases)).limit(chosen.limit)
    return _listed_cases(connection, connection.execute(asked).all())


def count_cases(connection: Connection, chosen: ChosenCases) -> int:
    """Return how many the whole list would have."""
    chosen = msgspec.structs.replace(chosen, after=None)
    asked = select(func.count()).select_from(cases).where(*_chosen(chosen))
    return int(connection.scalars(asked).one())


def changed_cases(
    connection: Connection, after: int, limit: int, seen: Sequence[str]
) -> list[ListedCase]:
    """Return cases whose last change came after revision `after`, in order of change."""
    asked = _CASE.where(cases.c.revision > after, _seen(seen))
    return _listed_cases(
        connection, connection.execute(asked.order_by(cases.c.revision).limit(limit)).all()
    )


def open_case(connection: Connection, case: str) -> OpenedCase | None:
    """Return one case with everything that belongs to it; None: there is none such."""
    line = connection.execute(_CASE.where(cases.c.id == case)).one_or_none()
    if line is None:
        return None
    (listed,) = _listed_cases(connection, [line])
    below = select(cases.c.id).where(cases.c.parent == case).order_by(*_by_rank(cases))
    return OpenedCase(
        listed=listed,
        findings=findings_of(connection, listed.file.case.warnings),
        trail=told_of(connection, case),
        children=list(connection.scalars(below)),
    )


def findings_of(connection: Connection, of: Sequence[str]) -> list[Finding]:
    """Return the findings of some warnings, by warning and number."""
    asked = select(findings.c.body).where(findings.c.warning.in_(of))
    bodies = connection.scalars(asked.order_by(findings.c.warning, findings.c.number))
    return [_finding.decode(body) for body in bodies]


def told_of(connection: Connection, case: str) -> list[Told]:
    """Return what the trail has of a case, oldest first; of very many lines the newest."""
    if not case:
        return []
    found = list(lines(connection, Asked(case=case, limit=_MOST_TOLD)))
    return [Told(number=line.number, at=line.at, entry=line.entry) for line in reversed(found)]


def tally_open(connection: Connection, seen: Sequence[str]) -> list[Tally]:
    """Return how many open warnings each area has, by what they have in common.

    While the listener's own link is lost, nobody sees anything: that is for all.
    """
    columns = warnings.c
    alike = (
        *(columns.area, columns.rank, columns.sight, columns.accepted_rank),
        (columns.rule == LINK_RULE).label("everywhere"),
    )
    asked = (
        select(*alike, func.count())
        .where(
            warnings.c.state == WarningState.OPEN.value,
            or_(within(warnings.c.area, seen), columns.rule == LINK_RULE),
        )
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
    conditions = [*_which(chosen.which), within(warnings.c.area, chosen.seen)]
    if chosen.least > Rank.NONE:
        conditions.append(_least(int(chosen.least)))
    if chosen.area:
        conditions.append(within(warnings.c.area, (chosen.area,)))
    if chosen.after:
        conditions.append(_beyond(warnings, chosen.after))
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


def _chosen(chosen: ChosenCases) -> list[ColumnElement[bool]]:
    conditions = [*_queue(chosen.queue), _seen(chosen.seen)]
    if chosen.area:
        conditions.append(_seen((chosen.area,)))
    if chosen.least > Rank.NONE:
        conditions.append(cases.c.rank >= int(chosen.least))
    if chosen.scenario:
        conditions.append(cases.c.scenario == chosen.scenario)
    if chosen.exercise is not None:
        conditions.append(cases.c.exercise == chosen.exercise)
    if chosen.unit:
        active = orders.c.state.in_([state.value for state in ACTIVE])
        own = select(orders.c["case"]).where(orders.c.unit == chosen.unit, active)
        conditions.append(cases.c.id.in_(own))
    else:
        conditions.append(_folded(chosen.parent))
    if chosen.after:
        conditions.append(_beyond(cases, chosen.after))
    return conditions


def _queue(queue: Queue) -> list[ColumnElement[bool]]:
    chosen: dict[Queue, list[ColumnElement[bool]]] = {
        Queue.LIVE: [cases.c.state.in_(LIVE)],
        Queue.WAITING: [_IS_OPEN, cases.c.waits],
        Queue.IN_HAND: [_IS_OPEN, ~cases.c.waits, cases.c.quiet == ""],
        Queue.TO_VERIFY: [cases.c.state == CaseState.RESOLVED.value, cases.c.quiet == ""],
        Queue.QUIET: [cases.c.state.in_(LIVE), cases.c.quiet != ""],
        Queue.CLOSED: [cases.c.state == CaseState.CLOSED.value],
        Queue.ALL: [],
    }
    return chosen[queue]


def _folded(parent: str | None) -> ColumnElement[bool]:
    if parent is not None:
        return cases.c.parent == parent
    return or_(cases.c.parent == "", cases.c.rank == int(Rank.RED))


def _seen(areas: Sequence[str]) -> ColumnElement[bool]:
    """In these areas, or a parent of live cases there: they are hidden in it, and it is told."""
    if EVERYWHERE in areas:
        return true()
    child = cases.alias("child")
    hidden = child.c.parent == cases.c.id
    there = exists().where(hidden, child.c.state.in_(LIVE), within(child.c.area, areas))
    folded = and_(cases.c.origin == Origin.FOLDED.value, there)
    return or_(within(cases.c.area, areas), folded)


def _by_rank(table: Table) -> tuple[ColumnElement[Any], ...]:
    return table.c.rank.desc(), table.c.changed_at.desc(), table.c.id.desc()


def _beyond(table: Table, place: Place) -> ColumnElement[bool]:
    """Further down the list than `place`, by the keys of its order; no row twice, none skipped."""
    rank, changed_at, key = table.c.rank, table.c.changed_at, table.c.id
    same_rank = rank == int(place.rank)
    return or_(
        rank < int(place.rank),
        and_(same_rank, changed_at < place.changed_at),
        and_(same_rank, changed_at == place.changed_at, key < place.warning),
    )


def _listed(connection: Connection, found: Sequence[Any]) -> list[Listed]:
    files = read_files(connection, [case for _, case, _ in found if case])
    return [
        Listed(
            warning=_warning.decode(body),
            order=_order_of(files.get(case)),
            revision=revision,
        )
        for body, case, revision in found
    ]


def _order_of(file: CaseFile | None) -> Order | None:
    """The order that a warning shows: one that waits, else one in hand, else the last."""
    if file is None or not file.orders:
        return None
    active = file.active
    waiting = [order for order in active if order.is_waiting]
    return (waiting or list(active) or [file.orders[-1]])[0]


def _listed_cases(connection: Connection, found: Sequence[Any]) -> list[ListedCase]:
    files = read_files(connection, [case for case, _, _ in found])
    return [
        ListedCase(file=files[case], changed_at=changed_at, revision=revision)
        for case, changed_at, revision in found
    ]
