"""Case files in SQL, read and written in the transaction of the caller."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from sqlalchemy import Column, ColumnElement, Table, bindparam, select, update
from sqlalchemy.engine import Connection

from sentinel.desk.sql import inserting
from sentinel.desk.tables import NOT_ACCEPTED, cases, orders, warnings
from sentinel.warn.case import Case, CaseFile, CaseState
from sentinel.warn.escalate import next_at
from sentinel.warn.order import Order
from sentinel.warn.warning import EarlyWarning

AT_ONCE = 500
"""Values in one `IN (...)`; far below what any database refuses."""
LIVE = (CaseState.OPEN.value, CaseState.RESOLVED.value)

_case = msgspec.json.Decoder(Case)
_order = msgspec.json.Decoder(Order)
_warning = msgspec.json.Decoder(EarlyWarning)


def read_files(connection: Connection, ids: Sequence[str]) -> dict[str, CaseFile]:
    """Return the files of these cases, by id; ids that there are not are left out."""
    found = [_case.decode(body) for body in _in(connection, cases.c.body, cases.c.id, ids)]
    ordered: dict[str, list[Order]] = {}
    for body in _in(connection, orders.c.body, orders.c["case"], ids):
        order = _order.decode(body)
        ordered.setdefault(order.case, []).append(order)
    told = read_warnings(connection, [one for case in found for one in case.warnings])
    return {
        case.id: CaseFile(
            case=case,
            orders=tuple(sorted(ordered.get(case.id, ()), key=lambda order: order.number)),
            warnings=tuple(told[one] for one in case.warnings if one in told),
        )
        for case in found
    }


def read_warnings(connection: Connection, ids: Sequence[str]) -> dict[str, EarlyWarning]:
    """Return warnings by id; ids that there are not are left out."""
    bodies = _in(connection, warnings.c.body, warnings.c.id, ids)
    return {warning.id: warning for warning in map(_warning.decode, bodies)}


def ids_where(connection: Connection, *conditions: ColumnElement[bool], limit: int) -> list[str]:
    """Return ids of cases, oldest first."""
    asked = select(cases.c.id).where(*conditions).order_by(cases.c.opened_at, cases.c.id)
    return list(connection.scalars(asked.limit(limit)))


def read_cases(connection: Connection, *conditions: ColumnElement[bool], limit: int) -> list[Case]:
    """Return cases without what belongs to them, oldest first."""
    asked = select(cases.c.body).where(*conditions).order_by(cases.c.opened_at, cases.c.id)
    return list(map(_case.decode, connection.scalars(asked.limit(limit))))


def write_files(connection: Connection, files: Iterable[CaseFile], revision: int, at: int) -> int:
    """Write files whole, each with a revision of its own after `revision`; return the last.

    Their warnings are told whose they are and who has them in hand, and get revisions too: lists
    of warnings show that.
    """
    files = list(files)
    rows = [_case_row(file, number, at) for number, file in enumerate(files, start=revision + 1)]
    _upsert(connection, cases, rows)
    _upsert(connection, orders, [_order_row(order) for file in files for order in file.orders])
    return _tell_warnings(connection, files, revision + len(files))


def accepted_rank(file: CaseFile) -> int:
    """Return the highest rank at which somebody has the case in hand, or had it at its end."""
    taken = [int(o.accepted_rank) for o in file.orders if o.accepted_rank is not None]
    return max(taken, default=NOT_ACCEPTED)


def waits(file: CaseFile) -> bool:
    """Return whether somebody has still to accept it, to see a rise, or to be found."""
    return file.case.unmet > 0 or any(order.is_waiting for order in file.active)


def _case_row(file: CaseFile, revision: int, at: int) -> dict[str, object]:
    case = file.case
    return {
        "id": case.id,
        "state": case.state.value,
        "origin": case.origin.value,
        "area": case.area,
        "centre": case.centre,
        "scenario": case.scenario,
        "rule": case.rule,
        "subject": case.subject,
        "exercise": case.exercise,
        "rank": int(case.weight),
        "sight": int(case.sight),
        "waits": waits(file),
        "quiet": case.quiet,
        "parent": case.parent,
        "opened_at": case.opened_at,
        "changed_at": at,
        "next_at": next_at(file),
        "revision": revision,
        "body": msgspec.json.encode(case).decode(),
    }


def _order_row(order: Order) -> dict[str, object]:
    return {
        "id": order.id,
        "case": order.case,
        "number": order.number,
        "unit": order.unit,
        "state": order.state.value,
        "body": msgspec.json.encode(order).decode(),
    }


def _tell_warnings(connection: Connection, files: Sequence[CaseFile], revision: int) -> int:
    by_age = sorted(files, key=lambda file: file.case.is_live)  # who carries on for one has it
    owner = {warning: file for file in by_age for warning in file.case.warnings}
    rows = [
        {"key": warning, "of": file.case.id, "taken": accepted_rank(file), "number": number}
        for number, (warning, file) in enumerate(owner.items(), start=revision + 1)
    ]
    if rows:
        values = {"case": "of", "accepted_rank": "taken", "revision": "number"}
        told = update(warnings).where(warnings.c.id == bindparam("key"))
        connection.execute(told.values({k: bindparam(v) for k, v in values.items()}), rows)
    return revision + len(rows)


def _upsert(connection: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    if not rows:
        return
    insert = inserting(connection, table)
    changed = {name: insert.excluded[name] for name in rows[0] if name != "id"}
    connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=changed), rows)


def _in(
    connection: Connection, column: Column[str], key: Column[str], values: Sequence[str]
) -> Iterator[str]:
    different = list(dict.fromkeys(values))
    for at in range(0, len(different), AT_ONCE):
        yield from connection.scalars(select(column).where(key.in_(different[at : at + AT_ONCE])))
