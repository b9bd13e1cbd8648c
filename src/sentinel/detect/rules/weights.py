"""Whether a temperature is meant as a level on its scale or as a difference."""

from fractions import Fraction

from sentinel.detect.program import Op
from sentinel.detect.rules.quantity import Mismatch, Quantity
from sentinel.detect.rules.terms import Constant
from sentinel.document.units import Unit, conversion

Weight = Fraction | None
"""How many levels of its scale a number is; None: not to be told."""

ZERO = Fraction(0)
ONE = Fraction(1)
_USE_DIFFERENCE = "compare it, or calculate with a difference of two"
_USE_MEAN = "compare one temperature, or a mean such as `(a + b) / 2`"
_GIVE_UNIT = "give its number a unit: [Cel] takes a temperature away, [K] a difference"


def added_weights(left: Quantity, right: Quantity, op: Op) -> tuple[Weight, Weight]:
    """Return how many levels each is: what is written beside a temperature may be either."""
    if op is Op.ADD:
        if left.is_open and right.is_open:
            return Fraction(int(_has_zero_of_its_own(left))), ZERO
        return (_settled(left, ZERO), _settled(right, ZERO))
    if _is_settled(left):
        return left.weight, _settled(right, _beside(left, right))
    if left.unit is None and _is_settled(right):
        return _beside(right, left), right.weight
    return (_lean(left) if left.unit is None else ONE), _settled(right, _lean(right))


def product_weight(left: Quantity, right: Quantity, op: Op) -> Weight:
    """Return how many levels a product is.

    Raises:
        Mismatch: A level is multiplied by more than a number, which a mean of two needs.
    """
    for x, y, allowed in ((left, right, True), (right, left, op is Op.MUL)):
        if x.weight == 0:
            continue
        if not (allowed and y.unit is None and isinstance(y.term, Constant)):
            rule = f"a temperature has no zero to multiply or divide from; got `{x.text}`"
            raise Mismatch(rule, _USE_DIFFERENCE)
        if x.weight is None or not y.term.value:
            return x.weight
        by = Fraction(repr(y.term.value))
        return x.weight * by if op is Op.MUL else x.weight / by
    return ZERO


def compared_weights(left: Quantity, right: Quantity, unit: Unit) -> tuple[Weight, Weight]:
    """Return how many levels each side of a comparison is: a written one is what the other is.

    Raises:
        Mismatch: A level stands against a difference, what stands there may be either, or it is
            neither: two levels added up.
    """
    for q in (left, right):
        if _is_settled(q) and q.weight not in (ZERO, ONE, None):
            rule = f"a sum or a multiple of temperatures is no temperature; got `{q.text}`"
            raise Mismatch(rule, _USE_MEAN)
    if not (_is_settled(left) or _is_settled(right)):
        return ONE, ONE
    if _is_settled(left) and _is_settled(right):
        _refuse_unequal(left, right, unit)
        return left.weight, right.weight
    settled, written = (left, right) if _is_settled(left) else (right, left)
    weight = settled.weight
    if written.unit is not None and weight is None:
        _refuse_if_unclear(settled, written, unit)
        weight = ONE
    return weight, weight


def _is_settled(q: Quantity) -> bool:
    return q.unit is not None and not q.is_open


def _settled(q: Quantity, otherwise: Weight) -> Weight:
    return q.weight if _is_settled(q) else otherwise


def _beside(settled: Quantity, written: Quantity) -> Weight:
    """What is written beside a temperature; beside a sum of them a bare number moves the sum."""
    if written.unit is None and settled.weight not in (ZERO, ONE, None):
        return ZERO
    return _lean(written)


def _lean(q: Quantity) -> Weight:
    """What a written temperature most likely is: in degrees a level, in kelvin a difference."""
    if q.unit is None:
        return None
    return ONE if _has_zero_of_its_own(q) else ZERO


def _has_zero_of_its_own(q: Quantity) -> bool:
    return q.unit is not None and q.unit.offset != 0


def _refuse_unequal(left: Quantity, right: Quantity, unit: Unit) -> None:
    if left.weight == right.weight:
        return
    same_scale = left.unit == right.unit == unit
    if not (same_scale and (left.weight is None or right.weight is None)):
        rule = "a temperature is not compared with a difference of temperatures"
        message = f"{rule}; got `{left.text}` and `{right.text}`"
        raise Mismatch(message)


def _refuse_if_unclear(settled: Quantity, written: Quantity, unit: Unit) -> None:
    """A number that is the same as level and as difference needs no answer to which it is."""
    if written.unit is not None and conversion(written.unit, unit) == conversion(
        written.unit, unit, difference=True
    ):
        return
    rule = f"`{settled.text}` may be a temperature or a difference of temperatures"
    raise Mismatch(rule, _GIVE_UNIT)
