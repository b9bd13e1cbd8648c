"""The functions of the language: what each takes, what it gives, and of which metrics."""

from dataclasses import dataclass
from enum import Enum

from sentinel.detect.program import WINDOWED, Func
from sentinel.domain.metric import MetricKind


class Gives(Enum):
    """What a function's value is, seen from the unit of its metric."""

    LEVEL = "a level in the metric's unit"
    DIFFERENCE = "a difference in the metric's unit"
    RATE = "the metric's unit per second"
    SECONDS = "seconds"
    NUMBER = "a number without a unit"
    TRUTH = "true or false"


@dataclass(frozen=True, slots=True)
class Function:
    """One function over one sensor.

    least: Fewest readings with which its value can be known.
    need: Readings asked for unless `need=` says otherwise.
    """

    func: Func
    gives: Gives
    kinds: frozenset[MetricKind]
    least: int = 1
    need: int = 1

    @property
    def is_windowed(self) -> bool:
        """Whether it looks over a window, and so takes `over=` and `need=`."""
        return self.func in WINDOWED


_GAUGE = frozenset({MetricKind.GAUGE})
_ROUND = _GAUGE | {MetricKind.DIRECTION}
_ANY = _ROUND | {MetricKind.COUNTER, MetricKind.STATE}
_STILL = _GAUGE | {MetricKind.COUNTER, MetricKind.STATE}

FUNCTIONS = {
    "mean": Function(Func.MEAN, Gives.LEVEL, _ROUND),
    "min": Function(Func.MIN, Gives.LEVEL, _GAUGE),
    "max": Function(Func.MAX, Gives.LEVEL, _GAUGE),
    "sum": Function(Func.SUM, Gives.DIFFERENCE, _GAUGE),
    "count": Function(Func.COUNT, Gives.NUMBER, _ANY, least=0, need=0),
    "stddev": Function(Func.STDDEV, Gives.DIFFERENCE, _GAUGE, least=2, need=3),
    "quantile": Function(Func.QUANTILE, Gives.LEVEL, _GAUGE),
    "delta": Function(Func.DELTA, Gives.DIFFERENCE, _ROUND),
    "slope": Function(Func.SLOPE, Gives.RATE, _GAUGE, least=2, need=3),
    "flat": Function(Func.FLAT, Gives.TRUTH, _STILL, least=2, need=2),
    "age": Function(Func.AGE, Gives.SECONDS, _ANY),
    "missing": Function(Func.MISSING, Gives.TRUTH, _ANY),
    "changed": Function(Func.CHANGED, Gives.TRUTH, _ANY),
    "quality": Function(Func.QUALITY, Gives.NUMBER, _ANY),
    "usual": Function(Func.USUAL, Gives.LEVEL, _GAUGE),
    "unusual": Function(Func.UNUSUAL, Gives.NUMBER, _GAUGE),
    "anomaly": Function(Func.ANOMALY, Gives.NUMBER, _GAUGE),
}

LATER_FUNCTIONS = frozenset(
    {"all", "any", "became", "during", "events", "forecast", "increase", "repeats", "share"}
    | {"until_above", "until_below"}
)
"""Designed and not built: refused by name, so that nobody searches for a slip of the pen."""

OVER_AREA = frozenset({"count", "max", "mean", "min", "sum"})
"""Functions that will also look over the devices of an area, and then have no `over=`."""

OPTIONS = ("model", "need", "over")
LATER_OPTIONS = ("quorum",)
OWNERS = ("area", "device")
LATER_OWNERS = ("limits",)
KEYWORDS = frozenset({"and", "not", "or"})
"""Words that no watch can be called by."""

NOT_YET = "is not available in this version"


def form(name: str) -> str:
    """Return how a function is written."""
    if name == "quantile":
        return "quantile(x, 0.95, over=10m)"
    return f"{name}(x, over=10m)" if FUNCTIONS[name].is_windowed else f"{name}(x)"
