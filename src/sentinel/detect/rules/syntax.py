"""A condition as it was written, with the offset of each part in its text."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """`3.2`, or `3.2[m]` with `unit` as written; None: without a unit."""

    at: int
    value: float
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Duration:
    """`1h30m`; `ms` is None if the parts are in disorder."""

    at: int
    text: str
    ms: int | None


@dataclass(frozen=True, slots=True)
class Percent:
    """`75%`, allowed in `need=` only."""

    at: int
    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """`"pump"`, allowed in `model=` only."""

    at: int
    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A watch, or the name of a state."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """`device.bank_height`; `column_at` is where the column's name stands."""

    at: int
    owner: str
    column: str
    column_at: int


@dataclass(frozen=True, slots=True)
class Option:
    """`over=30m` inside a call."""

    at: int
    name: str
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Call:
    """`slope(level, over=30m)`."""

    at: int
    name: str
    arguments: "tuple[Expression, ...]"
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x` or `not c`."""

    at: int
    op: str
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Binary:
    """`x + y`, `x >= y`, `a and b`; `at` is where the operator stands."""

    at: int
    op: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Chain:
    """`1 < x < 2`, which is refused: comparisons as (offset, operator) between operands."""

    at: int
    operators: tuple[str, ...]
    operands: "tuple[Expression, ...]"


Expression: TypeAlias = (
    Number | Duration | Percent | Text | Name | Attribute | Call | Unary | Binary | Chain
)
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
LOGIC = frozenset({"and", "or"})


def start(expression: Expression) -> int:
    """Return the offset of the first character of `expression`, but for parentheses around it."""
    match expression:
        case Binary(left=left):
            return start(left)
        case Chain(operands=operands):
            return start(operands[0])
        case _:
            return expression.at
