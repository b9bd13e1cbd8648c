"""Findings into SQL: what one batch of them changes, in the transaction of the caller."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from sentinel.desk.tables import NOT_ACCEPTED, acts, findings, orders, positions, warnings
from sentinel.domain.finding import Finding
from sentinel.warn.order import Order, dispatch
from sentinel.warn.warning import EarlyWarning, fold_finding

_AT_ONCE = 500
"""Values in one `IN (...)`; far below what any database refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a batch did."""

    new: int
    repeated: int
    opened: int
    revision: int


def take_findings(connection: Connection, batch: Sequence[Finding], at: int) -> Taken:
    """Keep the findings that are new, fold them into warnings, dispatch orders for those told."""
    new = _unknown(connection, batch)
    before = _warnings(connection, sorted({finding.warning for finding in new}))
    after: dict[str, EarlyWarning] = {}
    for finding in new:
        known = after.get(finding.warning) or before.get(finding.warning)
        after[finding.warning] = fold_finding(known, finding)
    opened = [
        dispatch(warning, at)
        for warning in after.values()
        if warning.told and not (before.get(warning.id) and before[warning.id].told)
    ]
    revision = next_revisions(connection, len(after))
    _keep_findings(connection, new, at)
    _keep_warnings(connection, before, after, revision)
    _keep_orders(connection, opened)
    return Taken(
        new=len(new),
        repeated=len(batch) - len(new),
        opened=len(opened),
        revision=revision + len(after),
    )


def warning_row(warning: EarlyWarning) -> dict[str, object]:
    """Return the columns of a warning that its own content decides."""
    condition = warning.condition
    return {
        "state": warning.state.value,
        "area": warning.area,
        "rule": warning.rule,
        "rank": int(condition.rank),
        "worst": int(warning.worst),
        "sight": int(condition.sight),
        "changed_at": condition.received_at,
        "body": msgspec.json.encode(warning).decode(),
    }


def order_row(order: Order) -> dict[str, object]:
    """Return the columns of an order."""
    return {"state": order.state.value, "body": msgspec.json.encode(order).decode()}


def _unknown(connection: Connection, batch: Sequence[Finding]) -> list[Finding]:
    """The batch may come again in whole or in part, and may itself hold one twice."""
    by_id = {finding.id: finding for finding in batch}
    for ids in _chunks(list(by_id)):
        for known in connection.scalars(select(findings.c.id).where(findings.c.id.in_(ids))):
            del by_id[known]
    return list(by_id.values())


def _warnings(connection: Connection, ids: Sequence[str]) -> dict[str, EarlyWarning]:
    found = {}
    for chunk in _chunks(ids):
        bodies = connection.scalars(select(warnings.c.body).where(warnings.c.id.in_(chunk)))
        for body in bodies:
            warning = msgspec.json.decode(body, type=EarlyWarning)
            found[warning.id] = warning
    return found


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))


def next_revisions(connection: Connection, count: int) -> int:
    """Take `count` revisions; return the one before the first of them."""
    name = positions.c.name == "revision"
    last = int(connection.scalars(select(positions.c.position).where(name)).one())
    if count:
        connection.execute(update(positions).where(name).values(position=last + count))
    return last


def _keep_findings(connection: Connection, new: Sequence[Finding], at: int) -> None:
    rows = [
        {
            "id": finding.id,
            "warning": finding.warning,
            "number": finding.number,
            "taken_at": at,
            "body": msgspec.json.encode(finding).decode(),
        }
        for finding in new
    ]
    if rows:
        connection.execute(findings.insert(), rows)


def _keep_warnings(
    connection: Connection,
    before: dict[str, EarlyWarning],
    after: dict[str, EarlyWarning],
    revision: int,
) -> None:
    added, changed = [], []
    for number, warning in enumerate(after.values(), revision + 1):
        row = warning_row(warning) | {"revision": number}
        if warning.id in before:
            changed.append(row | {"key": warning.id})
        else:
            added.append(row | {"id": warning.id, "accepted_rank": NOT_ACCEPTED})
    if added:
        connection.execute(warnings.insert(), added)
    if changed:
        connection.execute(update(warnings).where(warnings.c.id == bindparam("key")), changed)


def _keep_orders(connection: Connection, opened: Sequence[Order]) -> None:
    if not opened:
        return
    connection.execute(
        orders.insert(), [order_row(order) | {"warning": order.warning} for order in opened]
    )
    connection.execute(
        acts.insert(),
        [
            {
                "at": order.dispatched_at,
                "act": "dispatch",
                "by": "sentinel",
                "how": "rule",
                "warning": order.warning,
                "detail": order.unit,
            }
            for order in opened
        ],
    )
