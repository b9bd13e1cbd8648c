"""What a condition's code means, one operation after the other in plain Python.

Slow and meant to be read: the compiler folds constants with it, and tests hold the engine's
kernel against it. Unknown is NaN, true 1, false 0.
"""

import math
from collections.abc import Sequence

from sentinel.detect.program import Code, Op

UNKNOWN = math.nan


def evaluate(code: Code, leaves: Sequence[float]) -> float:
    """Return what `code` leaves on the stack, given the value of each leaf of its program.

    >>> level_over_three = Code(((Op.LEAF, 0), (Op.CONST, 0), (Op.GE, 0)), (3.0,), 2)
    >>> evaluate(level_over_three, [3.2]), evaluate(level_over_three, [math.nan])
    (1.0, nan)
    """
    stack: list[float] = []
    for op, argument in code.ops:
        if op is Op.CONST:
            stack.append(code.consts[argument])
        elif op is Op.LEAF:
            stack.append(leaves[argument])
        elif op in UNARY:
            stack.append(operate(op, stack.pop()))
        else:
            right = stack.pop()
            stack.append(operate(op, stack.pop(), right))
    return stack.pop()


UNARY = frozenset({Op.NEG, Op.NOT})


def operate(op: Op, left: float, right: float = 0.0) -> float:
    """Return one operation's result; `right` counts for operations on two values only."""
    if op in (Op.AND, Op.OR):
        return _both(left, right) if op is Op.AND else 1.0 - _both(1.0 - left, 1.0 - right)
    if math.isnan(left) or math.isnan(right):
        return UNKNOWN
    if op in _ARITHMETIC:
        return _calculate(op, left, right)
    return float(_compare(op, left, right))


_ARITHMETIC = frozenset({Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.NEG, Op.NOT})


def _both(left: float, right: float) -> float:
    """False if either is false, else unknown if either is."""
    if left == 0.0 or right == 0.0:
        return 0.0
    return UNKNOWN if math.isnan(left) or math.isnan(right) else 1.0


def _calculate(op: Op, left: float, right: float) -> float:
    match op:
        case Op.ADD:
            return left + right
        case Op.SUB:
            return left - right
        case Op.MUL:
            return left * right
        case Op.DIV:
            return left / right if right else UNKNOWN
        case Op.NEG:
            return -left
        case _:
            return 1.0 - left


def _compare(op: Op, left: float, right: float) -> bool:
    match op:
        case Op.LT:
            return left < right
        case Op.LE:
            return left <= right
        case Op.GT:
            return left > right
        case Op.GE:
            return left >= right
        case Op.EQ:
            return left == right
        case _:
            return left != right
