"""Who is where and on duty, as people see it, and signing for a list."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from fastapi import HTTPException

from sentinel.console.duty_shapes import (
    DepartmentShape,
    DutyShape,
    NamedShape,
    OnDutyShape,
    PlanShape,
    UnitShape,
    UnitsShape,
    WatchShape,
)
from sentinel.console.ground import Glance, Ground
from sentinel.console.plainly import NotFoundError
from sentinel.domain.person import Person, Role
from sentinel.warn.acts import Actor
from sentinel.warn.duty import Duty, Unit, Watch
from sentinel.warn.may import runs
from sentinel.warn.outcome import Refused
from sentinel.warn.roster import needs_signature, on_duty, to_be_told, week

_FURTHEST = timedelta(days=366)
"""A roster comes again every week; nobody looks further."""


class DutyView:
    """Answers from the roster, and signs through the desk; any thread may ask."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def units(self, who: Person) -> UnitsShape:
        """Return whom there is to send."""
        glance = self._ground.glance()
        handling = glance.handling
        return UnitsShape(
            departments=[
                DepartmentShape(id=one.id, name=one.name)
                for one in handling.duty.departments.values()
            ],
            units=[_unit(one, who, glance) for one in _near(who, handling.duty)],
            plans=[
                PlanShape(id=plan.id, title=plan.title, to=[order.to for order in plan.orders])
                for plan in handling.plans.values()
            ],
        )

    def duty(self, who: Person, first: date | None) -> DutyShape:
        """Return who is on duty now, and a week from the day `first`; None: from today."""
        glance, now = self._ground.glance(), self._ground.now()
        duty = glance.handling.duty
        today = datetime.fromtimestamp(now / 1000, ZoneInfo(duty.zone)).date()
        first = first or today
        if abs(first - today) > _FURTHEST:
            raise HTTPException(400, f"`first` must lie within a year of today; got {first}")
        near = _near(who, duty)
        signed = self._ground.desk.signed()
        watches = week(msgspec.structs.replace(duty, units={one.id: one for one in near}), first)
        return DutyShape(
            now=now,
            zone=duty.zone,
            on_duty=[
                OnDutyShape(
                    unit=_unit(unit, who, glance),
                    watch=_watch(on_duty(unit, now, duty.zone), glance),
                    told=_named(to_be_told(unit, now, duty.zone, signed), glance),
                    unsigned=unsigned is not None,
                    may_sign=unsigned is not None and who.id in unsigned.who,
                )
                for unit in near
                for unsigned in (needs_signature(unit, now, duty.zone, signed),)
            ],
            first=first.isoformat(),
            week=[_watch(one, glance) for unit in near for one in watches[unit.id]],
        )

    def sign(self, who: Person, unit: str) -> OnDutyShape | Refused:
        """Sign, coming on duty, for the list of a unit.

        Raises:
            NotFoundError: There is none such, or not for them.
        """
        near = {one.id for one in _near(who, self._ground.handling().duty)}
        if unit not in near:
            message = f"there is no unit {unit!r}"
            raise NotFoundError(message)
        done = self._ground.desk.sign_for(unit, Actor(by=who.id), who)
        if isinstance(done, Refused):
            return done
        return next(one for one in self.duty(who, None).on_duty if one.unit.id == unit)


def _near(who: Person, duty: Duty) -> list[Unit]:
    """Return the units in what somebody sees, those around it, and their own."""
    return [
        unit
        for unit in duty.units.values()
        if who.sees(unit.area) or who.passes(unit.area) or who.id in unit.members
    ]


def _unit(unit: Unit, who: Person, at: Glance) -> UnitShape:
    duty = at.handling.duty
    department = duty.departments.get(unit.department)
    centre = next((one.area for one in duty.centres if one.unit == unit.id), None)
    return UnitShape(
        id=unit.id,
        name=unit.name,
        department=unit.department,
        department_name=department.name if department else {},
        area=unit.area,
        place=at.gazetteer.place(unit.area),
        members=_named(unit.members, at),
        centre=centre,
        mine=_is_mine(unit, centre, who),
    )


def _is_mine(unit: Unit, centre: str | None, who: Person) -> bool:
    if who.id in unit.members or (centre is not None and runs(who, centre)):
        return True
    return any(
        grant.role is Role.HANDLER
        and grant.department == unit.department
        and grant.covers(unit.area)
        for grant in who.grants
    )


def _watch(watch: Watch, at: Glance) -> WatchShape:
    return WatchShape(
        unit=watch.unit,
        shift=watch.shift,
        who=_named(watch.who, at),
        starts_at=watch.starts_at,
        ends_at=watch.ends_at,
        is_fallback=watch.is_fallback,
        reason=watch.reason,
    )


def _named(ids: Iterable[str], at: Glance) -> list[NamedShape]:
    return [NamedShape(id=one, name=at.names(one)) for one in ids]
