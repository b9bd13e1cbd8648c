"""States compared with their names."""

from sentinel.detect.program import Op
from sentinel.detect.rules.calls import latest
from sentinel.detect.rules.scope import Scope, Tell
from sentinel.detect.rules.syntax import Binary, Expression, Name, start
from sentinel.detect.rules.terms import Constant, Term, apply
from sentinel.detect.rules.write import write
from sentinel.document.problems import nearest
from sentinel.domain.metric import Metric, MetricKind


class States:
    """Checks the comparisons of one rule's states."""

    def __init__(self, scope: Scope, tell: Tell) -> None:
        self._scope = scope
        self._tell = tell

    def metric(self, expression: Expression) -> Metric | None:
        """Return the metric if `expression` is a watch of states."""
        metric = self._scope.metrics.get(expression.name) if isinstance(expression, Name) else None
        return metric if metric is not None and metric.kind is MetricKind.STATE else None

    def compare(self, comparison: Binary, metric: Metric) -> Term | None:
        """Return the truth of a comparison, one side of which is a state of `metric`."""
        if comparison.op not in ("==", "!="):
            message = f"states have no order; got `{comparison.op}`"
            self._tell(comparison.at, message, "compare with `==` or `!=`")
            return None
        op = Op.EQ if comparison.op == "==" else Op.NE
        left = self._side(comparison.left, metric)
        right = self._side(comparison.right, metric)
        return None if left is None or right is None else apply(op, left, right)

    def _side(self, side: Expression, metric: Metric) -> Term | None:
        states = metric.states or {}
        own = self.metric(side)
        if own is not None and own.id == metric.id and isinstance(side, Name):
            return latest(self._scope, side.name)
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
