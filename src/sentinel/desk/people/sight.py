"""Seeing is scoped to areas: the same in SQL as `Person.sees` is in Python."""

from sqlalchemy import ColumnElement, false, func, or_, true

from sentinel.domain.person import EVERYWHERE, Person


def is_seen(area: ColumnElement[str], person: Person) -> ColumnElement[bool]:
    """Return the condition that a person sees the area in a column; put it into every question.

    Not by LIKE: SQLite's takes capitals for small letters.
    """
    if EVERYWHERE in person.areas:
        return true()
    return or_(false(), *(_is_inside(area, around) for around in person.areas))


def _is_inside(area: ColumnElement[str], around: str) -> ColumnElement[bool]:
    below = f"{around}/"
    return or_(area == around, func.substr(area, 1, len(below)) == below)
