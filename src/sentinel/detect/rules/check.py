"""A condition's syntax held against the names and units of its rule: terms, or problems."""

from collections.abc import Callable
from fractions import Fraction

from sentinel.detect.program import Op
from sentinel.detect.rules.calls import Calls, Truth
from sentinel.detect.rules.functions import LATER_OWNERS, NOT_YET, OWNERS
from sentinel.detect.rules.quantity import (
    Mismatch,
    Quantity,
    added,
    compared,
    duration,
    literal,
    multiplied,
    negated,
)
from sentinel.detect.rules.scope import Scope, Tell
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
from sentinel.detect.rules.terms import Constant, Parameter, Term, apply
from sentinel.detect.rules.write import write
from sentinel.document.problems import nearest
from sentinel.document.units import parse_unit
from sentinel.domain.metric import Metric, MetricKind

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
        state = self._state(comparison.left) or self._state(comparison.right)
        if state is not None:
            return self._state_comparison(comparison, state)
        left, right = self._number(comparison.left), self._number(comparison.right)
        if left is None or right is None:
            return None
        try:
            return compared(left, right, _OPS[comparison.op])
        except Mismatch as mismatch:
            self._tell(comparison.at, str(mismatch), mismatch.hint)
            return None

    def _state(self, expression: Expression) -> Metric | None:
        metric = self._scope.metrics.get(expression.name) if isinstance(expression, Name) else None
        return metric if metric is not None and metric.kind is MetricKind.STATE else None

    def _state_comparison(self, comparison: Binary, metric: Metric) -> Term | None:
        if comparison.op not in ("==", "!="):
            message = f"states have no order; got `{comparison.op}`"
            self._tell(comparison.at, message, "compare with `==` or `!=`")
            return None
        left = self._state_side(comparison.left, metric)
        right = self._state_side(comparison.right, metric)
        return None if left is None or right is None else apply(_OPS[comparison.op], left, right)

    def _state_side(self, side: Expression, metric: Metric) -> Term | None:
        states = metric.states or {}
        own = self._state(side)
        if own is not None and own.id == metric.id and isinstance(side, Name):
            return self._calls.value(side).term
        if isinstance(side, Name) and side.name in states:
            return Constant(states[side.name])
        names = ", ".join(states)
        if isinstance(side, Name):
            message = f"metric {metric.id!r} has no state {side.name!r}"
            self._tell(side.at, message, nearest(side.name, states) or f"it has {names}")
        else:
            rule = f"a state of {metric.id!r} is compared by name"
            self._tell(start(side), f"{rule}; got `{write(side)}`", f"it has {names}")
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
                return self._literal(expression)
            case Duration():
                return self._duration(expression)
            case Name():
                return self._named(expression)
            case Attribute():
                return self._attribute(expression)
            case Call():
                return self._numeric_call(expression)
            case _:
                self._stray(expression)
                return None

    def _literal(self, number: Number) -> Quantity | None:
        text = write(number)
        if number.value in (float("inf"), float("-inf")):
            self._tell(number.at, "a number must be within what a computer holds", "")
            return None
        if number.unit is None:
            return literal(number.value, None, text)
        unit = parse_unit(number.unit)
        if unit is None or not number.unit:
            hint = "such as [m], [mm/h], [%LEL]"
            self._tell(number.at, f"there is no unit {number.unit!r}", hint)
            return None
        return literal(number.value, unit, text)

    def _duration(self, written: Duration) -> Quantity | None:
        if written.ms is None:
            rule = "the parts of a duration fall and come to whole milliseconds"
            self._tell(written.at, f"{rule}; got {written.text!r}", "such as `1h30m`")
            return None
        return duration(written.ms, written.text)

    def _named(self, name: Name) -> Quantity | None:
        if name.name in self._scope.broken:
            return None
        if name.name not in self._scope.watches:
            self._tell(name.at, *self._calls.unknown(name.name))
            return None
        value = self._calls.value(name)
        metric = self._scope.metrics[name.name]
        if metric.kind is MetricKind.STATE:
            rule = f"{name.name!r} is a state and can only be compared with `==` or `!=`"
            self._tell(name.at, rule, f"it has {', '.join(metric.states or {})}")
            return None
        return value

    def _attribute(self, attribute: Attribute) -> Quantity | None:
        owner, name = attribute.owner, attribute.column
        if owner in LATER_OWNERS:
            self._tell(attribute.at, f"`{owner}.{name}` {NOT_YET}", "")
            return None
        if owner not in OWNERS:
            rule = f"a column belongs to `device` or `area`; got {owner!r}"
            self._tell(attribute.at, rule, nearest(owner, OWNERS))
            return None
        names = self._scope.columns.names(owner)
        if name not in names:
            message = f"the registry has no {owner} column {name!r}"
            self._tell(attribute.column_at, message, nearest(name, names))
            return None
        return self._column(attribute)

    def _column(self, attribute: Attribute) -> Quantity | None:
        column = self._scope.columns.column(attribute.owner, attribute.column)
        text = write(attribute)
        if not column.numbers:
            found = f"; got {column.others[0]!r}" if column.others else "; all are empty"
            rule = f"`{text}` must hold numbers such as 4.20 or 4.20[m]"
            self._tell(attribute.column_at, rule + found, "")
            return None
        unit = column.unit
        term = Parameter(
            source=attribute.owner,
            column=attribute.column,
            unit=None if unit is None else unit.text,
        )
        return Quantity(term=term, text=text, unit=unit, weight=Fraction(0), is_open=bool(unit))

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

    def _stray(self, stray: Percent | Text) -> None:
        if isinstance(stray, Percent):
            text = write(stray)
            hint = f"write `{text[:-1]}[%]`, or a share such as `0.2`"
            self._tell(stray.at, f"a percentage stands in `need=` only; got `{text}`", hint)
        else:
            self._tell(stray.at, f"a text stands in `model=` only; got {stray.value!r}", "")
