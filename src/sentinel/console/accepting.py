"""A warning accepted without a look at its case: by phone, from a terminal, or in a hurry."""

from sentinel.console.ground import Ground
from sentinel.console.lines import order_shape
from sentinel.console.shapes import Acceptance, OrderShape, TakenShape
from sentinel.domain.person import Person
from sentinel.warn.acts import Accept, Actor, Seen
from sentinel.warn.case import CaseFile
from sentinel.warn.listing import Opened
from sentinel.warn.order import How, Order
from sentinel.warn.outcome import Code, Refused, refuse

_NOTHING = refuse(
    Code.UNKNOWN,
    "此预警没有待签收的工单",
    "this warning has no order that could be accepted",
)


def accept(
    opened: Opened, said: Acceptance, who: Person, ground: Ground
) -> OrderShape | TakenShape | Refused:
    """Accept the waiting order of the warning's case that this person may accept, the first."""
    case = ground.desk.case(opened.case) if opened.case else None
    if case is None:
        return _NOTHING
    actor = Actor(by=who.id, how=How(said.how), on_behalf_of=ground.meant(said.on_behalf_of))
    answer: Refused | None = None
    for order in _to_try(case.listed.file):
        rose = order.is_taken and order.is_waiting
        act = (Seen if rose else Accept)(order=order.number)
        done = ground.desk.do(order.case, act, actor, who)
        if not isinstance(done, Refused):
            return _order(done.file, order.number, ground)
        answer = done
    if answer is None or answer.code is not Code.CONFLICT:
        return answer or _NOTHING
    return _taken(opened, answer, ground)


def _to_try(file: CaseFile) -> list[Order]:
    """Those that wait; where none does, the others, to be told why not."""
    return [order for order in file.active if order.is_waiting] or list(file.orders)


def _order(file: CaseFile, number: int, ground: Ground) -> OrderShape:
    order = next(one for one in file.orders if one.number == number)
    return order_shape(order, ground.glance())


def _taken(opened: Opened, why: Refused, ground: Ground) -> TakenShape | Refused:
    """Somebody was first: say who, and since when."""
    now = ground.desk.warning(opened.listed.warning.id)
    order = now.listed.order if now else None
    if order is None:
        return why
    return TakenShape(
        error=why.reason["en"],
        code="conflict",
        words=why.reason,
        order=order_shape(order, ground.glance()),
    )
