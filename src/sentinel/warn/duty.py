"""Who is on duty: departments, units, centres, shifts in local time."""

from datetime import date, time

import msgspec


class Department(msgspec.Struct, frozen=True, kw_only=True):
    """One department of the city. name: By language."""

    id: str
    name: dict[str, str]


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """One watch that comes again.

    days: 0 (Monday) to 6 on which it begins. starts, ends: Local time; one that ends at or before
        its start ends the next day. who: Ids of people.
    """

    name: str
    days: frozenset[int]
    starts: time
    ends: time
    who: tuple[str, ...]


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """Who stands in on one date (the day on which the shift begins)."""

    day: date
    shift: str
    who: tuple[str, ...]
    reason: str


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A team of a department that looks after an area.

    members: Ids of people. fallback: Who is told when nobody is on duty; there always is one.
    """

    id: str
    name: dict[str, str]
    department: str
    area: str
    members: tuple[str, ...]
    fallback: str
    shifts: tuple[Shift, ...] = ()
    overrides: tuple[Override, ...] = ()


class Centre(msgspec.Struct, frozen=True, kw_only=True):
    """A duty centre: who dispatches, verifies and is told when time runs out, for an area.

    unit: The id of the unit that sits there.
    """

    area: str
    unit: str


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """How a person or a unit is reached. channels: Names of channels to addresses there."""

    id: str
    name: str
    channels: dict[str, str]


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on duty in one unit at one time; instants are milliseconds since 1970 UTC.

    is_fallback: Nobody is on the roster, so these are told; that is itself loud.
    """

    unit: str
    shift: str
    who: tuple[str, ...]
    starts_at: int
    ends_at: int
    is_fallback: bool = False
    reason: str = ""


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of `duty.yaml`. zone: IANA name; shifts are in its local time."""

    zone: str
    departments: dict[str, Department]
    units: dict[str, Unit]
    centres: tuple[Centre, ...]
    contacts: dict[str, Contact]
