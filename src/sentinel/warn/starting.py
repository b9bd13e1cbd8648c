# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""How the work on a case begins: anew, again, or in a case that follows a closed one."""

import msgspec

from sentinel.warn.case import CaseFile, CaseState, case_id
from sentinel.warn.city import City
from sentinel.warn.condition import refresh, still_open
from sentinel.warn.duty import Unit
from sentinel.warn.notice import Occasion
from sentinel.warn.outcome import Done
from sentinel.warn.quiet import hush, why_quiet
from sentinel.warn.step import Step
from sentinel.warn.telling import RULE


def start(step: Step, unit: Unit | None = None) -> None:
    """Dispatch a new case, or keep it quiet. unit: Who had the case that it follows."""
    why = why_quiet(step.case, step.now, step.city)
    if why:
        hush(step, why)
    elif unit is None:
        step.send(step.case.department)
    else:
        step.dispatch(unit, _SAME_UNIT)


def reopen(step: Step, occasion: Occasion, reason: str = "") -> None:
    """Send the unit again that was last done with it; if it is gone, as the rule says."""
    step.change(state=CaseState.OPEN, resolved_at=None, verify_by=None, climbed=0, next_at=None)
    unit = step.last_unit
    if unit is None:
        step.send(step.case.department, occasion)
    else:
        detail = f": {reason}" if reason else ""
        why = {"zh": f"重新打开{detail}", "en": f"reopened{detail}"}
        step.dispatch(unit, why, occasion)


def follow(closed: CaseFile, now: int, city: City) -> Done:
    """Open the case that follows a closed one whose condition still holds, to the same unit."""
    held = still_open(closed)
    before = closed.case
    case = msgspec.structs.replace(
        before,
        id=case_id(before.id),
        state=CaseState.OPEN,
        worst=max(warning.condition.rank for warning in held),
        opened_at=now,
        opened_by=RULE.by,
        episodes=1,
        parent="",
        children=0,
        follows=before.id,
        report=None,
        verified=None,
        resolved_at=None,
        verify_by=None,
        climbed=0,
        next_at=None,
        barred=(),
        version=0,
    )
    step = Step(CaseFile(case=case, warnings=held), now, city, RULE)
    refresh(step)
    step.log("open", follows=before.id, rank=step.case.rank.word)
    start(step, Step(closed, now, city).last_unit)
    return step.done()


_SAME_UNIT = {
    "zh": "接续前案：仍由原单位处置",
    "en": "it follows a closed case: the same unit again",
}
