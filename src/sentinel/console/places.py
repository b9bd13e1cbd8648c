"""Where a list stopped, as the API hands it out and takes it back."""

from sentinel.domain.rank import Rank
from sentinel.warn.listing import Place

_DIGITS_OF_A_TIME = 15
"""Milliseconds to the year 33658; no database takes numbers of any length."""


def write_place(place: Place) -> str:
    """Return a place in a list as the API hands it out.

    >>> write_place(Place(rank=Rank.RED, changed_at=1781740800000, warning="ab12"))
    '4.1781740800000.ab12'
    """
    return f"{int(place.rank)}.{place.changed_at}.{place.warning}"


def read_place(text: str) -> Place | None:
    """Return the place that `write_place` wrote; None if it is none.

    >>> read_place("4.1781740800000.ab12").rank
    <Rank.RED: 4>
    >>> read_place("page 2") is None
    True
    """
    rank, _, rest = text.partition(".")
    changed_at, _, warning = rest.partition(".")
    if len(changed_at) > _DIGITS_OF_A_TIME or not rank.isdecimal() or not changed_at.isdecimal():
        return None
    try:
        return Place(rank=Rank(int(rank)), changed_at=int(changed_at), warning=warning)
    except ValueError:
        return None
