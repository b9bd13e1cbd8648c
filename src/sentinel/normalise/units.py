"""From the unit and scale of a format to the metric's canonical unit, worked out once."""

from collections.abc import Sequence
from fractions import Fraction

from sentinel.document.units import conversion, parse_unit
from sentinel.domain.metric import Metric
from sentinel.domain.rejection import Reason
from sentinel.normalise.failure import Failure, shown
from sentinel.normalise.linear import Linear, exactly
from sentinel.normalise.values import ValueForm

_MOST = 10_000
"""Conversions kept; devices that invent units cannot fill the memory."""


def convert(
    unit: str | None, scale: Fraction, offset: Fraction, metric: Metric
) -> Linear | Failure:
    """Return how a number in a payload becomes a value of `metric`.

    Args:
        unit: What scale and offset lead to; None: the canonical unit already.
        scale: Applied first.
        offset: Added next, in `unit`.
        metric: Says the canonical unit.
    """
    if unit is None or unit == metric.unit:
        return exactly(scale, offset)
    there, here = parse_unit(unit), parse_unit(metric.unit)
    if there is None:
        return Failure(Reason.BAD_UNIT, f"there is no unit {shown(unit)}")
    if here is None or conversion(there, here) is None:
        wanted = f"the unit of {metric.id}, {metric.unit!r}" if metric.unit else f"{metric.id}"
        return Failure(Reason.BAD_UNIT, f"{shown(unit)} does not convert to {wanted}")
    factor = there.factor / here.factor
    return exactly(scale * factor, (offset + there.offset) * factor - here.offset)


class Conversions:
    """`convert` with a memory, for the metrics of one registry."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics
        self._known: dict[tuple[str | None, int, int], tuple[ValueForm, Linear | Failure]] = {}

    def find(self, unit: str | None, form: ValueForm, metric: int) -> Linear | Failure:
        """Return how a number in `unit`, scaled as `form` says, becomes one of that metric."""
        key = (unit, id(form), metric)  # a fraction's hash takes longer than the conversion
        known = self._known.get(key)
        if known is not None:
            return known[1]
        if len(self._known) >= _MOST:
            self._known.clear()
        found = convert(unit, form.scale, form.offset, self._metrics[metric])
        self._known[key] = form, found  # the form stays, so that its identity is its own
        return found
