"""The acts of people on a case, each a pure transition: the same at every desk and replay."""

from typing import assert_never

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
from sentinel.warn.closing import close
from sentinel.warn.fitness import incomplete, unfit
from sentinel.warn.leading import lead
from sentinel.warn.may import forbids
from sentinel.warn.outcome import Code, Done, Refused, refuse
from sentinel.warn.step import Step
from sentinel.warn.working import work

__all__ = ["City", "Code", "Done", "Refused", "do"]


def do(file: CaseFile, act: Act, actor: Actor, now: int, city: City) -> Done | Refused:
    """Return all that an act of `city.person` changes, or why it is refused.

    Permission comes first: who may not do it learns nothing more of the case. The desk writes what
    comes out in one transaction if the case still has the version that `file` has; else it reads
    again and does it again.
    """
    refused = (
        _unknown_order(file, act)
        or forbids(file, act, actor, city)
        or unfit(file, act, city)
        or incomplete(act, now)
    )
    if refused:
        return refused
    step = Step(file, now, city, actor)
    return _apply(step, act) or step.done()


def _unknown_order(file: CaseFile, act: Act) -> Refused | None:
    number = getattr(act, "order", None)
    if number is None or any(order.number == number for order in file.orders):
        return None
    return refuse(Code.UNKNOWN, f"没有工单 {number}", f"there is no order {number}")


def _apply(step: Step, act: Act) -> Refused | None:
    match act:
        case Accept() | Seen() | OnSite() | Tick() | Resolve() | GiveBack() | AskDefer():
            work(step, act)
            return None
        case AnswerDefer() | Dispatch() | RunPlan() | Urge() | Reassign() | TakeOver():
            return lead(step, act)
        case Verify() | Reopen() | Merge() | Link():
            return close(step, act)
        case Note():
            step.log("note", text=act.text, links=act.links)
            return None
        case _:  # pragma: no cover -- the type checker knows that there is none
            assert_never(act)
