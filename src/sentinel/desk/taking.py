"""Findings into SQL: what one batch of them changes, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection

from sentinel.desk.files import AT_ONCE, read_warnings
from sentinel.desk.sheet import Sheet
from sentinel.desk.tables import NOT_ACCEPTED, findings, warnings
from sentinel.domain.finding import Finding
from sentinel.warn.opening import Known, told
from sentinel.warn.summary import is_late
from sentinel.warn.warning import EarlyWarning, fold_finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a batch did. opened: Warnings that people were told of for the first time."""

    new: int
    repeated: int
    opened: int


def take_findings(sheet: Sheet, batch: Sequence[Finding]) -> Taken:
    """Keep the findings that are new, fold them into warnings, and these into cases."""
    new = _unknown(sheet.connection, batch)
    before = read_warnings(sheet.connection, sorted({finding.warning for finding in new}))
    after: dict[str, EarlyWarning] = {}
    for finding in new:
        known = after.get(finding.warning) or before.get(finding.warning)
        after[finding.warning] = fold_finding(known, finding)
    owner = _owners(sheet.connection, list(before))
    sheet.files(list(owner.values()))  # as they stand with the warnings as they were
    _keep_findings(sheet.connection, new, sheet.now)
    _keep_warnings(sheet, before, after)
    for warning in after.values():
        _tell(sheet, warning, owner.get(warning.id, ""))
    opened = [one for one in after.values() if one.told and not _was_told(before.get(one.id))]
    return Taken(new=len(new), repeated=len(batch) - len(new), opened=len(opened))


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


def _tell(sheet: Sheet, warning: EarlyWarning, case: str) -> None:
    """Hand a warning to its case, or open one."""
    if warning.told is None:
        return
    file = sheet.file(case)
    last = None
    if file is None or not file.case.is_live:
        last = sheet.newest_of(warning.rule, warning.subject, exercise=warning.exercise)
    city = sheet.city_around(warning.rule, warning.area)
    done = told(warning, Known(file=file, last=last), sheet.now, city)
    sheet.take(done, late=is_late(warning, sheet.now))


def _was_told(warning: EarlyWarning | None) -> bool:
    return warning is not None and warning.told is not None


def _unknown(connection: Connection, batch: Sequence[Finding]) -> list[Finding]:
    """The batch may come again in whole or in part, and may itself hold one twice."""
    by_id = {finding.id: finding for finding in batch}
    ids = list(by_id)
    for at in range(0, len(ids), AT_ONCE):
        asked = select(findings.c.id).where(findings.c.id.in_(ids[at : at + AT_ONCE]))
        for known in connection.scalars(asked):
            del by_id[known]
    return list(by_id.values())


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
    sheet: Sheet, before: dict[str, EarlyWarning], after: dict[str, EarlyWarning]
) -> None:
    added, changed = [], []
    for number, warning in enumerate(after.values(), sheet.revision + 1):
        row = warning_row(warning) | {"revision": number}
        if warning.id in before:
            changed.append(row | {"key": warning.id})
        else:
            added.append(row | {"id": warning.id, "case": "", "accepted_rank": NOT_ACCEPTED})
    if added:
        sheet.connection.execute(warnings.insert(), added)
    if changed:
        own = warnings.c.id == bindparam("key")
        sheet.connection.execute(update(warnings).where(own), changed)
    sheet.revision += len(after)


def _owners(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return the newest case of each warning that has one."""
    found: dict[str, str] = {}
    for at in range(0, len(ids), AT_ONCE):
        asked = select(warnings.c.id, warnings.c["case"])
        chosen = asked.where(warnings.c.id.in_(ids[at : at + AT_ONCE]), warnings.c["case"] != "")
        found |= {warning: case for warning, case in connection.execute(chosen)}  # noqa: C416 -- typed
    return found
