"""The buttons: what this person may do to a case now."""

from collections.abc import Iterator

import msgspec

from sentinel.domain.person import Role
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
from sentinel.warn.case import CaseFile, Verdict
from sentinel.warn.city import City
from sentinel.warn.fitness import unfit
from sentinel.warn.may import forbids
from sentinel.warn.order import How, Order
from sentinel.warn.route import centres_around


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """One act. do: Its tag. on_behalf: Only for somebody who called, who has to be named."""

    do: str
    order: int | None = None
    on_behalf: bool = False


def offers(file: CaseFile, city: City) -> tuple[Offer, ...]:
    """Return what `city.person` may do to the case as it stands, by order, then to the whole."""
    made = (_offer(file, act, city) for act in _specimens(file, city))
    return tuple(offer for offer in made if offer is not None)


def _offer(file: CaseFile, act: Act, city: City) -> Offer | None:
    if unfit(file, act, city) is not None:
        return None
    order = getattr(act, "order", None)
    do = str(act.__struct_config__.tag)
    me = Actor(by=city.person.id)
    if forbids(file, act, me, city) is None:
        return Offer(do=do, order=order)
    for_another = Actor(by=me.by, how=How.PHONE, on_behalf_of="-")
    if forbids(file, act, for_another, city) is None:
        return Offer(do=do, order=order, on_behalf=True)
    return None


def _specimens(file: CaseFile, city: City) -> Iterator[Act]:
    """One act of each kind; whether its words are enough is asked when it is done."""
    for order in file.active:
        yield from _of_order(order)
    yield from (Note(text=""), Dispatch(unit=""), Urge(reason=""), Reopen(reason=""))
    yield from (Merge(into=""), Link(warning=""), Verify(verdict=Verdict.TRUE))
    if city.plans:
        yield RunPlan(plan="")
    above = [
        centre.area
        for centre in centres_around(file.case.centre, city.duty)
        if centre.area != file.case.centre and city.person.holds(Role.SUPERVISOR, centre.area)
    ]
    if above:
        yield TakeOver(centre=above[0], reason="")


def _of_order(order: Order) -> Iterator[Act]:
    number = order.number
    yield Seen(order=number) if order.is_taken else Accept(order=number)
    yield from (OnSite(order=number), Resolve(order=number, found="", done=""))
    yield from (GiveBack(order=number, reason=""), AskDefer(order=number, reason="", until=0))
    yield from (AnswerDefer(order=number, granted=True), Reassign(order=number, unit="", reason=""))
    undone = [place for place, item in enumerate(order.checklist) if not item.done_by]
    if undone:
        yield Tick(order=number, item=undone[0])
