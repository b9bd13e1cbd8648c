"""Who is told what in one transition, and what it leaves in the trail."""

from typing import Any

from sentinel.domain.person import SENTINEL
from sentinel.domain.rank import Rank
from sentinel.warn.acts import Actor
from sentinel.warn.case import Case
from sentinel.warn.city import City
from sentinel.warn.compose import Words, compose
from sentinel.warn.notice import Audience, Notice, Occasion, notice_key
from sentinel.warn.order import How, Order
from sentinel.warn.roster import is_manned
from sentinel.warn.route import centres_around
from sentinel.warn.trail import Entry

TIMER = Actor(by=SENTINEL.id, how=How.TIMER)
RULE = Actor(by=SENTINEL.id, how=How.RULE)


class Telling:
    """Collects notices and entries about one case while it is being changed."""

    def __init__(self, case: Case, now: int, city: City, actor: Actor) -> None:
        self.case = case
        self.now, self.city, self.actor = now, city, actor
        self.entries: list[Entry] = []
        self.notices: dict[str, Notice] = {}
        self.cancelled: set[tuple[str, int]] = set()

    def cancel(self, number: int) -> None:
        """Take back an order's reminders that are still waiting."""
        self.cancelled.add((self.case.id, number))

    def log(self, act: str, order: int | None = None, **detail: Any) -> None:  # noqa: ANN401 -- plain JSON
        """Leave a line in the trail."""
        entry = Entry(
            act=act,
            by=self.actor.by,
            how=self.actor.how.value,
            on_behalf_of=self.actor.on_behalf_of,
            case=self.case.id,
            order=order,
            area=self.case.area,
            detail={key: value for key, value in detail.items() if value not in (None, "", ())},
        )
        self.entries.append(entry)

    def tell_centre(
        self,
        occasion: Occasion,
        area: str,
        order: Order | None = None,
        *,
        rank: Rank | None = None,
        detail: dict[str, str] | None = None,
    ) -> None:
        """Tell the duty centre of `area`, and those above as long as nobody is on duty there."""
        for centre in centres_around(area, self.city.duty):
            self.tell(occasion, Audience.CENTRE, centre.unit, order, rank=rank, detail=detail)
            if is_manned(self.city.duty.units.get(centre.unit), self.now, self.city.duty.zone):
                return

    def tell(
        self,
        occasion: Occasion,
        audience: Audience,
        to: str,
        order: Order | None = None,
        *,
        rank: Rank | None = None,
        detail: dict[str, str] | None = None,
    ) -> None:
        """Tell somebody; twice in one step of one occasion is once."""
        number = order.number if order else None
        key = notice_key(self.case.id, self.case.version, number, occasion, audience, to)
        words = Words(order=order, detail=detail or {})
        title, text = compose(occasion, self.case, words, self.now, self.city)
        notice = Notice(
            key=key,
            occasion=occasion,
            audience=audience,
            to=to,
            rank=self.case.weight if rank is None else rank,
            title=title,
            text=text,
            case=self.case.id,
            order=number,
            exercise=self.case.exercise,
            facts=facts_of(self.case),
        )
        self.notices.setdefault(key, notice)


def facts_of(case: Case) -> dict[str, str]:
    """Return what machines at the other end sort and join by."""
    facts = {
        "area": case.area,
        "rule": case.rule,
        "scenario": case.scenario,
        "subject": case.subject,
        "state": case.state.value,
        "sight": case.sight.name.lower(),
        "report": case.report.reference if case.report else "",
    }
    return {key: value for key, value in facts.items() if value}
