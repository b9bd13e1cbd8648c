# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""What a duty centre does with a case: sends, urges, moves it between units and tiers."""

from typing import assert_never

import msgspec

from sentinel.domain.person import is_inside
from sentinel.warn.acts import AnswerDefer, Dispatch, Reassign, RunPlan, TakeOver, Urge
from sentinel.warn.duty import Unit
from sentinel.warn.notice import Audience, Occasion
from sentinel.warn.order import ChecklistItem, Due, Order, OrderState
from sentinel.warn.outcome import Code, Refused, refuse
from sentinel.warn.plan import PlanOrder
from sentinel.warn.route import Route, centre_of, route
from sentinel.warn.step import Step
from sentinel.warn.working import take

Lead = AnswerDefer | Dispatch | RunPlan | Urge | Reassign | TakeOver


def lead(step: Step, act: Lead) -> Refused | None:
    """Do what the centre decided; that it may, and that the case stands so, is known."""
    match act:
        case AnswerDefer():
            _answer(step, act)
            return None
        case Dispatch():
            return _dispatch(step, act)
        case RunPlan():
            return _run_plan(step, act)
        case Urge():
            _urge(step, act)
            return None
        case Reassign():
            return _reassign(step, act)
        case TakeOver():
            return _take_over(step, act)
        case _:  # pragma: no cover -- the type checker knows that there is none
            assert_never(act)


def _answer(step: Step, act: AnswerDefer) -> None:
    order = step.orders[act.order]
    asked = order.deferral
    if asked is None:  # pragma: no cover -- known to be there
        return
    deferral = msgspec.structs.replace(asked, granted=act.granted, answered_by=step.actor.by)
    if act.granted:
        due = Due(accept_by=order.due.accept_by, resolve_by=asked.until)
        step.turn(act.order, deferral=deferral, due=due)
    else:
        step.set(act.order, deferral=deferral)
    before = order.due.resolve_by
    step.log("answer_defer", act.order, granted=act.granted, before=before, until=asked.until)
    answer = _GRANTED if act.granted else _NOT_GRANTED
    step.tell(
        Occasion.DEFER_ANSWERED, Audience.UNIT, order.unit, step.orders[act.order], detail=answer
    )


def _dispatch(step: Step, act: Dispatch) -> Refused | None:
    unit = step.city.duty.units.get(act.unit)
    if unit is None:
        return _no_unit(act.unit)
    if any(order.unit == act.unit for order in step.active):
        return _has_it(act.unit)
    step.dispatch(unit, sent_by(step, act.reason), resolve_by=_runs_on(step))
    return None


def _runs_on(step: Step) -> int | None:
    """Who is sent in place of a unit that gave its order back has until when that one had."""
    back = [order for order in step.orders.values() if order.state is OrderState.RETURNED]
    return back[-1].due.resolve_by if back and step.case.unmet else None


def _run_plan(step: Step, act: RunPlan) -> Refused | None:
    plan = step.city.plans.get(act.plan)
    if plan is None:
        return refuse(Code.UNKNOWN, f"没有预案“{act.plan}”", f"there is no plan `{act.plan}`")
    step.log("plan", plan=plan.id, orders=[order.to for order in plan.orders])
    for wanted in plan.orders:
        way = route(wanted.to, step.case.area, step.city.duty)
        if isinstance(way, Route):
            _send_with_list(step, way.unit, way.why, wanted)
        else:
            step.lack(way.why)
    return None


def _send_with_list(step: Step, unit: Unit, why: dict[str, str], wanted: PlanOrder) -> None:
    """A unit that is at it already gets the list, not a second order."""
    items = tuple(ChecklistItem(text=text) for text in wanted.checklist)
    has_it = next((order for order in step.active if order.unit == unit.id), None)
    if has_it is None:
        step.dispatch(unit, why, checklist=items)
        return
    order = step.set(has_it.number, checklist=(*has_it.checklist, *items))
    step.tell(Occasion.DISPATCHED, Audience.UNIT, unit.id, order)


def _urge(step: Step, act: Urge) -> None:
    """Whoever has to do the next thing is urged: the units, or the centre that is to verify."""
    step.log("urge", reason=act.reason)
    detail = {"": act.reason}
    step.tell_units(Occasion.URGED, detail)
    if not step.active:
        step.tell_centre(Occasion.URGED, step.case.centre, detail=detail)


def _reassign(step: Step, act: Reassign) -> Refused | None:
    unit = step.city.duty.units.get(act.unit)
    if unit is None:
        return _no_unit(act.unit)
    if any(order.unit == act.unit for order in step.active):
        return _has_it(act.unit)
    old = withdraw(step, act.order, act.reason)
    step.log("reassign", act.order, before=old.unit, unit=act.unit, reason=act.reason)
    unmet = step.case.unmet
    step.dispatch(
        unit, sent_by(step, act.reason), resolve_by=old.due.resolve_by, checklist=old.checklist
    )
    step.change(unmet=unmet)
    return None


def withdraw(step: Step, number: int, reason: str) -> Order:
    """Take an order from its unit and tell it; return the order as it was."""
    old = step.orders[number]
    order = step.set(number, state=OrderState.WITHDRAWN)
    step.tell(Occasion.WITHDRAWN, Audience.UNIT, order.unit, order, detail={"": reason})
    return old


def _take_over(step: Step, act: TakeOver) -> Refused | None:
    """What a unit has in hand stays with it; what nobody accepted the centre does itself."""
    before = step.case.centre
    if not (is_inside(before, act.centre) and before != act.centre) or not _is_centre(step, act):
        return refuse(
            Code.INVALID,
            "只能由本案上级的值班中心接管",
            "only a duty centre above the present one can take it over",
        )
    step.change(centre=act.centre)
    step.log("take_over", before=before, centre=act.centre, reason=act.reason)
    for order in step.active:
        if order.is_taken:
            step.set(order.number, centre=act.centre)
        else:
            withdraw(step, order.number, act.reason)
    step.tell_centre(Occasion.TAKEN_OVER, before, detail={"": act.reason})
    if not step.active:
        _do_it_itself(step, act)
    return None


def _is_centre(step: Step, act: TakeOver) -> bool:
    return centre_of(act.centre, step.city.duty).area == act.centre


def _do_it_itself(step: Step, act: TakeOver) -> None:
    """While it waits to be verified there is nothing to do; a task that no unit has is one."""
    if step.case.resolved_at is not None:
        return
    unit = step.city.duty.units.get(centre_of(act.centre, step.city.duty).unit)
    if unit is None:
        step.lack(
            {"zh": "接管的值班中心没有值班单位", "en": "the centre that took over has no unit"}
        )
        return
    take(step, step.dispatch(unit, sent_by(step, act.reason)).number)
    step.change(unmet=0)


def sent_by(step: Step, reason: str) -> dict[str, str]:
    """Return why an order was sent, when a person sent it."""
    who = step.actor.by
    return {
        "zh": f"{who} 派单：{reason}" if reason else f"{who} 派单",
        "en": f"sent by {who}: {reason}" if reason else f"sent by {who}",
    }


def _no_unit(unit: str) -> Refused:
    return refuse(Code.UNKNOWN, f"没有单位“{unit}”", f"there is no unit `{unit}`")


def _has_it(unit: str) -> Refused:
    return refuse(
        Code.CONFLICT, f"{unit} 已有此案工单", f"{unit} has an order of this case already"
    )


_GRANTED = {"zh": "同意延期", "en": "more time is granted"}
_NOT_GRANTED = {"zh": "不同意延期", "en": "more time is not granted"}
