"""Function calls and bare watches held against the functions of the language."""

from dataclasses import dataclass

from sentinel.detect.program import Func
from sentinel.detect.rules.functions import (
    FUNCTIONS,
    LATER_FUNCTIONS,
    LATER_OPTIONS,
    NOT_YET,
    OVER_AREA,
    Function,
    Gives,
    form,
)
from sentinel.detect.rules.options import OptionReader, Options
from sentinel.detect.rules.quantity import Quantity, is_temperature, level
from sentinel.detect.rules.scope import Scope, Tell
from sentinel.detect.rules.syntax import (
    Call,
    Name,
    start,
)
from sentinel.detect.rules.terms import Input
from sentinel.detect.rules.write import number, write
from sentinel.document.problems import nearest
from sentinel.document.scalars import format_duration
from sentinel.document.units import BARE, SECOND, Unit, is_known_unit, parse_unit
from sentinel.domain.metric import Metric, MetricKind


@dataclass(frozen=True, slots=True)
class Truth:
    """A function's value that is true or false."""

    term: Input


class Calls:
    """Checks the calls of one rule's conditions."""

    def __init__(self, scope: Scope, tell: Tell) -> None:
        self._scope = scope
        self._tell = tell
        self._options = OptionReader(scope.models, tell)

    def value(self, name: Name) -> Quantity:
        """Return the latest value of a watch, which must be known."""
        term = latest(self._scope, name.name)
        unit = unit_of(self._scope.metrics[name.name])
        return level(term, unit, name.name, circular=term.circular)

    def unknown(self, name: str) -> tuple[str, str]:
        """Return message and hint for a name that is no watch."""
        if name in FUNCTIONS or name in LATER_FUNCTIONS:
            return f"{name!r} is a function: it needs an input", f"write `{name}(...)`"
        hint = nearest(name, self._scope.names)
        if not hint and is_known_unit(name):
            hint = f"a unit stands in brackets behind its number: `3[{name}]`"
        watched = ", ".join(self._scope.names) or "nothing"
        return f"no watch {name!r}", hint or f"this rule watches {watched}"

    def check(self, call: Call) -> Quantity | Truth | None:
        """Return what a call gives; None after telling what is wrong with it."""
        function = self._function(call)
        watch = self._watch(call) if function is not None else None
        if function is None or watch is None:
            return None
        metric = self._scope.metrics[watch]
        if not self._suits(call, function, metric):
            return None
        options = self._options.read(call, function, metric)
        return None if options is None else self._made(call, function, watch, metric, options)

    def _function(self, call: Call) -> Function | None:
        name = call.name
        if name in LATER_FUNCTIONS:
            self._tell(call.at, f"`{name}(...)` {NOT_YET}", "")
        elif name in OVER_AREA and call.arguments and not _is_over_sensor(call):
            self._tell(
                call.at,
                f"`{name}(...)` over the devices of an area {NOT_YET}",
                f"over the readings of one sensor: `{name}(x, over=10m)`",
            )
        elif name not in FUNCTIONS:
            self._tell(call.at, f"no function {name!r}", nearest(name, FUNCTIONS))
        else:
            return FUNCTIONS[name]
        return None

    def _watch(self, call: Call) -> str | None:
        """Return the watch that is the first argument, and tell of arguments too many."""
        wanted = 2 if call.name == "quantile" else 1
        if len(call.arguments) != wanted:
            takes = "a watch and a share" if wanted > 1 else "one watch"
            message = f"`{call.name}` takes {takes}; got {len(call.arguments)} arguments"
            self._tell(call.at, message, f"write `{form(call.name)}`")
            return None
        first = call.arguments[0]
        if not isinstance(first, Name):
            rule = f"`{call.name}` works on the readings of one watch"
            self._tell(start(first), f"{rule}; got `{write(first)}`", f"write `{form(call.name)}`")
            return None
        if first.name in self._scope.broken:
            return None
        if first.name not in self._scope.watches:
            self._tell(first.at, *self.unknown(first.name))
            return None
        return first.name

    def _suits(self, call: Call, function: Function, metric: Metric) -> bool:
        if metric.kind not in function.kinds:
            known = [n for n, f in FUNCTIONS.items() if metric.kind in f.kinds]
            rule = f"`{call.name}` means nothing for a {metric.kind.value} such as {metric.id!r}"
            self._tell(call.at, rule, f"for it there are {', '.join(sorted(known))}")
            return False
        if function.func is Func.SUM and is_temperature(unit_of(metric)):
            rule = "temperatures do not add up to anything"
            self._tell(call.at, f"{rule}; got `{write(call)}`", "use `mean`")
            return False
        return True

    def _made(
        self, call: Call, function: Function, watch: str, metric: Metric, options: Options
    ) -> Quantity | Truth:
        unit = _unit_given(function, metric)
        circular = metric.kind is MetricKind.DIRECTION
        term = Input(
            func=function.func,
            watch=watch,
            over_ms=options.over_ms,
            need=options.need,
            arg=options.arg,
            model=options.model,
            circular=circular,
            text=_text(call.name, watch, function, options),
            unit=_unit_text(function, unit),
        )
        if function.gives is Gives.TRUTH:
            return Truth(term)
        if function.gives is Gives.LEVEL:
            return level(term, unit, write(call), circular=circular)
        return Quantity(term=term, text=write(call), unit=unit)


def _is_over_sensor(call: Call) -> bool:
    """Whether a call with any option but those of areas looks over the readings of one sensor."""
    return any(option.name not in LATER_OPTIONS for option in call.options)


def latest(scope: Scope, watch: str) -> Input:
    """Return a bare `x`: the latest value of a watch."""
    metric = scope.metrics[watch]
    circular = metric.kind is MetricKind.DIRECTION
    unit = unit_of(metric).text
    return Input(func=Func.VALUE, watch=watch, circular=circular, text=watch, unit=unit)


def unit_of(metric: Metric) -> Unit:
    """Return the metric's canonical unit; a bare number's for states and what pint cannot read."""
    return parse_unit(metric.unit) or BARE


def _unit_given(function: Function, metric: Metric) -> Unit:
    match function.gives:
        case Gives.LEVEL | Gives.DIFFERENCE:
            return unit_of(metric)
        case Gives.RATE:
            return unit_of(metric) / SECOND
        case Gives.SECONDS:
            return SECOND
        case Gives.NUMBER | Gives.TRUTH:
            return BARE


def _unit_text(function: Function, unit: Unit) -> str:
    """The unit as evidence shows it: a rise of 5 degrees Celsius is 5 K."""
    if function.gives is Gives.DIFFERENCE and is_temperature(unit) and unit.factor == 1:
        return "K"
    return unit.text


def _text(name: str, watch: str, function: Function, options: Options) -> str:
    """The call in its one canonical form."""
    items = [watch]
    if function.func is Func.QUANTILE:
        items.append(number(options.arg))
    if options.over_ms:
        items.append(f"over={format_duration(options.over_ms)}")
    if function.is_windowed and options.need != function.need:
        items.append(f"need={options.need}")
    if options.model:
        items.append(f'model="{options.model}"')
    return f"{name}({', '.join(items)})"
