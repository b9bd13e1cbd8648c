"""`duty.yaml`: departments, people, units with their shifts, duty centres, times and channels."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Annotated, Any, Literal

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from sentinel.document import Node, Problems, nearest, validate
from sentinel.document.scalars import DurationMs
from sentinel.domain.person import EVERYWHERE
from sentinel.domain.rank import RANK_WORDS, Rank
from sentinel.warn.duty import Centre, Contact, Department, Duty, Override, Shift, Unit
from sentinel.warn.rate import Limits
from sentinel.warn.terms import USUAL, Terms

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])\Z")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}\Z")
RankWord = Literal["blue", "yellow", "orange", "red"]
Words = Mapping[str, str]


def _read_words(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    """One text stands for every language."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _read_days(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    """`mon-fri, sun` as numbers of days, Monday 0; a span may go over the end of the week."""
    found: set[int] = set()
    for part in str(value).split(","):
        first, _, last = part.strip().partition("-")
        if first not in _DAYS or (last or first) not in _DAYS:
            code = "days"
            raise PydanticCustomError(code, 'must be days such as "mon-fri" or "sat,sun"')
        begin, end = _DAYS.index(first), _DAYS.index(last or first)
        found |= {day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)}
    return frozenset(found)


def _read_hours(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    match = _HOURS.match(value) if isinstance(value, str) else None
    numbers = [int(group) for group in match.groups()] if match else []
    if not numbers or numbers[0] * 60 + numbers[1] >= _DAY or numbers[2] * 60 + numbers[3] > _DAY:
        code = "hours"
        raise PydanticCustomError(code, 'must be local times such as "20:00-08:00"')
    return time(numbers[0], numbers[1]), time(numbers[2] % 24, numbers[3])


_DAY = 24 * 60
Text = Annotated[dict[str, str], BeforeValidator(_read_words), Field(min_length=1)]
Days = Annotated[frozenset[int], BeforeValidator(_read_days), WithJsonSchema({"type": "string"})]
Hours = Annotated[
    tuple[time, time], BeforeValidator(_read_hours), WithJsonSchema({"type": "string"})
]
ByRank = dict[RankWord, DurationMs]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonKeys(_Strict):
    """Somebody on the roster. channels: Name of a channel to the address there."""

    name: str = Field(min_length=1, max_length=80)
    channels: dict[str, str] = Field(default_factory=dict)


class ShiftKeys(_Strict):
    """One watch that comes again, in local time; it may end on the next day."""

    name: str = Field(min_length=1)
    who: tuple[str, ...] = Field(min_length=1)
    days: Days = frozenset(range(7))
    hours: Hours


class OverrideKeys(_Strict):
    """Who stands in on one date (the day on which the shift begins)."""

    day: date
    shift: str
    who: tuple[str, ...] = Field(min_length=1)
    reason: str = Field(min_length=1)


class UnitKeys(_Strict):
    """A team. fallback: Who is told when nobody is on duty; there is always one."""

    name: Text
    department: str
    area: str
    fallback: str
    members: tuple[str, ...] = ()
    channels: dict[str, str] = Field(default_factory=dict)
    shifts: tuple[ShiftKeys, ...] = ()
    overrides: tuple[OverrideKeys, ...] = ()


class CentreKeys(_Strict):
    """A duty centre: which unit sits there, for which area."""

    area: str
    unit: str


class TermKeys(_Strict):
    """How long each thing may take, by rank; what is not said is as usual."""

    accept: ByRank = Field(default_factory=dict)
    resolve: ByRank = Field(default_factory=dict)
    verify: ByRank = Field(default_factory=dict)
    again: ByRank = Field(default_factory=dict)


class LimitKeys(_Strict):
    """How many notices one audience is given."""

    each_minute: int = Field(default=Limits().each_minute, ge=1)
    reds_each_minute: int = Field(default=Limits().reds_each_minute, ge=1)
    summary_after: DurationMs = Field(default=Limits().summary_after, ge=1000)
    red_summary_after: DurationMs = Field(default=Limits().red_summary_after, ge=1000)


class DutyKeys(_Strict):
    """The whole file."""

    departments: dict[str, Text] = Field(min_length=1)
    people: dict[str, PersonKeys]
    units: dict[str, UnitKeys]
    centres: tuple[CentreKeys, ...]
    terms: TermKeys = TermKeys()
    channels: dict[RankWord, tuple[str, ...]] = Field(default_factory=dict)
    limits: LimitKeys = LimitKeys()


class DutyFile(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says. channels: Names by rank, in the order in which they are tried."""

    duty: Duty
    terms: Terms
    channels: dict[Rank, tuple[str, ...]]
    limits: Limits


def parse_duty(
    node: Node, problems: Problems, *, zone: str, areas: Iterable[str], city: str
) -> DutyFile | None:
    """Return what the file says; None after telling every problem in it.

    zone: IANA name of the city's time zone. areas: Codes of the registry. city: The city's own.
    """
    errors = len(problems.errors)
    keys = validate(DutyKeys, node, problems)
    if keys is None:
        return None
    _Check(keys, node, problems, {*areas}, city).run()
    if len(problems.errors) > errors:
        return None
    return DutyFile(
        duty=_duty(keys, zone, city),
        terms=_terms(keys.terms),
        channels={RANK_WORDS[rank]: names for rank, names in keys.channels.items()},
        limits=Limits(**keys.limits.model_dump()),
    )


def duty_schema() -> dict[str, Any]:
    """Return the JSON Schema of `duty.yaml`, for editors that complete it."""
    return DutyKeys.model_json_schema()


class _Check:
    """Holds the parts of the file against one another and against the registry."""

    def __init__(
        self, keys: DutyKeys, node: Node, problems: Problems, areas: set[str], city: str
    ) -> None:
        self._keys, self._node, self._problems = keys, node, problems
        self._areas, self._city = areas, city

    def run(self) -> None:
        for section in ("departments", "people", "units"):
            self._check_ids(section)
        for name, unit in self._keys.units.items():
            self._check_unit(name, unit)
        for at, centre in enumerate(self._keys.centres):
            self._known("area", centre.area, self._areas, ("centres", at, "area"))
            self._known("unit", centre.unit, self._keys.units, ("centres", at, "unit"))
        self._check_centres()

    def _check_ids(self, section: str) -> None:
        held = self._node.value.get(section)
        for name in getattr(self._keys, section):
            if not _ID.match(name):
                rule = "an id is letters, digits, `-`, `_` and `.`, at most 80"
                self._problems.add(held.keys[name], section, f"{rule}; got {name!r}")
        both = self._keys.people.keys() & self._keys.units.keys()
        if section == "units" and both:
            rule = f"{min(both)!r} is a person and a unit; notices could not tell them apart"
            self._problems.add(held.keys[min(both)], section, rule)

    def _check_unit(self, name: str, unit: UnitKeys) -> None:
        at: tuple[str | int, ...] = ("units", name)
        self._known("department", unit.department, self._keys.departments, (*at, "department"))
        self._known("area", unit.area, self._areas, (*at, "area"))
        self._known("person", unit.fallback, self._keys.people, (*at, "fallback"))
        for number, person in enumerate(unit.members):
            self._known("person", person, self._keys.people, (*at, "members", number))
        for number, shift in enumerate(unit.shifts):
            for place, person in enumerate(shift.who):
                path = (*at, "shifts", number, "who", place)
                self._known("person", person, self._keys.people, path)
        shifts = {shift.name for shift in unit.shifts}
        for number, override in enumerate(unit.overrides):
            self._known("shift", override.shift, shifts, (*at, "overrides", number, "shift"))
            for place, person in enumerate(override.who):
                path = (*at, "overrides", number, "who", place)
                self._known("person", person, self._keys.people, path)
        if not unit.members and not unit.shifts:
            rule = "a unit has members, or shifts that say who"
            self._problems.add(self._node.at(at).place, f"unit {name!r}", rule)

    def _check_centres(self) -> None:
        areas = [_everywhere(centre.area, self._city) for centre in self._keys.centres]
        place = self._node.at(("centres",)).place
        if EVERYWHERE not in areas:
            rule = "the city needs a duty centre: it is told what nobody below has seen to"
            self._problems.add(place, "centres", rule, f"add {{area: {self._city}, unit: ...}}")
        for area in sorted({area for area in areas if areas.count(area) > 1}):
            self._problems.add(place, "centres", f"an area has one centre; got {area!r} twice")

    def _known(
        self, what: str, name: str, known: Iterable[str], path: tuple[str | int, ...]
    ) -> None:
        if name not in known:
            context = ".".join(str(step) for step in path)
            place = self._node.at(path).place
            self._problems.add(place, context, f"no {what} {name!r}", nearest(name, known))


def _duty(keys: DutyKeys, zone: str, city: str) -> Duty:
    contacts = {
        name: Contact(id=name, name=one.name, channels=one.channels)
        for name, one in keys.people.items()
    }
    contacts |= {
        name: Contact(id=name, name=unit.name.get("en", name), channels=unit.channels)
        for name, unit in keys.units.items()
        if unit.channels
    }
    return Duty(
        zone=zone,
        departments={
            name: Department(id=name, name=words) for name, words in keys.departments.items()
        },
        units={name: _unit(name, unit, city) for name, unit in keys.units.items()},
        centres=tuple(
            Centre(area=_everywhere(one.area, city), unit=one.unit) for one in keys.centres
        ),
        contacts=contacts,
    )


def _unit(name: str, keys: UnitKeys, city: str) -> Unit:
    on_shifts = [person for shift in keys.shifts for person in shift.who]
    return Unit(
        id=name,
        name=keys.name,
        department=keys.department,
        area=_everywhere(keys.area, city),
        members=tuple(dict.fromkeys([*keys.members, *on_shifts])),
        fallback=keys.fallback,
        shifts=tuple(
            Shift(
                name=shift.name,
                days=shift.days,
                starts=shift.hours[0],
                ends=shift.hours[1],
                who=shift.who,
            )
            for shift in keys.shifts
        ),
        overrides=tuple(
            Override(day=one.day, shift=one.shift, who=one.who, reason=one.reason)
            for one in keys.overrides
        ),
    )


def _terms(keys: TermKeys) -> Terms:
    def merged(usual: dict[Rank, int], own: ByRank) -> dict[Rank, int]:
        return usual | {RANK_WORDS[rank]: span for rank, span in own.items()}

    return Terms(
        accept=merged(USUAL.accept, keys.accept),
        resolve=merged(USUAL.resolve, keys.resolve),
        verify=merged(USUAL.verify, keys.verify),
        again=merged(USUAL.again, keys.again),
    )


def _everywhere(area: str, city: str) -> str:
    return EVERYWHERE if area in {EVERYWHERE, city} else area
