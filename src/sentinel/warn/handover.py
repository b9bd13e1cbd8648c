"""The list for which the incoming officer signs: what is open, overdue and silenced."""

from collections.abc import Iterable

import msgspec

from sentinel.domain.person import is_inside
from sentinel.warn.acts import Actor
from sentinel.warn.case import CaseFile
from sentinel.warn.city import City
from sentinel.warn.due import limit
from sentinel.warn.duty import Unit
from sentinel.warn.order import Order
from sentinel.warn.outcome import Code, Refused, refuse
from sentinel.warn.roster import Signed, on_duty
from sentinel.warn.trail import Entry


class HandOver(msgspec.Struct, frozen=True, kw_only=True):
    """What a unit has in hand; ids of cases, sorted.

    open: Its orders are not done, or (a duty centre) nobody is sent, or it waits to be verified.
    overdue: Those of them that are late. silenced: Quiet cases in its area.
    """

    open: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    silenced: tuple[str, ...] = ()


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody signed: from now on the watch before is no longer told."""

    signed: Signed
    entry: Entry


def hand_over(unit: Unit, files: Iterable[CaseFile], now: int, city: City) -> HandOver:
    """Return the list of a unit at `now`."""
    centres = {centre.area for centre in city.duty.centres if centre.unit == unit.id}
    lists: dict[str, list[str]] = {"open": [], "overdue": [], "silenced": []}
    for file in files:
        case = file.case
        if not case.is_live:
            continue
        if case.quiet and is_inside(case.area, unit.area):
            lists["silenced"].append(case.id)
        own = [order for order in file.active if order.unit == unit.id]
        waits = case.centre in centres and not case.quiet and not file.active
        if own or waits:
            lists["open"].append(case.id)
        if any(_is_late(order, now) for order in own) or (waits and _is_case_late(file, now)):
            lists["overdue"].append(case.id)
    return HandOver(**{name: tuple(sorted(ids)) for name, ids in lists.items()})


def sign(unit: Unit, listed: HandOver, actor: Actor, now: int, city: City) -> Signature | Refused:
    """Return the signature of somebody on duty for the list that was shown, or why not."""
    watch = on_duty(unit, now, city.duty.zone)
    if actor.by != city.person.id or actor.by not in watch.who:
        return refuse(
            Code.FORBIDDEN,
            "只有当班人员可以签收",
            "only who is on duty now can sign for the list",
        )
    entry = Entry(
        act="sign",
        by=actor.by,
        how=actor.how.value,
        area=unit.area,
        detail={"unit": unit.id, "watch": watch.shift, "since": watch.starts_at}
        | msgspec.to_builtins(listed),
    )
    return Signature(signed=Signed(unit=unit.id, watch_at=watch.starts_at), entry=entry)


def _is_late(order: Order, now: int) -> bool:
    by = limit(order)
    return by is not None and by <= now


def _is_case_late(file: CaseFile, now: int) -> bool:
    case = file.case
    return bool(case.unmet) or (case.verify_by is not None and case.verify_by <= now)
