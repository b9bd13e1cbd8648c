"""What a rule's conditions say that their author most likely did not mean."""

import math
from collections.abc import Mapping

from sentinel.detect.program import Func, Op
from sentinel.detect.rules.evaluate import operate
from sentinel.detect.rules.terms import Applied, Constant, Input, Term, parts
from sentinel.domain.metric import Metric
from sentinel.domain.rank import Rank

_FLIPPED = {Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE, Op.EQ: Op.EQ, Op.NE: Op.NE}
_UP = frozenset({Op.GT, Op.GE})
_DOWN = frozenset({Op.LT, Op.LE})
_LEVELS = frozenset({Func.VALUE, Func.MEAN, Func.MIN, Func.MAX, Func.QUANTILE})
_RANGES = {
    Func.ANOMALY: (0.0, 1.0),
    Func.QUALITY: (1.0, 9.0),
    Func.AGE: (0.0, math.inf),
    Func.COUNT: (0.0, math.inf),
    Func.STDDEV: (0.0, math.inf),
}


def why_constant(term: Term) -> str:
    """Return why a condition, or a part of it, can never change; empty if it can."""
    if isinstance(term, Constant):
        return f"it is always {_word(term.value)}"
    if isinstance(term, Applied) and term.op in (Op.AND, Op.OR, Op.NOT):
        return next((why for part in term.operands if (why := why_constant(part))), "")
    if not any(isinstance(part, Input) for part in parts(term)):
        return "it looks at no reading"
    if isinstance(term, Applied) and term.operands[0] == term.operands[-1] and term.op in _FLIPPED:
        return "it compares a value with itself"
    return ""


def out_of_reach(term: Term, metrics: Mapping[str, Metric]) -> list[str]:
    """Return a sentence for each comparison of `term` that its input's range decides for ever."""
    if not isinstance(term, Applied):
        return []
    if term.op not in _FLIPPED:
        return [found for part in term.operands for found in out_of_reach(part, metrics)]
    op, x, value = _against_constant(term)
    if not isinstance(x, Input) or value is None:
        return []
    low, high = _range(x, metrics[x.watch])
    at_ends = {operate(op, end, value) for end in (low, high)}
    inside = op in (Op.EQ, Op.NE) and low <= value <= high
    if len(at_ends) != 1 or inside:
        return []
    span = f"from {low:g} on" if math.isinf(high) else f"between {low:g} and {high:g}"
    return [
        f"`{x.text}` is {span} {x.unit}".rstrip() + f", so this is always {_word(at_ends.pop())}"
    ]


def never_alone(raises: Mapping[Rank, Term]) -> list[tuple[Rank, Rank]]:
    """Return (rank, higher rank) where the higher one holds whenever the lower one does."""
    ranks = sorted(raises)
    return [
        (low, high)
        for position, low in enumerate(ranks)
        for high in ranks[position + 1 :]
        if _implies(raises[low], raises[high])
    ]


def _implies(one: Term, other: Term) -> bool:
    """Whether `other` plainly holds whenever `one` does: only thresholds on the same value."""
    if one == other:
        return True
    if not (isinstance(one, Applied) and isinstance(other, Applied)):
        return False
    (op, x, value), (other_op, y, other_value) = _against_constant(one), _against_constant(other)
    if x is None or x != y or value is None or other_value is None:
        return False
    if op in _UP and other_op in _UP:
        return value > other_value or (value == other_value and other_op is Op.GE)
    if op in _DOWN and other_op in _DOWN:
        return value < other_value or (value == other_value and other_op is Op.LE)
    return False


def _against_constant(term: Applied) -> tuple[Op, Term | None, float | None]:
    """Return a comparison as (operator, value, threshold), turned round if need be."""
    if term.op in _FLIPPED:
        left, right = term.operands
        if isinstance(right, Constant):
            return term.op, left, right.value
        if isinstance(left, Constant):
            return _FLIPPED[term.op], right, left.value
    return term.op, None, None


def _range(x: Input, metric: Metric) -> tuple[float, float]:
    if x.func in _LEVELS and metric.sensor_span is not None and not x.circular:
        return metric.sensor_span.low, metric.sensor_span.high
    return _RANGES.get(x.func, (-math.inf, math.inf))


def _word(value: float) -> str:
    if math.isnan(value):
        return "unknown"
    return "true" if value else "false"
