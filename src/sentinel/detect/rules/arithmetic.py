"""Quantities added, multiplied and compared, each converted to the unit in which they meet."""

from dataclasses import replace

from sentinel.detect.program import Op
from sentinel.detect.rules.quantity import Mismatch, Quantity, converted, is_temperature
from sentinel.detect.rules.terms import Constant, Parameter, Term, apply, scaled, with_unit
from sentinel.detect.rules.weights import (
    ZERO,
    Weight,
    added_weights,
    compared_weights,
    product_weight,
)
from sentinel.document.units import BARE, SECOND, Unit, conversion


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
        term = apply(op, _taken(left, unit, ZERO), _taken(right, unit, ZERO))
        return Quantity(term=term, text=text, unit=unit)
    a, b = added_weights(left, right, op)
    term = apply(op, _taken(left, unit, a), _taken(right, unit, b))
    weight = None if a is None or b is None else a + b * (1 if op is Op.ADD else -1)
    return Quantity(term=term, text=text, unit=unit, weight=weight)


def multiplied(left: Quantity, right: Quantity, op: Op, text: str) -> Quantity:
    """Return `left * right` or `left / right`, in the product of their units."""
    _refuse_circle(left, right)
    if op is Op.DIV and right.term == Constant(0.0):
        rule = f"nothing is divided by 0; got `{text}`"
        raise Mismatch(rule)
    weight = product_weight(left, right, op)
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
        return apply(op, _taken(left, unit, ZERO), _taken(right, unit, ZERO))
    a, b = compared_weights(left, right, unit)
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


_USE_DELTA = "compare it, or use `delta(x, over=...)`, which takes the shorter way round"


def _taken(q: Quantity, unit: Unit, weight: Weight) -> Term:
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
