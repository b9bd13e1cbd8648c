"""Numbers with their units, calculated with and compared as the field would.

Temperatures have a zero that is arbitrary, so it matters whether a number is a level on the scale
(20 degrees outside) or a difference (a rise of 5 degrees). `weight` keeps count: a level weighs
1, a difference 0, a sum the sum of its parts; a bare number beside a level may be either.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from sentinel.detect.program import Op
from sentinel.detect.rules.terms import Constant, Parameter, Term, apply, scaled, with_unit
from sentinel.document.units import BARE, SECOND, Unit, conversion, parse_unit

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


def negated(x: Quantity, text: str) -> Quantity:
    """Return `-x`."""
    _refuse_circle(x)
    weight = None if x.weight is None else -x.weight
    term = apply(Op.NEG, x.term)
    return replace(
        x, term=term, text=text, weight=weight, is_open=x.is_open and isinstance(term, Constant)
    )


def added(left: Quantity, right: Quantity, op: Op, text: str) -> Quantity:
    """Return `left + right` or `left - right` in the unit of the one that has a settled unit."""
    _refuse_circle(left, right)
    unit = common_unit(left, right, "added" if op is Op.ADD else "subtracted")
    if unit is None:
        return Quantity(term=apply(op, left.term, right.term), text=text)
    if not is_temperature(unit):
        term = apply(op, _taken(left, unit, _ZERO), _taken(right, unit, _ZERO))
        return Quantity(term=term, text=text, unit=unit)
    a, b = _weights(left, right, op)
    term = apply(op, _taken(left, unit, a), _taken(right, unit, b))
    weight = None if a is None or b is None else a + b * (1 if op is Op.ADD else -1)
    return Quantity(term=term, text=text, unit=unit, weight=weight)


def multiplied(left: Quantity, right: Quantity, op: Op, text: str) -> Quantity:
    """Return `left * right` or `left / right`, in the product of their units."""
    _refuse_circle(left, right)
    weight = _product_weight(left, right, op)
    term = apply(op, left.term, right.term)
    if left.unit is None and right.unit is None:
        return Quantity(term=term, text=text)
    one, other = left.unit or BARE, right.unit or BARE
    if right.unit is None:
        return Quantity(term=term, text=text, unit=one, weight=weight)
    if left.unit is None and op is Op.MUL:
        return Quantity(term=term, text=text, unit=other, weight=weight)
    return Quantity(term=term, text=text, unit=one * other if op is Op.MUL else one / other)


def compared(left: Quantity, right: Quantity, op: Op) -> Term:
    """Return the truth of a comparison."""
    unit = common_unit(left, right, "compared")
    if unit is None:
        return apply(op, left.term, right.term)
    if not is_temperature(unit):
        return apply(op, _taken(left, unit, _ZERO), _taken(right, unit, _ZERO))
    a, b = _compared_weights(left, right, unit)
    return apply(op, _taken(left, unit, a), _taken(right, unit, b))


def common_unit(left: Quantity, right: Quantity, verb: str) -> Unit | None:
    """Return the unit in which the two meet; None if both are bare.

    Raises:
        Mismatch: They have different dimensions.
    """
    if left.unit is None or right.unit is None:
        return left.unit or right.unit
    if conversion(left.unit, right.unit) is None:
        rule = f"only values of one dimension are {verb}"
        found = f"{_in_unit(left)}, {_in_unit(right)}"
        message = f"{rule}; got {found}"
        raise Mismatch(message, _minutes_or_metres(left, right))
    return right.unit if left.is_open and not right.is_open else left.unit


_ZERO = Fraction(0)
_ONE = Fraction(1)
_USE_DIFFERENCE = "compare it, or calculate with a difference of two"
_GIVE_UNIT = "give its number a unit: [Cel] takes a temperature away, [K] a difference"
_USE_DELTA = "compare it, or use `delta(x, over=...)`, which takes the shorter way round"


def _taken(q: Quantity, unit: Unit, weight: Fraction | None) -> Term:
    """Return the term of `q` in `unit`, as `weight` levels of its scale."""
    difference = weight == 0 and is_temperature(unit)
    if isinstance(q.term, Parameter) and (q.unit is None or q.is_open):
        return replace(q.term, unit=unit.text, difference=difference)
    if q.unit is None:
        return with_unit(q.term, unit.text, difference=difference)
    if isinstance(q.term, Constant) and q.is_open:
        return Constant(converted(q.term.value, q.unit, unit, difference=weight == 0))
    factor, offset = conversion(q.unit, unit) or (1.0, 0.0)
    return scaled(q.term, factor, offset * float(weight or 0) if offset else 0.0)


def converted(value: float, unit: Unit, into: Unit, *, difference: bool = False) -> float:
    """Return a written number in another unit of its dimension: 57 cm are 0.57 m to the bit."""
    exact = Fraction(repr(value))
    base = exact * unit.factor if difference else (exact + unit.offset) * unit.factor
    return float(base / into.factor - (0 if difference else into.offset))


def _weights(left: Quantity, right: Quantity, op: Op) -> tuple[Fraction | None, Fraction | None]:
    """Whether a temperature written beside another is a level or a difference."""
    if op is Op.ADD:
        if left.is_open and right.is_open:
            return Fraction(int(_has_zero_of_its_own(left))), _ZERO
        return (_settled(left, _ZERO), _settled(right, _ZERO))
    if _is_settled(left):
        return left.weight, _settled(right, _lean(right))
    return (_lean(left) if left.unit is None else _ONE), _settled(right, _lean(right))


def _is_settled(q: Quantity) -> bool:
    return q.unit is not None and not q.is_open


def _settled(q: Quantity, otherwise: Fraction | None) -> Fraction | None:
    return q.weight if _is_settled(q) else otherwise


def _lean(q: Quantity) -> Fraction | None:
    """What a written temperature most likely is: in degrees a level, in kelvin a difference."""
    if q.unit is None:
        return None
    return _ONE if _has_zero_of_its_own(q) else _ZERO


def _has_zero_of_its_own(q: Quantity) -> bool:
    return q.unit is not None and q.unit.offset != 0


def _product_weight(left: Quantity, right: Quantity, op: Op) -> Fraction | None:
    """A level may be scaled by a number (for a mean of two), and is otherwise not multiplied."""
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
    return _ZERO


def _compared_weights(
    left: Quantity, right: Quantity, unit: Unit
) -> tuple[Fraction | None, Fraction | None]:
    if not (_is_settled(left) or _is_settled(right)):
        return _ONE, _ONE
    if _is_settled(left) and _is_settled(right):
        _refuse_unequal(left, right, unit)
        return left.weight, right.weight
    settled, written = (left, right) if _is_settled(left) else (right, left)
    weight = settled.weight
    if written.unit is not None and weight not in (_ZERO, _ONE):
        _refuse_if_unclear(settled, written, unit)
        weight = _ONE
    return weight, weight


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


def _refuse_circle(*quantities: Quantity) -> None:
    for q in quantities:
        if q.is_circular:
            rule = f"a direction goes round and is not calculated with; got `{q.text}`"
            raise Mismatch(rule, _USE_DELTA)


def _minutes_or_metres(left: Quantity, right: Quantity) -> str:
    for q in (left, right):
        word = q.text.lstrip("0123456789.")
        if q.unit == SECOND and isinstance(q.term, Constant) and word in ("m", "h", "s", "d"):
            amount = q.text.removesuffix(word)
            return f"`{q.text}` is a duration; another unit stands in brackets: `{amount}[{word}]`"
    return ""


def _in_unit(q: Quantity) -> str:
    unit = q.unit.text if q.unit is not None else ""
    return f"`{q.text}` in {unit}" if unit else f"`{q.text}` without a unit"
