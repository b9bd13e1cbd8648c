"""Numbers, names and registry columns in a condition: what an operand is, in which unit."""

from sentinel.detect.rules.calls import Calls
from sentinel.detect.rules.functions import LATER_OWNERS, NOT_YET, OWNERS
from sentinel.detect.rules.quantity import Quantity, duration, literal
from sentinel.detect.rules.scope import Scope, Tell
from sentinel.detect.rules.syntax import Attribute, Duration, Name, Number, Percent, Text
from sentinel.detect.rules.terms import Parameter
from sentinel.detect.rules.write import write
from sentinel.document.problems import nearest
from sentinel.document.units import parse_unit
from sentinel.domain.metric import MetricKind


class Operands:
    """Checks the operands of one rule's conditions; None stands for one whose problem is told."""

    def __init__(self, scope: Scope, calls: Calls, tell: Tell) -> None:
        self._scope = scope
        self._calls = calls
        self._tell = tell

    def literal(self, number: Number) -> Quantity | None:
        """Return a number as written, with its unit."""
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

    def duration(self, written: Duration) -> Quantity | None:
        """Return a duration as seconds."""
        if written.ms is None:
            rule = "the parts of a duration fall and come to whole milliseconds"
            self._tell(written.at, f"{rule}; got {written.text!r}", "such as `1h30m`")
            return None
        return duration(written.ms, written.text)

    def named(self, name: Name) -> Quantity | None:
        """Return the latest value of a watch."""
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

    def attribute(self, attribute: Attribute) -> Quantity | None:
        """Return a registry column."""
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
        return Quantity(term=term, text=text, unit=unit, is_open=unit is not None)

    def stray(self, stray: Percent | Text) -> None:
        """Tell of what may only stand in an option."""
        if isinstance(stray, Percent):
            text = write(stray)
            hint = f"write `{text[:-1]}[%]`, or a share such as `0.2`"
            self._tell(stray.at, f"a percentage stands in `need=` only; got `{text}`", hint)
        else:
            self._tell(stray.at, f"a text stands in `model=` only; got {stray.value!r}", "")
