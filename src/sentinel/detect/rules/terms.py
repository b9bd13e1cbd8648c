"""A condition after checking: names resolved, units converted, equal parts equal.

Terms are values: two that mean the same compare equal, which finds common parts and gives rules
their meaning's hash.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from sentinel.detect.program import Func, Op
from sentinel.detect.rules.evaluate import UNARY, operate


@dataclass(frozen=True, slots=True)
class Constant:
    """A number in the unit of its surroundings."""

    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One function of one watch; the fields are those of `program.Leaf`, `watch` by its name."""

    func: Func
    watch: str
    over_ms: int = 0
    need: int = 1
    arg: float = 0.0
    model: str = ""
    circular: bool = False
    text: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """`device.NAME` or `area.NAME`; `unit` None until its surroundings give it one."""

    source: str
    column: str
    unit: str | None
    difference: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """An operation on terms."""

    op: Op
    operands: "tuple[Term, ...]"


Term: TypeAlias = Constant | Input | Parameter | Applied


def apply(op: Op, *operands: Term) -> Term:
    """Return the operation on `operands`; on constants, its result."""
    if all(isinstance(term, Constant) for term in operands):
        values = [term.value for term in operands if isinstance(term, Constant)]
        return Constant(operate(op, *values))
    return Applied(op, operands)


def scaled(term: Term, factor: float, offset: float) -> Term:
    """Return `term * factor + offset`, without what changes nothing."""
    grown = term if factor == 1.0 else apply(Op.MUL, term, Constant(factor))
    return grown if offset == 0.0 else apply(Op.ADD, grown, Constant(offset))


def with_unit(term: Term, unit: str, *, difference: bool = False) -> Term:
    """Return `term` with its parameters of yet unknown unit in `unit`.

    Of a product only the first factor that holds such a parameter gets it; the others are bare.
    """
    match term:
        case Parameter(unit=None):
            return replace(term, unit=unit, difference=difference)
        case Applied(op=Op.MUL | Op.DIV, operands=(left, right)):
            first = is_unsettled(left)
            return Applied(
                term.op,
                (
                    with_unit(left, unit if first else "", difference=difference),
                    with_unit(right, "" if first else unit, difference=difference),
                ),
            )
        case Applied():
            inner = (with_unit(part, unit, difference=difference) for part in term.operands)
            return Applied(term.op, tuple(inner))
        case _:
            return term


def is_unsettled(term: Term) -> bool:
    """Return whether `term` holds a parameter of yet unknown unit."""
    return any(isinstance(part, Parameter) and part.unit is None for part in parts(term))


def parts(term: Term) -> Iterator[Constant | Input | Parameter]:
    """Yield what `term` is made of, left to right, repeats included."""
    if isinstance(term, Applied):
        for operand in term.operands:
            yield from parts(operand)
    else:
        yield term


def depth(term: Term) -> int:
    """Return the height of the stack that evaluating `term` needs."""
    if not isinstance(term, Applied):
        return 1
    if term.op in UNARY:
        return depth(term.operands[0])
    left, right = term.operands
    return max(depth(left), depth(right) + 1)
