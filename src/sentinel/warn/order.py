"""An order: one unit's task that comes with a warning, from dispatch to acceptance."""

from enum import StrEnum

import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.warning import EarlyWarning


class OrderState(StrEnum):
    """How far an order has come."""

    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"


class How(StrEnum):
    """The way in which an act reached the desk."""

    SCREEN = "screen"
    PHONE = "phone"
    RADIO = "radio"
    COMMAND = "command"
    """`sentinel warnings accept`."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One unit's task.

    unit: As the rule's `dispatch` names it; empty if the rule names none.
    dispatched_at, accepted_at: The desk's time, milliseconds since 1970 UTC.
    accepted_rank: The highest rank that someone has accepted or seen since; above it, the
        warning waits again.
    """

    warning: str
    unit: str
    state: OrderState
    dispatched_at: int
    accepted_at: int | None = None
    accepted_by: str = ""
    how: How | None = None
    accepted_rank: Rank | None = None


class AlreadyAccepted(msgspec.Struct, frozen=True, kw_only=True):
    """Someone was first; the order stays theirs."""

    order: Order


def dispatch(warning: EarlyWarning, at: int) -> Order:
    """Return the order that goes out when `warning` is first told."""
    return Order(
        warning=warning.id, unit=warning.dispatch_to, state=OrderState.DISPATCHED, dispatched_at=at
    )


def accept(order: Order, *, by: str, how: How, rank: Rank, at: int) -> Order | AlreadyAccepted:
    """Return the order as accepted by `by`, who saw the warning at `rank`.

    If the rank has risen since someone accepted, the rise is seen now; the order stays theirs.
    """
    if order.accepted_rank is not None:
        if rank > order.accepted_rank:
            return msgspec.structs.replace(order, accepted_rank=rank)
        return AlreadyAccepted(order=order)
    return msgspec.structs.replace(
        order,
        state=OrderState.ACCEPTED,
        accepted_at=at,
        accepted_by=by,
        how=how,
        accepted_rank=rank,
    )
