"""`metrics.yaml`: what is measured, and which kinds of device measure what."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sentinel.bundle.metric_keys import KindSettings, MetricSettings, MetricsFile
from sentinel.document import Node, Problems, nearest, validate
from sentinel.document.units import conversion, parse_unit
from sentinel.domain.metric import Metric, MetricKind, Span
from sentinel.domain.registry import Kind

MOST_METRICS = 1 << 16
"""The engine keeps a metric's number by sensor in 16 bits."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}\Z")
_NOT_YET = "nothing would be dropped or hashed: keep such a metric out"
_EVENT_INTERVAL_MS = 60_000
"""Events have no interval and are never missing; this one only bounds babbling."""


_One = TypeVar("_One", MetricSettings, KindSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What metrics.yaml says.

    metrics: In file order; the position is the metric's number.
    kinds: By name.
    """

    metrics: tuple[Metric, ...]
    kinds: Mapping[str, Kind]

    @property
    def numbers(self) -> dict[str, int]:
        """Metric id to number."""
        return {metric.id: number for number, metric in enumerate(self.metrics)}


def parse_metrics(node: Node, problems: Problems) -> Catalogue | None:
    """Return what the file says, or None after telling `problems` all that is wrong with it."""
    before = len(problems.errors)
    file = validate(MetricsFile, node, problems)
    metrics = file.metrics if file else _each_alone(MetricSettings, node, "metrics")
    for name, settings in metrics.items():
        _Checker(name, settings, node.at(("metrics", name)), problems).check()
    _check_names(node, problems)
    _check_kinds(file.kinds if file else _each_alone(KindSettings, node, "kinds"), node, problems)
    if file is None or len(problems.errors) > before:
        return None
    numbers = {name: number for number, name in enumerate(metrics)}
    return Catalogue(
        metrics=tuple(_metric(name, settings) for name, settings in metrics.items()),
        kinds={
            name: Kind(
                title=kind.title or {"zh": name, "en": name},
                metrics=tuple(numbers[metric] for metric in kind.metrics),
            )
            for name, kind in file.kinds.items()
        },
    )


def metrics_schema() -> dict[str, Any]:
    """Return the JSON Schema of metrics.yaml, for editors that complete it."""
    return MetricsFile.model_json_schema()


def _each_alone(model: type[_One], node: Node, section: str) -> dict[str, _One]:
    """Return what of a section of a file that does not fit makes sense by itself."""
    read = {name: validate(model, one, Problems()) for name, one in _section(node, section).items()}
    return {name: found for name, found in read.items() if found is not None}


def _section(node: Node, name: str) -> dict[str, Node]:
    own = node.value[name].value if node.has(name) else None
    return own if isinstance(own, dict) else {}


def _metric(name: str, settings: MetricSettings) -> Metric:
    default_unit = "deg" if settings.kind is MetricKind.DIRECTION else ""
    return Metric(
        id=name,
        title=settings.title or {"zh": name, "en": name},
        kind=settings.kind,
        unit=default_unit if settings.unit is None else settings.unit,
        interval_ms=settings.interval or _EVENT_INTERVAL_MS,
        sensor_span=_span(settings.sensor_span),
        plausible_span=_span(settings.plausible_span),
        jump=settings.jump,
        flat_after_ms=settings.flat_after,
        babble=settings.babble,
        states=settings.states,
    )


def _span(bounds: tuple[float, float] | None) -> Span | None:
    return Span(low=bounds[0], high=bounds[1]) if bounds else None


def _check_names(node: Node, problems: Problems) -> None:
    for section in ("metrics", "kinds"):
        for name, place in node.at((section,)).keys.items():
            if not _NAME.match(name) and node.has(section):
                rule = "a name is a letter, then letters, digits and _, at most 64 in all"
                problems.add(place, section, f"{rule}; got {name!r}")
    many = len(node.at(("metrics",)).keys)
    if many >= MOST_METRICS:
        problems.add(node.place, "metrics", f"at most {MOST_METRICS - 1} metrics; got {many}")


def _check_kinds(kinds: Mapping[str, KindSettings], node: Node, problems: Problems) -> None:
    known = _section(node, "metrics")
    for name, kind in kinds.items() if known else ():
        for at, metric in enumerate(kind.metrics):
            place = node.at(("kinds", name, "metrics", at)).place
            if metric not in known:
                hint = nearest(metric, known)
                problems.add(place, f"kind {name!r}", f"no metric {metric!r}", hint)
            elif metric in kind.metrics[:at]:
                rule = f"a metric may stand once; got {metric!r} again"
                problems.add(place, f"kind {name!r}", rule)


class _Checker:
    """What a metric's keys must be to one another, beyond each by itself."""

    def __init__(self, name: str, settings: MetricSettings, node: Node, problems: Problems) -> None:
        self._name = name
        self._settings = settings
        self._node = node
        self._problems = problems

    def check(self) -> None:
        self._check_unit()
        self._check_states()
        if self._settings.personal:
            self._tell("personal", "`personal` is not available in this version", _NOT_YET)
        self._check_spans()
        if self._settings.interval is None and self._settings.kind is not MetricKind.EVENT:
            self._tell("interval", "the key `interval` is required: how often it usually reports")

    def _check_unit(self) -> None:
        unit, kind = self._settings.unit, self._settings.kind
        if unit is None:
            if kind in {MetricKind.GAUGE, MetricKind.COUNTER}:
                self._tell("unit", "the key `unit` is required ('1' for a plain number)")
            return
        if kind in {MetricKind.STATE, MetricKind.EVENT}:
            self._tell("unit", f"a metric of kind {kind.value!r} has no unit; got {unit!r}")
            return
        parsed, degree = parse_unit(unit), parse_unit("deg")
        if parsed is None:
            hint = "for degrees Celsius write Cel" if unit == "c" else ""
            self._tell("unit", f"`unit` must be a unit such as m, Cel, mm/h; got {unit!r}", hint)
        elif kind is MetricKind.DIRECTION and degree and conversion(parsed, degree) != (1.0, 0.0):
            self._tell("unit", f"a direction is in deg; got {unit!r}")

    def _check_states(self) -> None:
        states, kind = self._settings.states, self._settings.kind
        if kind is MetricKind.STATE and not states:
            self._tell("states", "a metric of kind 'state' names its `states`")
        elif kind is not MetricKind.STATE and states is not None:
            self._tell(
                "states", f"only a metric of kind 'state' has `states`; this is {kind.value!r}"
            )
        elif states and len(set(states.values())) < len(states):
            self._tell("states", f"each state has a number of its own; got {states}")

    def _check_spans(self) -> None:
        settings, kind = self._settings, self._settings.kind
        for key in ("sensor_span", "plausible_span", "jump", "flat_after"):
            given = getattr(settings, key) is not None
            if given and kind in {MetricKind.STATE, MetricKind.EVENT} and key != "flat_after":
                self._tell(key, f"a metric of kind {kind.value!r} has no `{key}`")
        for key in ("sensor_span", "plausible_span"):
            low, high = getattr(settings, key) or (-math.inf, math.inf)
            if low >= high:
                self._tell(key, f"`{key}` goes from low to high; got [{low:g}, {high:g}]")
        sensor, plausible = settings.sensor_span, settings.plausible_span
        if sensor and plausible and (plausible[0] < sensor[0] or plausible[1] > sensor[1]):
            self._tell(
                "plausible_span",
                "`plausible_span` lies within `sensor_span`; "
                f"got {list(plausible)} against {list(sensor)}",
            )

    def _tell(self, key: str, message: str, hint: str = "") -> None:
        place = self._node.at((key,)).place if self._node.has(key) else self._node.place
        self._problems.add(place, f"metric {self._name!r}", message, hint)
