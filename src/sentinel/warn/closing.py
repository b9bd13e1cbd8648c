# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""How a case ends: verified, reopened instead, merged into another; and what carries on for it."""

from typing import assert_never

import msgspec

from sentinel.warn.acts import Link, Merge, Reopen, Verify
from sentinel.warn.case import CaseFile, CaseState, Origin, Verified, order_id
from sentinel.warn.condition import refresh, still_open
from sentinel.warn.due import earliest
from sentinel.warn.fitness import false_label
from sentinel.warn.may import resolvers, runs
from sentinel.warn.moving import tell_change
from sentinel.warn.notice import Audience, Occasion
from sentinel.warn.order import Order, OrderState
from sentinel.warn.outcome import Code, Refused, refuse
from sentinel.warn.quiet import speak
from sentinel.warn.silence import Silence
from sentinel.warn.silencing import muted
from sentinel.warn.starting import follow, reopen
from sentinel.warn.step import Step

Close = Verify | Reopen | Merge | Link


def close(step: Step, act: Close) -> Refused | None:
    """Do what was decided; that this person may, and that the case stands so, is known."""
    match act:
        case Verify():
            return _verify(step, act)
        case Reopen():
            step.log("reopen", reason=act.reason)
            reopen(step, Occasion.REOPENED, act.reason)
            return None
        case Merge():
            return _merge(step, act)
        case Link():
            return _link(step, act)
        case _:  # pragma: no cover -- the type checker knows that there is none
            assert_never(act)


def _verify(step: Step, act: Verify) -> Refused | None:
    silence = _silence(step, act)
    refused = false_label(step.file(), act)
    if refused or isinstance(silence, Refused):
        return refused or (silence if isinstance(silence, Refused) else None)
    verified = Verified(verdict=act.verdict, reason=act.reason, by=step.actor.by, at=step.now)
    step.change(state=CaseState.CLOSED, verified=verified, quiet="", unmet=0, next_at=None)
    step.log("verify", verdict=act.verdict.value, reason=act.reason, silence=_plain(silence))
    _tell_outcome(step, act)
    _carry_on(step, silence)
    return None


def _plain(silence: Silence | None) -> object:
    return msgspec.to_builtins(silence) if silence else None


def _carry_on(step: Step, silence: Silence | None) -> None:
    """Closing never hides a condition that still holds, but the new silence may keep it quiet."""
    step.silences += [silence] if silence else []
    if still_open(step.file()):
        silences = (*step.city.silences, *step.silences)
        city = msgspec.structs.replace(step.city, silences=silences)
        step.add(follow(step.file(), step.now, city), "follow")


def _silence(step: Step, act: Verify) -> Silence | Refused | None:
    if act.mute is None:
        return None
    if not step.case.subject:
        return refuse(Code.INVALID, "此案没有设备", "this case has no device to silence")
    return muted(step.case, act.mute, act.reason or act.verdict.value, step.actor, step.now)


def _tell_outcome(step: Step, act: Verify) -> None:
    """The units that worked on it, and whoever reported it, hear how it ended."""
    detail = {"zh": _VERDICTS[act.verdict.value], "en": act.verdict.value}
    units = [o.unit for o in step.orders.values() if o.state is OrderState.RESOLVED]
    for unit in dict.fromkeys(units):
        step.tell(Occasion.CLOSED, Audience.UNIT, unit, detail=detail)
    report = step.case.report
    if report is not None:
        number = f"{report.reference}: " if report.reference else ""
        outcome = {language: f"{number}{text}" for language, text in detail.items()}
        step.tell(Occasion.CLOSED, Audience.SOURCE, report.source, detail=outcome)


def _merge(step: Step, act: Merge) -> Refused | None:
    target = step.city.cases.get(act.into)
    refused = _no_target(step, target)
    if refused or target is None:
        return refused
    other = Step(target, step.now, step.city, step.actor)
    for warning in step.warnings.values():
        other.put(warning)
    before = refresh(other)
    other.log("merged", merged=step.case.id, reason=act.reason)
    _carry_all(step, other)
    tell_change(other, before)
    step.change(state=CaseState.MERGED, parent=act.into, quiet="", unmet=0)
    step.log("merge", into=act.into, reason=act.reason)
    step.add(other.done(), "others")
    return None


def _no_target(step: Step, target: CaseFile | None) -> Refused | None:
    if target is None:
        return refuse(Code.UNKNOWN, "没有要并入的案件", "there is no case to merge it into")
    if target.case.id == step.case.id:
        return refuse(Code.INVALID, "不能并入自身", "a case cannot be merged into itself")
    if not runs(step.city.person, target.case.centre):
        return refuse(
            Code.FORBIDDEN, "您无权处理要并入的案件", "the case to merge it into is not yours"
        )
    if not target.case.is_live or target.case.origin is Origin.FOLDED:
        return refuse(Code.CONFLICT, "要并入的案件已结束", "the case to merge it into is over")
    if target.case.exercise != step.case.exercise:
        return refuse(Code.INVALID, *_MIXED)
    return None


def _carry_all(step: Step, other: Step) -> None:
    """What somebody has to do is done under the other case; no unit is dropped."""
    barred = {*other.case.barred, *resolvers(step.file())}
    other.change(barred=tuple(sorted(barred)), unmet=other.case.unmet + step.case.unmet)
    if step.case.unmet:
        other.change(next_at=earliest(other.case.next_at, step.case.next_at))
    if step.active and other.case.quiet:
        other.change(quiet="", next_at=None)
    for order in step.active:
        step.set(order.number, state=OrderState.WITHDRAWN)
        _carry(order, other)
    if other.case.quiet and not step.case.quiet:
        speak(other, Occasion.DISPATCHED)


def _carry(order: Order, other: Step) -> None:
    there = next((known for known in other.active if known.unit == order.unit), None)
    if there is None:
        number = len(other.orders) + 1
        other.orders[number] = msgspec.structs.replace(
            order,
            id=order_id(other.case.id, number),
            case=other.case.id,
            number=number,
            centre=other.case.centre,
            why={"zh": f"并入自案件 {order.case}", "en": f"merged from case {order.case}"},
        )
        other.set(number)
        other.log("carried", number, unit=order.unit)
        other.tell(Occasion.REASSIGNED, Audience.UNIT, order.unit, other.orders[number])
    elif order.is_taken and not there.is_taken:
        kept = {name: getattr(order, name) for name in _TAKEN}
        other.turn(there.number, **kept)
        other.cancel(there.number)


def _link(step: Step, act: Link) -> Refused | None:
    warning = step.city.warnings.get(act.warning)
    if warning is None or warning.told is None:
        return refuse(Code.UNKNOWN, "没有此预警", "there is no such warning")
    if warning.exercise != step.case.exercise:
        return refuse(Code.INVALID, *_MIXED)
    if any(_has(file, act.warning) for file in (step.file(), *step.city.cases.values())):
        return refuse(
            Code.CONFLICT,
            "此预警已属于一个案件：请合并案件",
            "the warning belongs to a case already: merge the cases",
        )
    step.put(warning)
    before = refresh(step)
    step.log("link", warning=act.warning)
    tell_change(step, before)
    return None


def _has(file: CaseFile, warning: str) -> bool:
    return file.case.is_live and warning in file.case.warnings


_TAKEN = (
    "state",
    "accepted_at",
    "accepted_by",
    "accepted_for",
    "how",
    "accepted_rank",
    "rose_at",
    "on_site_at",
)
_MIXED = ("演练与真实事件不能混在一起", "an exercise and a real event are never one case")
_VERDICTS = {
    "true": "属实",
    "false alarm": "误报",
    "duplicate": "重复",
    "drill": "演练",
    "test": "测试",
}
