"""Conditions on a stack of numbers: NaN is unknown, and logic is three-valued (Kleene)."""

import math

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.jit import part
from sentinel.detect.program import Op

CONST, LEAF = int(Op.CONST), int(Op.LEAF)
ADD, SUB, MUL, DIV, NEG = int(Op.ADD), int(Op.SUB), int(Op.MUL), int(Op.DIV), int(Op.NEG)
LT, LE, GT, GE, EQ, NE = (
    int(Op.LT), int(Op.LE), int(Op.GT), int(Op.GE), int(Op.EQ), int(Op.NE),
)  # fmt: skip
FUSED = 32
"""Added to a comparison: of a leaf (first argument) with a constant (second)."""
AND, OR, NOT = int(Op.AND), int(Op.OR), int(Op.NOT)


@part
def run(
    code: NDArray[np.int32],
    begin: int,
    end: int,
    consts: NDArray[np.float64],
    work: NDArray[np.float64],
    stack: int,
) -> float:
    """Return the truth of a condition; `work` begins with the leaves, its stack is at `stack`.

    No code at all is false.
    """
    if begin < 0:
        return 0.0
    top = stack - 1
    for at in range(begin, end):
        op = int(code[at, 0])
        if op >= FUSED:
            top += 1
            work[top] = compared(op - FUSED, work[code[at, 1]], consts[code[at, 2]])
        elif op == LEAF:
            top += 1
            work[top] = work[code[at, 1]]
        elif op == CONST:
            top += 1
            work[top] = consts[code[at, 1]]
        elif op == NEG:
            work[top] = -work[top]
        elif op == NOT:
            work[top] = 1.0 - work[top]
        else:
            top -= 1
            work[top] = joined(op, work[top], work[top + 1])
    return float(work[top])


@part
def joined(op: int, a: float, b: float) -> float:  # noqa: C901, PLR0911 -- a table of operations
    """Return one operation of two numbers."""
    if op == AND:
        if a == 0.0 or b == 0.0:
            return 0.0
        return a * b
    if op == OR:
        if a == 1.0 or b == 1.0:
            return 1.0
        return a + b
    if op >= LT:
        return compared(op, a, b)
    if op == ADD:
        return a + b
    if op == SUB:
        return a - b
    if op == MUL:
        return a * b
    return a / b if b != 0.0 else math.nan


@part
def compared(op: int, a: float, b: float) -> float:
    """Return a comparison's truth; unknown if either side is."""
    if a != a or b != b:  # noqa: PLR0124 -- only NaN differs from itself
        return math.nan
    if op == GE:
        holds = a >= b
    elif op == GT:
        holds = a > b
    elif op == LT:
        holds = a < b
    elif op == LE:
        holds = a <= b
    elif op == EQ:
        holds = a == b
    else:
        holds = a != b
    return 1.0 if holds else 0.0
