"""A condition's syntax held against the names and units of its rule: terms, or problems."""

from collections.abc import Callable

from sentinel.detect.program import Op
from sentinel.detect.rules.arithmetic import added, compared, multiplied, negated
from sentinel.detect.rules.calls import Calls, Truth
from sentinel.detect.rules.operands import Operands
from sentinel.detect.rules.quantity import Mismatch, Quantity
from sentinel.detect.rules.scope import Scope, Tell
from sentinel.detect.rules.states import States
from sentinel.detect.rules.syntax import (
    COMPARISONS,
    LOGIC,
    Attribute,
    Binary,
    Call,
    Chain,
    Duration,
    Expression,
    Name,
    Number,
    Percent,
    Text,
    Unary,
    start,
)
from sentinel.detect.rules.terms import Term, apply
from sentinel.detect.rules.write import write

_OPS = {
    "+": Op.ADD, "-": Op.SUB, "*": Op.MUL, "/": Op.DIV, "and": Op.AND, "or": Op.OR,
    "<": Op.LT, "<=": Op.LE, ">": Op.GT, ">=": Op.GE, "==": Op.EQ, "!=": Op.NE,
}  # fmt: skip


class Checker:
    """Checks the conditions of one rule; every problem found goes to `tell`, none twice."""

    def __init__(self, scope: Scope, tell: Tell) -> None:
        self._scope = scope
        self._tell = tell
        self._calls = Calls(scope, tell)
        self._operands = Operands(scope, self._calls, tell)
        self._states = States(scope, tell)

    def condition(self, expression: Expression) -> Term | None:
        """Return the truth that `expression` is; None after telling why it is none."""
        match expression:
            case Binary(op=op, left=left, right=right) if op in LOGIC:
                a, b = self.condition(left), self.condition(right)
                return None if a is None or b is None else apply(_OPS[op], a, b)
            case Binary(op=op) if op in COMPARISONS:
                return self._comparison(expression)
            case Unary(op="not", operand=operand):
                inner = self.condition(operand)
                return None if inner is None else apply(Op.NOT, inner)
            case Call():
                return self._truth(expression)
            case Chain():
                self._chain(expression)
                return None
            case _:
                if self._number(expression) is not None:
                    self._no_truth(expression)
                return None

    def _truth(self, call: Call) -> Term | None:
        found = self._calls.check(call)
        if isinstance(found, Quantity):
            self._no_truth(call)
            return None
        return None if found is None else found.term

    def _no_truth(self, expression: Expression) -> None:
        self._tell(
            start(expression),
            f"a condition must be true or false; got the number `{write(expression)}`",
            "compare it, as in `x >= 3`",
        )

    def _chain(self, chain: Chain) -> None:
        pairs = zip(chain.operands, chain.operators, chain.operands[1:], strict=False)
        apart = " and ".join(f"{write(a)} {op} {write(b)}" for a, op, b in pairs)
        self._tell(chain.at, "a comparison has two sides", f"write `{apart}`")

    def _comparison(self, comparison: Binary) -> Term | None:
        state = self._states.metric(comparison.left) or self._states.metric(comparison.right)
        if state is not None:
            return self._states.compare(comparison, state)
        left, right = self._number(comparison.left), self._number(comparison.right)
        if left is None or right is None:
            return None
        try:
            return compared(left, right, _OPS[comparison.op])
        except Mismatch as mismatch:
            self._tell(comparison.at, str(mismatch), mismatch.hint)
            return None

    def _number(self, expression: Expression) -> Quantity | None:
        match expression:
            case Unary(op="-", operand=operand):
                return self._negated(expression, operand)
            case Binary(op="+" | "-" | "*" | "/"):
                return self._arithmetic(expression)
            case Binary() | Unary() | Chain():
                self._truth_as_number(expression)
                return None
            case _:
                return self._operand(expression)

    def _operand(
        self, expression: Number | Duration | Percent | Text | Name | Attribute | Call
    ) -> Quantity | None:
        match expression:
            case Number():
                return self._operands.literal(expression)
            case Duration():
                return self._operands.duration(expression)
            case Name():
                return self._operands.named(expression)
            case Attribute():
                return self._operands.attribute(expression)
            case Call():
                return self._numeric_call(expression)
            case _:
                self._operands.stray(expression)
                return None

    def _numeric_call(self, call: Call) -> Quantity | None:
        found = self._calls.check(call)
        if isinstance(found, Truth):
            self._truth_as_number(call)
            return None
        return found

    def _negated(self, whole: Unary, operand: Expression) -> Quantity | None:
        inner = self._number(operand)
        return None if inner is None else self._joined(whole.at, negated, inner, write(whole))

    def _arithmetic(self, whole: Binary) -> Quantity | None:
        left, right = self._number(whole.left), self._number(whole.right)
        if left is None or right is None:
            return None
        join = added if whole.op in "+-" else multiplied
        return self._joined(whole.at, join, left, right, _OPS[whole.op], write(whole))

    def _joined(self, at: int, join: Callable[..., Quantity], *values: object) -> Quantity | None:
        try:
            return join(*values)
        except Mismatch as mismatch:
            self._tell(at, str(mismatch), mismatch.hint)
            return None

    def _truth_as_number(self, expression: Expression) -> None:
        rule = "what is true or false is not calculated with or compared"
        hint = "join conditions with `and`, `or`, `not`"
        self._tell(start(expression), f"{rule}; got `{write(expression)}`", hint)
