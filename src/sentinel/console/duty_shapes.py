"""What the API says of who is where, and who is on duty."""

from sentinel.console.shapes import Shape, Words


class NamedShape(Shape):
    """Somebody, or something, by id and name."""

    id: str
    name: str


class WatchShape(Shape):
    """Who is on duty in a unit from when to when.

    is_fallback: Nobody is on the roster, so these are told; that is itself loud. reason: Why
    somebody stands in.
    """

    unit: str
    shift: str
    who: list[NamedShape]
    starts_at: int
    ends_at: int
    is_fallback: bool
    reason: str


class UnitShape(Shape):
    """A team of a department that looks after an area.

    centre: Area of the duty centre in which it sits; None: in none. mine: The asker may act on its
    orders: a member, a handler of its department there, or who runs its centre.
    """

    id: str
    name: Words
    department: str
    department_name: Words
    area: str
    place: Words
    members: list[NamedShape]
    centre: str | None
    mine: bool


class DepartmentShape(Shape):
    """A department of the city."""

    id: str
    name: Words


class PlanShape(Shape):
    """Whom to send at once, for one kind of event. to: Departments and units."""

    id: str
    title: Words
    to: list[str]


class UnitsShape(Shape):
    """Whom there is to send: in the asker's areas, and around them."""

    departments: list[DepartmentShape]
    units: list[UnitShape]
    plans: list[PlanShape]


class OnDutyShape(Shape):
    """Who is on duty in a unit now.

    told: Who hears of new orders: the watch and, until somebody of it has signed, the one before.
    unsigned: Nobody has signed for the list of this watch, and somebody has to. may_sign: The asker
    may.
    """

    unit: UnitShape
    watch: WatchShape
    told: list[NamedShape]
    unsigned: bool
    may_sign: bool


class DutyShape(Shape):
    """Who is on duty now, and the watches of seven local days from `first` (a date) on.

    zone: IANA name; days are in its local time.
    """

    now: int
    zone: str
    on_duty: list[OnDutyShape]
    first: str
    week: list[WatchShape]
