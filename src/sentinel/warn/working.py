"""What a unit does with its order."""

from typing import assert_never

import msgspec

from sentinel.warn.acts import (
    Accept,
    AskDefer,
    GiveBack,
    OnSite,
    Resolve,
    Seen,
    Tick,
)
from sentinel.warn.due import again_at, earliest
from sentinel.warn.notice import Occasion
from sentinel.warn.order import Deferral, Order, OrderState
from sentinel.warn.route import centre_above
from sentinel.warn.step import Step

Work = Accept | Seen | OnSite | Tick | Resolve | GiveBack | AskDefer


def work(step: Step, act: Work) -> None:
    """Do what the unit reports; that it may, and that the order stands so, is known."""
    match act:
        case Accept() | Seen():
            _accept(step, act)
        case OnSite():
            step.turn(
                act.order, state=OrderState.ON_SITE, on_site_at=step.now, **_taking(step, act)
            )
            step.cancel(act.order)
            step.log("on_site", act.order)
        case Tick():
            _tick(step, act)
        case Resolve():
            _resolve(step, act)
        case GiveBack():
            _give_back(step, act)
        case AskDefer():
            _ask(step, act)
        case _:  # pragma: no cover -- the type checker knows that there is none
            assert_never(act)


def _accept(step: Step, act: Accept | Seen) -> None:
    """A rise that is accepted or seen: the order stays with who has it."""
    order = step.orders[act.order]
    state = order.state if order.is_taken else OrderState.ACCEPTED
    step.turn(act.order, state=state, **_taking(step, act))
    step.cancel(act.order)
    name = "seen" if order.is_taken else "accept"
    step.log(name, act.order, rank=step.case.weight.word, rank_before=_word(order))


def _word(order: Order) -> str:
    return order.accepted_rank.word if order.accepted_rank is not None else ""


def _taking(step: Step, act: Work) -> dict[str, object]:
    """Whoever is there, or is done, has accepted too: nobody presses two buttons in a storm."""
    order = step.orders[act.order]
    seen: dict[str, object] = {
        "accepted_rank": max(step.case.weight, order.accepted_rank or step.case.weight),
        "rose_at": None,
        "unmanned": False,
    }
    if order.is_taken:
        return seen
    return seen | {
        "accepted_at": step.now,
        "accepted_by": step.actor.by,
        "accepted_for": step.actor.on_behalf_of,
        "how": step.actor.how,
    }


def take(step: Step, number: int) -> None:
    """Accept an order in the same step that sent it."""
    _accept(step, Accept(order=number))


def _tick(step: Step, act: Tick) -> None:
    items = list(step.orders[act.order].checklist)
    items[act.item] = msgspec.structs.replace(
        items[act.item], done_by=step.actor.by, done_at=step.now
    )
    step.set(act.order, checklist=tuple(items))
    step.log("tick", act.order, item=act.item, text=items[act.item].text)


def _resolve(step: Step, act: Resolve) -> None:
    unticked = sum(not item.done_by for item in step.orders[act.order].checklist)
    step.set(
        act.order,
        **_taking(step, act),
        state=OrderState.RESOLVED,
        resolved_at=step.now,
        resolved_by=step.actor.by,
        resolved_for=step.actor.on_behalf_of,
        found=act.found,
        done=act.done,
        links=act.links,
    )
    step.log(
        "resolve",
        act.order,
        found=act.found,
        done=act.done,
        links=act.links,
        unticked=unticked or None,
    )


def _give_back(step: Step, act: GiveBack) -> None:
    """The clock runs on: the next unit has until when this one had; the second goes up a tier."""
    order = step.orders[act.order]
    above = centre_above(step.case.centre, step.city.duty) if step.returned else None
    step.set(act.order, state=OrderState.RETURNED)
    runs_on = order.due.accept_by if (order.due.accept_by or 0) > step.now else None
    step.change(
        unmet=step.case.unmet + 1,
        centre=above.area if above else step.case.centre,
        climbed=0,
        next_at=earliest(step.case.next_at, runs_on or again_at(step.case, step.now, step.city)),
    )
    step.log("return", act.order, reason=act.reason, centre=above.area if above else None)
    step.tell_centre(Occasion.RETURNED, step.case.centre, order, detail={"": act.reason})


def _ask(step: Step, act: AskDefer) -> None:
    deferral = Deferral(
        reason=act.reason, until=act.until, asked_by=step.actor.by, asked_at=step.now
    )
    order = step.set(act.order, deferral=deferral)
    step.log("defer", act.order, reason=act.reason, until=act.until)
    step.tell_centre(Occasion.DEFER_ASKED, order.centre, order, detail={"": act.reason})
