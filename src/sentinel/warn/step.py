"""One transition in the making: how the file becomes, and everything that this causes."""

from typing import Literal

import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.acts import Actor
from sentinel.warn.case import CaseFile, CaseState, order_id
from sentinel.warn.city import City
from sentinel.warn.due import again_at, due_from, earliest, limit, roster_clock, verify_by
from sentinel.warn.duty import Unit
from sentinel.warn.notice import REMINDERS, Audience, Notice, Occasion
from sentinel.warn.order import ChecklistItem, Order, OrderState
from sentinel.warn.outcome import Done
from sentinel.warn.roster import is_manned
from sentinel.warn.route import Route, route
from sentinel.warn.silence import Silence
from sentinel.warn.telling import TIMER, Telling
from sentinel.warn.warning import EarlyWarning


class Step(Telling):
    """Collects one transition; `done()` derives the state of the case and hands all of it out.

    A builder within one call: what goes in and what comes out are values.
    """

    def __init__(self, file: CaseFile, now: int, city: City, actor: Actor = TIMER) -> None:
        case = msgspec.structs.replace(file.case, version=file.case.version + 1)
        super().__init__(case, now, city, actor)
        self.orders = {order.number: order for order in file.orders}
        self.warnings = {warning.id: warning for warning in file.warnings}
        self.silences: list[Silence] = []
        self.follow: list[CaseFile] = []
        self.others: list[CaseFile] = []

    @property
    def active(self) -> list[Order]:
        """The orders on which somebody has still to act."""
        return [order for order in self.orders.values() if order.is_active]

    def change(self, **changes: object) -> None:
        """Change the case."""
        self.case = msgspec.structs.replace(self.case, **changes)

    def put(self, warning: EarlyWarning) -> None:
        """Keep a warning as it now stands."""
        self.warnings[warning.id] = warning

    def turn(self, number: int, **changes: object) -> Order:
        """Change what an order waits for: its lateness counts anew."""
        order = msgspec.structs.replace(self.orders[number], climbed=0, **changes)
        return self.set(number, climbed=0, climb_at=limit(order), **changes)

    def set(self, number: int, **changes: object) -> Order:
        """Change an order, its lateness as it was."""
        order = msgspec.structs.replace(self.orders[number], **changes)
        if order.is_active:
            next_at = earliest(order.climb_at, roster_clock(order, self.now, self.city))
            order = msgspec.structs.replace(order, next_at=next_at)
        else:
            order = msgspec.structs.replace(order, climb_at=None, next_at=None)
            self.cancel(number)
        self.orders[number] = order
        return order

    def send(self, department: str, occasion: Occasion = Occasion.DISPATCHED) -> None:
        """Dispatch to the department's nearest unit, or tell the centre that there is none."""
        way = route(department, self.case.area, self.city.duty)
        if isinstance(way, Route):
            self.dispatch(way.unit, way.why, occasion)
        else:
            self.lack(way.why)

    def dispatch(
        self,
        unit: Unit,
        why: dict[str, str],
        occasion: Occasion = Occasion.DISPATCHED,
        *,
        resolve_by: int | None = None,
        checklist: tuple[ChecklistItem, ...] = (),
    ) -> Order:
        """Send a unit and tell it. resolve_by: Kept from an order that this one replaces."""
        due = due_from(self.case, self.now, self.city)
        if resolve_by is not None:
            due = msgspec.structs.replace(due, resolve_by=resolve_by)
        number = len(self.orders) + 1
        order = Order(
            id=order_id(self.case.id, number),
            case=self.case.id,
            number=number,
            unit=unit.id,
            department=unit.department,
            state=OrderState.DISPATCHED,
            dispatched_at=self.now,
            dispatched_by=self.actor.by,
            why=why,
            centre=self.case.centre,
            due=due,
            checklist=checklist,
            returns=self.returned,
        )
        self.change(quiet="", unmet=max(0, self.case.unmet - 1))
        self.log("dispatch", number, unit=unit.id, why=why, due=msgspec.to_builtins(due))
        self.orders[number] = msgspec.structs.replace(order, climb_at=limit(order))
        self.tell(occasion, Audience.UNIT, unit.id, order)
        return self.mind_roster(number)

    @property
    def returned(self) -> int:
        """How often orders of this case were given back."""
        return sum(order.state is OrderState.RETURNED for order in self.orders.values())

    def lack(self, why: dict[str, str]) -> None:
        """Note a task that no unit has, and tell the centre loudly."""
        self.change(
            quiet="",
            unmet=self.case.unmet + 1,
            climbed=1,
            next_at=again_at(self.case, self.now, self.city),
        )
        self.log("no_unit", why=why)
        self.tell_centre(Occasion.NO_UNIT, self.case.centre, rank=Rank.RED, detail=why)

    def mind_roster(self, number: int) -> Order:
        """Tell, once, that nobody is on duty in the unit of a waiting order."""
        order = self.orders[number]
        unit = self.city.duty.units.get(order.unit)
        unmanned = not is_manned(unit, self.now, self.city.duty.zone)
        if unmanned and not order.unmanned:
            self.log("nobody_on_duty", number, unit=order.unit)
            detail = unit.name if unit else {"": order.unit}
            occasion = Occasion.NOBODY_ON_DUTY
            self.tell_centre(occasion, order.centre, order, rank=Rank.RED, detail=detail)
        return self.set(number, unmanned=unmanned)

    def tell_units(self, occasion: Occasion, detail: dict[str, str] | None = None) -> None:
        """Tell every unit that has still to act."""
        for order in self.active:
            self.tell(occasion, Audience.UNIT, order.unit, order, detail=detail)

    def add(self, done: Done, where: Literal["follow", "others"]) -> None:
        """Take in what happened to another case in the same step."""
        (self.follow if where == "follow" else self.others).append(done.file)
        self.entries += done.entries
        self.notices |= {notice.key: notice for notice in done.notices}
        self.cancelled |= done.cancelled
        self.follow += done.follow
        self.others += done.others

    def file(self) -> CaseFile:
        """Return the file as it stands."""
        return CaseFile(
            case=self.case,
            orders=tuple(self.orders.values()),
            warnings=tuple(self.warnings.values()),
        )

    def done(self) -> Done:
        """Derive the state of the case from its orders, and return the whole step."""
        self._derive()
        return Done(
            file=self.file(),
            entries=tuple(self.entries),
            notices=self._still_needed(),
            cancelled=frozenset(self.cancelled),
            follow=tuple(self.follow),
            others=tuple(self.others),
            silences=tuple(self.silences),
        )

    def _still_needed(self) -> tuple[Notice, ...]:
        """Who accepts in the very step that dispatched needs no reminder of it."""
        return tuple(
            notice
            for notice in self.notices.values()
            if notice.occasion not in REMINDERS or (notice.case, notice.order) not in self.cancelled
        )

    def await_verdict(self) -> None:
        """Nothing is left to do but to verify."""
        by = verify_by(self.case, self.now, self.city)
        self.change(
            state=CaseState.RESOLVED, resolved_at=self.now, verify_by=by, climbed=0, next_at=by
        )

    def _derive(self) -> None:
        if not self.case.is_live:
            self.change(next_at=None)
        elif self.active or self.case.unmet:
            self.change(state=CaseState.OPEN, resolved_at=None, verify_by=None)
            if not self.case.unmet:
                self.change(climbed=0, next_at=None)
        elif self.case.state is CaseState.OPEN and self._resolved:
            self.await_verdict()
            last = self._resolved[-1]
            self.log("resolved")
            detail = {"": "; ".join(filter(None, (last.found, last.done)))}
            self.tell_centre(Occasion.RESOLVED, self.case.centre, detail=detail)

    @property
    def _resolved(self) -> list[Order]:
        """Those whose unit is done, the latest last."""
        done = [order for order in self.orders.values() if order.state is OrderState.RESOLVED]
        return sorted(done, key=lambda order: (order.resolved_at or 0, order.number))

    @property
    def last_unit(self) -> Unit | None:
        """The unit that was last done with it; None: there was none, or it is no longer known."""
        return self.city.duty.units.get(self._resolved[-1].unit) if self._resolved else None
