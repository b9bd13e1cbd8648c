"""A change of unit and scale, as exact as floating point allows."""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", float, NDArray[np.float64])

_EXACT = 2**53
"""Every integer up to here is a float."""


@dataclass(frozen=True, slots=True)
class Linear:
    """y = (x * factor + shift) / divisor.

    A divisor because 57 cm are 57 / 100 m: 0.57, where 57 * 0.01 is a little more. The same steps
    for one number and for a column give the same bits.
    """

    factor: float = 1.0
    shift: float = 0.0
    divisor: float = 1.0

    def apply(self, x: Number) -> Number:
        """Return y; infinite where it is too large for a float."""
        return (x * self.factor + self.shift) / self.divisor


def exactly(factor: Fraction, shift: Fraction) -> Linear:
    """Return x * factor + shift.

    >>> exactly(Fraction(5, 9), Fraction(-160, 9)).apply(212.0)
    100.0
    """
    divisor = lcm(factor.denominator, shift.denominator)
    whole = (factor * divisor, shift * divisor, Fraction(divisor))
    if all(abs(number) <= _EXACT for number in whole):
        return Linear(float(whole[0]), float(whole[1]), float(divisor))
    return Linear(float(factor), float(shift))
