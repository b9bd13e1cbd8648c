"""What is measured: a quantity with its unit, its spans and its usual interval."""

from dataclasses import dataclass
from enum import StrEnum


class MetricKind(StrEnum):
    """How the values of a metric behave."""

    GAUGE = "gauge"
    COUNTER = "counter"
    STATE = "state"
    EVENT = "event"
    DIRECTION = "direction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `low` to `high`, both included, in the metric's canonical unit."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One quantity as the registry declares it.

    unit: Canonical unit, as pint reads it; empty for states and events.
    sensor_span: What the sensor can deliver; outside it a reading fails. None: any.
    plausible_span: What nature does; outside it a reading is suspect. None: any.
    interval_ms: The usual time between readings.
    jump: A step between neighbouring readings larger than this is suspect; None: not checked.
    flat_after_ms: The same value for this long is suspect; None: not checked.
    babble: More readings than this within one interval fail as babbling.
    states: Name to number, for kind STATE.
    """

    id: str
    title: dict[str, str]
    kind: MetricKind
    unit: str
    interval_ms: int
    sensor_span: Span | None = None
    plausible_span: Span | None = None
    jump: float | None = None
    flat_after_ms: int | None = None
    babble: int = 20
    states: dict[str, float] | None = None
