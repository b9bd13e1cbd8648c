"""The options of a call: `over=`, `need=`, `model=`, and the share of `quantile`."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeGuard

from sentinel.detect.program import Func
from sentinel.detect.rules.functions import LATER_OPTIONS, NOT_YET, OPTIONS, Function, form
from sentinel.detect.rules.scope import Tell
from sentinel.detect.rules.syntax import (
    Call,
    Duration,
    Expression,
    Number,
    Option,
    Percent,
    Text,
    start,
)
from sentinel.detect.rules.write import write
from sentinel.document.problems import nearest
from sentinel.document.scalars import format_duration
from sentinel.domain.metric import Metric

SHORTEST_MS = 1000
"""A window that holds too much to be exact is cut into 64 parts: of too few ms each, below this."""

MOST_READINGS = (1 << 31) - 1
"""What a window is asked to hold is counted in 32 bits; one a millisecond is more than comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a call asks for, as `program.Leaf` has it; `model` by name."""

    over_ms: int = 0
    need: int = 1
    arg: float = 0.0
    model: str = ""


class OptionReader:
    """Checks the options of one rule's calls. models: as in `scope.Scope`."""

    def __init__(self, models: Mapping[str, str | None], tell: Tell) -> None:
        self._models = models
        self._tell = tell

    def read(self, call: Call, function: Function, metric: Metric) -> Options | None:
        """Return what a call asks for; None after telling what is wrong with it."""
        given = self._given(call, function)
        if given is None:
            return None
        over = self._over(call, given.get("over")) if function.is_windowed else 0
        need = self._need(given.get("need"), function, over or 0, metric)
        model = self._model(given.get("model"), metric)
        arg = self._share(call.arguments[1]) if function.func is Func.QUANTILE else 0.0
        if over is None or need is None or model is None or arg is None:
            return None
        options = Options(over_ms=over, need=need, arg=arg, model=model)
        if function.is_windowed:
            self._warn_of_empty_window(call, options, metric)
        return options

    def _given(self, call: Call, function: Function) -> dict[str, Option] | None:
        """Return the options by name, if each is one that the function has, once."""
        takes = {
            "over": function.is_windowed,
            "need": function.is_windowed,
            "model": function.func is Func.ANOMALY,
        }
        given: dict[str, Option] = {}
        for option in call.options:
            if option.name in LATER_OPTIONS:
                self._tell(option.at, f"`{option.name}=` {NOT_YET}", "")
            elif option.name not in takes:
                message = f"`{call.name}` has no option {option.name!r}"
                self._tell(option.at, message, nearest(option.name, OPTIONS))
            elif not takes[option.name]:
                hint = f"write `{form(call.name)}`"
                self._tell(option.at, f"`{call.name}` takes no `{option.name}=`", hint)
            elif option.name in given:
                self._tell(option.at, f"`{option.name}=` may stand once", "")
            else:
                given[option.name] = option
        return given if len(given) == len(call.options) else None

    def _over(self, call: Call, option: Option | None) -> int | None:
        if option is None:
            rule = f"`{call.name}` looks over a window and needs `over=`"
            self._tell(call.at, rule, f"write `{form(call.name)}`")
            return None
        value = option.value
        if isinstance(value, Duration) and value.ms and value.ms >= SHORTEST_MS:
            return value.ms
        rule = "`over` must be a duration of a second or more, such as 30m"
        self._tell(start(value), f"{rule}; got `{write(value)}`", "")
        return None

    def _need(
        self, option: Option | None, function: Function, over: int, metric: Metric
    ) -> int | None:
        if option is None:
            return function.need
        value, least, most = option.value, function.least, min(over, MOST_READINGS)
        need = -1
        if isinstance(value, Percent) and 0 < value.value <= 100:  # noqa: PLR2004 -- a percentage
            expected = over / max(metric.interval_ms, 1)
            need = max(math.ceil(value.value / 100 * expected - 1e-9), least)
        elif _is_count(value) and value.value >= least:
            need = int(value.value)
        if need < least:
            rule = f"`need` must be a number of readings from {least}, or a part such as 75%"
        elif over and need > most:
            rule = f"a window of {format_duration(over)} holds {most} readings at most"
        else:
            return need
        self._tell(start(value), f"{rule}; got `{write(value)}`", "")
        return None

    def _share(self, value: Expression) -> float | None:
        if isinstance(value, Number) and value.unit is None and 0 <= value.value <= 1:
            return value.value
        rule = "the second argument of `quantile` must be a number from 0 to 1"
        self._tell(start(value), f"{rule}; got `{write(value)}`", "the median is 0.5")
        return None

    def _model(self, option: Option | None, metric: Metric) -> str | None:
        if option is None:
            return ""
        value, known = option.value, self._models
        if not isinstance(value, Text) or not value.value:
            rule = "`model` must be the name of a trained model in quotes"
            self._tell(start(value), f"{rule}; got `{write(value)}`", "")
        elif value.value not in known:
            hint = nearest(value.value, known) or "train it with `sentinel models train`"
            self._tell(value.at, f"no trained model {value.value!r}", hint)
        elif known[value.value] not in (None, metric.id):
            rule = f"model {value.value!r} was trained on metric {known[value.value]!r}"
            self._tell(value.at, f"{rule}; got one on {metric.id!r}", "")
        else:
            return value.value
        return None

    def _warn_of_empty_window(self, call: Call, options: Options, metric: Metric) -> None:
        at = next(option.at for option in call.options if option.name == "over")
        every = format_duration(metric.interval_ms)
        over = format_duration(options.over_ms)
        if options.over_ms < metric.interval_ms:
            rule = f"{over} is shorter than the interval of {metric.id!r}"
            self._tell(at, f"{rule}, {every}: mostly unknown", "", severity="warning")
        elif options.need > options.over_ms // max(metric.interval_ms, 1) + 1:
            rule = f"`{call.name}` asks for {options.need} readings in {over}"
            message = f"{rule}, and {metric.id!r} has one every {every}: mostly unknown"
            self._tell(at, message, "look over a longer time", severity="warning")


def _is_count(value: Expression) -> TypeGuard[Number]:
    return isinstance(value, Number) and value.unit is None and value.value.is_integer()
