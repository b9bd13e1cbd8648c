"""Numbers with their units, calculated with and compared as the field would.

Temperatures have a zero that is arbitrary, so it matters whether a number is a level on the scale
(20 degrees outside) or a difference (a rise of 5 degrees). `weight` keeps count: a level weighs
1, a difference 0, a sum the sum of its parts; a bare number beside a level may be either.
"""

from dataclasses import dataclass
from fractions import Fraction

from sentinel.detect.rules.terms import Constant, Term
from sentinel.document.units import BARE, SECOND, Unit, parse_unit

KELVIN = parse_unit("K") or BARE


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A term that is a number.

    text: As the rule writes it.
    unit: None for bare numbers, which take the unit of what they meet.
    weight: How many levels of a temperature scale it is; None: not to be told.
    is_open: A literal or parameter, which can be taken in any unit of its dimension.
    is_circular: A direction, which goes round: it is compared, not calculated with.
    """

    term: Term
    text: str
    unit: Unit | None = None
    weight: Fraction | None = Fraction(0)
    is_open: bool = False
    is_circular: bool = False


class Mismatch(Exception):  # noqa: N818 -- an answer to the analyst, caught by the checker
    """Two quantities do not go together; `hint` says what would."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


def literal(value: float, unit: Unit | None, text: str) -> Quantity:
    """Return a number as written, with or without a unit."""
    return Quantity(term=Constant(value), text=text, unit=unit, is_open=unit is not None)


def duration(ms: int, text: str) -> Quantity:
    """Return a duration: a number of seconds."""
    return literal(ms / 1000, SECOND, text)


def level(term: Term, unit: Unit, text: str, *, circular: bool = False) -> Quantity:
    """Return a level in `unit`: what a sensor shows."""
    weight = Fraction(1 if is_temperature(unit) else 0)
    return Quantity(term=term, text=text, unit=unit, weight=weight, is_circular=circular)


def is_temperature(unit: Unit | None) -> bool:
    """Return whether `unit` is one of temperature, where levels and differences part."""
    return unit is not None and unit.dimensions == KELVIN.dimensions


def converted(value: float, unit: Unit, into: Unit, *, difference: bool = False) -> float:
    """Return a written number in another unit of its dimension: 57 cm are 0.57 m to the bit."""
    exact = Fraction(repr(value))
    base = exact * unit.factor if difference else (exact + unit.offset) * unit.factor
    return float(base / into.factor - (0 if difference else into.offset))
