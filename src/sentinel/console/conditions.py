"""What a rule compares with what, worked out for one device."""

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from sentinel.detect.program import Code, Func, Op, Program
from sentinel.detect.rules import column_value
from sentinel.domain.registry import Registry

_MIRRORED = {
    Op.GT: Op.LT, Op.GE: Op.LE, Op.LT: Op.GT, Op.LE: Op.GE, Op.EQ: Op.EQ, Op.NE: Op.NE,
}  # fmt: skip
_TRUE: dict[Op, Callable[[float, float], bool]] = {
    Op.GT: operator.gt, Op.GE: operator.ge, Op.LT: operator.lt, Op.LE: operator.le,
    Op.EQ: operator.eq, Op.NE: operator.ne,
}  # fmt: skip
_MOST = 32
"""Alternatives of one condition; beyond it, it is no longer a sentence for people."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A leaf of the program held against a number that is known for the device."""

    leaf: int
    op: Op
    limit: float

    def holds(self, value: float | None) -> bool:
        """Return whether it is true of a value; of one that is unknown it is not."""
        return value is not None and _TRUE[self.op](value, self.limit)


Alternative = tuple[Comparison, ...]
"""Comparisons that are true together; what could not be worked out is left out."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    number: int


@dataclass(frozen=True, slots=True)
class _Truth:
    alternatives: tuple[Alternative, ...]


_Part = float | _Leaf | _Truth
"""On the stack: a number (NaN: not known beforehand), a leaf itself, or a truth."""
_OPAQUE = _Truth(((),))


def alternatives(
    code: Code, program: Program, device: int, registry: Registry
) -> tuple[Alternative, ...]:
    """Return the ways in which a condition can be true. Nothing under a `not` is sure."""
    stack: list[_Part] = []
    for op, argument in code.ops:
        match op:
            case Op.CONST:
                stack.append(code.consts[argument])
            case Op.LEAF:
                stack.append(_leaf(argument, program, device, registry))
            case Op.NEG:
                stack.append(_worked(op, 0.0, stack.pop()))
            case Op.NOT:
                stack[-1] = _OPAQUE
            case _:
                right, left = stack.pop(), stack.pop()
                stack.append(_joined(op, left, right))
    return _truth(stack[-1]).alternatives if stack else ()


def why(
    code: Code, program: Program, device: int, registry: Registry, evidence: Mapping[str, float]
) -> Alternative:
    """Return the comparisons that make a condition true; none if its values do not show it.

    evidence: What the leaves were, by their texts.
    """
    for alternative in alternatives(code, program, device, registry):
        values = [evidence.get(program.leaves[one.leaf].text) for one in alternative]
        if alternative and all(
            one.holds(value) for one, value in zip(alternative, values, strict=True)
        ):
            return alternative
    return ()


def _leaf(number: int, program: Program, device: int, registry: Registry) -> _Part:
    leaf = program.leaves[number]
    if leaf.func is Func.PARAM:
        return column_value(program.params[leaf.watch], registry, device)
    return _Leaf(number)


def _joined(op: Op, left: _Part, right: _Part) -> _Part:
    match op:
        case Op.AND:
            pairs = list(product(_truth(left).alternatives, _truth(right).alternatives))
            return _Truth(tuple((*a, *b) for a, b in pairs[:_MOST]))
        case Op.OR:
            return _Truth((*_truth(left).alternatives, *_truth(right).alternatives)[:_MOST])
        case Op.ADD | Op.SUB | Op.MUL | Op.DIV:
            return _worked(op, left, right)
        case _:
            return _Truth((tuple(_compared(op, left, right)),))


def _compared(op: Op, left: _Part, right: _Part) -> Iterator[Comparison]:
    if isinstance(left, _Leaf) and isinstance(right, float) and math.isfinite(right):
        yield Comparison(left.number, op, right)
    if isinstance(right, _Leaf) and isinstance(left, float) and math.isfinite(left):
        yield Comparison(right.number, _MIRRORED[op], left)


def _truth(part: _Part) -> _Truth:
    """A leaf may be a truth itself: `missing(x)`."""
    if isinstance(part, _Leaf):
        return _Truth(((Comparison(part.number, Op.NE, 0.0),),))
    return part if isinstance(part, _Truth) else _OPAQUE


def _worked(op: Op, left: _Part, right: _Part) -> float:
    """Return what a step leaves; NaN where it is no number known beforehand."""
    if not isinstance(left, float) or not isinstance(right, float):
        return math.nan
    match op:
        case Op.ADD:
            return left + right
        case Op.SUB | Op.NEG:
            return left - right
        case Op.MUL:
            return left * right
        case _:
            return left / right if right else math.nan
