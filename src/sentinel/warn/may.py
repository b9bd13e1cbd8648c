# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""Who may do what to a case: by role, area, department, unit and tier."""

from typing import assert_never

from sentinel.domain.person import EVERYWHERE, Person, Role
from sentinel.warn.acts import (
    Accept,
    Act,
    Actor,
    AnswerDefer,
    AskDefer,
    Dispatch,
    GiveBack,
    Link,
    Merge,
    Note,
    OnSite,
    Open,
    Reassign,
    Reopen,
    Resolve,
    RunPlan,
    Seen,
    TakeOver,
    Tick,
    Urge,
    Verify,
)
from sentinel.warn.case import CaseFile
from sentinel.warn.city import City
from sentinel.warn.duty import Duty
from sentinel.warn.order import Order, OrderState
from sentinel.warn.outcome import Code, Refused, refuse
from sentinel.warn.words import BY_VOICE

_DESK = (Role.OPERATOR, Role.SUPERVISOR)


def forbids(file: CaseFile, act: Act, actor: Actor, city: City) -> Refused | None:
    """Return why `city.person` may not do this; None: they may. The order must exist."""
    return _forbids_actor(actor, city) or _forbids_act(file, act, actor, city)


def forbids_opening(act: Open, actor: Actor, city: City) -> Refused | None:
    """Return why `city.person` may not open this case by hand; None: they may."""
    refused = _forbids_actor(actor, city)
    if refused:
        return refused
    roles = (Role.HANDLER, *_DESK)
    if any(city.person.holds(role, act.area) for role in roles):
        return None
    return refuse(
        Code.FORBIDDEN,
        "只有该区域的处置人员、值班员或主管可以立案",
        "only handlers, operators and supervisors of that area open cases",
    )


def runs(person: Person, area: str) -> bool:
    """Return whether the person is an operator or a supervisor of the centre at `area` or above."""
    return any(person.holds(role, area) for role in _DESK)


def is_above(person: Person, centre: str) -> bool:
    """Return whether the person is a supervisor of a strictly higher tier than this centre.

    Nobody is above the city: there its own supervisors count.
    """
    return any(
        grant.role is Role.SUPERVISOR
        and grant.covers(centre)
        and (grant.area != centre or centre == EVERYWHERE)
        for grant in person.grants
    )


def is_of_unit(person: Person, order: Order, duty: Duty) -> bool:
    """Return whether the order is the person's own.

    So it is to members of the unit, to handlers of its department in its area and, if a duty centre
    has it, to the operators there.
    """
    unit = duty.units.get(order.unit)
    area = unit.area if unit else order.centre
    if unit and person.id in unit.members:
        return True
    if any(centre.unit == order.unit and runs(person, centre.area) for centre in duty.centres):
        return True
    return any(
        grant.role is Role.HANDLER and grant.department == order.department and grant.covers(area)
        for grant in person.grants
    )


def takes_part(person: Person, file: CaseFile, duty: Duty) -> bool:
    """Return whether the person has a hand in the case: at a desk, in its area, or in a unit."""
    roles = (Role.HANDLER, *_DESK)
    return any(person.holds(role, file.case.area) for role in roles) or any(
        is_of_unit(person, order, duty) for order in file.orders
    )


def resolvers(file: CaseFile) -> frozenset[str]:
    """Return who reported the case's orders as resolved, and on whose behalf; merged ones too."""
    done = [order for order in file.orders if order.state is OrderState.RESOLVED]
    names = {order.resolved_by for order in done} | {order.resolved_for for order in done}
    return frozenset({*names, *file.case.barred} - {""})


def _forbids_actor(actor: Actor, city: City) -> Refused | None:
    if actor.by != city.person.id:
        return refuse(Code.FORBIDDEN, "操作人与登录人不符", "who acts is not who is signed in")
    return _SAY_HOW if actor.on_behalf_of and actor.how not in BY_VOICE else None


def _forbids_act(file: CaseFile, act: Act, actor: Actor, city: City) -> Refused | None:
    match act:
        case Accept() | Seen() | OnSite() | Tick() | Resolve() | GiveBack() | AskDefer():
            return _forbids_work(file, _order(file, act.order), actor, city)
        case Note():
            return None if takes_part(city.person, file, city.duty) else _NO_PART
        case Urge() | TakeOver():
            return _forbids_from_above(act, file, city.person)
        case AnswerDefer() | Dispatch() | RunPlan() | Reassign() | Merge() | Link():
            return _forbids_desk(act, file, city.person)
        case Verify() | Reopen():
            return _forbids_verdict(file, city.person)
        case _:  # pragma: no cover -- the type checker knows that there is none
            assert_never(act)


def _order(file: CaseFile, number: int) -> Order:
    return next(order for order in file.orders if order.number == number)


def _forbids_work(file: CaseFile, order: Order, actor: Actor, city: City) -> Refused | None:
    if is_of_unit(city.person, order, city.duty):
        return None
    if not runs(city.person, file.case.area):
        return _NOT_THE_UNIT
    return None if actor.on_behalf_of else _SAY_WHO


def _forbids_desk(act: Act, file: CaseFile, person: Person) -> Refused | None:
    if not isinstance(act, AnswerDefer):
        return None if runs(person, file.case.centre) else _NOT_THE_CENTRE
    order = _order(file, act.order)
    if order.deferral and order.deferral.asked_by == person.id:
        return refuse(
            Code.FORBIDDEN,
            "申请延期的人不能自己批准",
            "who asked for more time cannot grant it",
        )
    return None if runs(person, order.centre) else _NOT_THE_CENTRE


def _forbids_from_above(act: Urge | TakeOver, file: CaseFile, person: Person) -> Refused | None:
    if not is_above(person, file.case.centre):
        return _NOT_ABOVE
    if isinstance(act, Urge) or person.holds(Role.SUPERVISOR, act.centre):
        return None
    return refuse(
        Code.FORBIDDEN,
        "只能由本人主管的值班中心接管",
        "you can take it over only for a centre that you supervise",
    )


def _forbids_verdict(file: CaseFile, person: Person) -> Refused | None:
    if person.id in resolvers(file):
        return refuse(
            Code.FORBIDDEN,
            "处置人不能核实自己的处置；请由他人核实",
            "who resolved it cannot verify it; somebody else has to",
        )
    return None if runs(person, file.case.centre) else _NOT_THE_CENTRE


_NOT_THE_UNIT = refuse(
    Code.FORBIDDEN,
    "这不是您单位的工单",
    "this order is not your unit's",
)
_SAY_WHO = refuse(
    Code.FORBIDDEN,
    "您不属于该单位：请填写代谁操作（电话或电台）",
    "you are not of this unit: say on whose behalf you act, by phone or radio",
)
_SAY_HOW = refuse(
    Code.INVALID,
    "代他人操作须注明来自电话或电台",
    "on somebody's behalf: say whether the word came by phone or radio",
)
_NO_PART = refuse(
    Code.FORBIDDEN,
    "您没有参与此案的权限",
    "you have no part in this case",
)
_NOT_THE_CENTRE = refuse(
    Code.FORBIDDEN,
    "只有派单的值班中心或其上级可以这样做",
    "only the dispatching duty centre, or one above it, may do this",
)
_NOT_ABOVE = refuse(
    Code.FORBIDDEN,
    "只有上级值班中心的主管可以这样做",
    "only a supervisor of a higher tier may do this",
)
