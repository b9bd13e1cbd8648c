"""Which series stand behind a warning, and at which values its ranks begin."""

from collections.abc import Iterator

from sentinel.console.ports import City
from sentinel.console.reasons import thresholds
from sentinel.console.shapes import InputShape, ThresholdShape
from sentinel.detect.program import Program
from sentinel.domain.metric import Metric
from sentinel.domain.registry import Registry


def inputs_behind(rule: str, subject: str, city: City) -> list[InputShape]:
    """Return the series to draw behind a warning of `rule` on `subject`.

    The rule's own inputs; the one metric of a built-in check (`device/metric`); every metric of
    the device if the rule is no longer there; none for what is no device.
    """
    device, _, metric = subject.partition("/")
    number = city.registry.device_number.get(device)
    if number is None:
        return []
    program = program_of(rule, city)
    if program and not metric:
        return [_watched(at, program, number, city.registry) for at in range(len(program.watches))]
    return [
        _input("", device, found, [])
        for found in _metrics_of(number, city.registry)
        if metric in {"", found.id}
    ]


def program_of(rule: str, city: City) -> Program | None:
    """Return a rule as it is in force; None: it is not."""
    return next((program for program in city.programs if program.rule == rule), None)


def _watched(watch: int, program: Program, device: int, registry: Registry) -> InputShape:
    named = program.watches[watch]
    marks = list(thresholds(watch, program, device, registry))
    return _input(named.name, registry.device_ids[device], registry.metrics[named.metric], marks)


def _input(name: str, device: str, metric: Metric, marks: list[ThresholdShape]) -> InputShape:
    return InputShape(
        name=name,
        device=device,
        metric=metric.id,
        title=metric.title,
        unit=metric.unit,
        interval_ms=metric.interval_ms,
        states=metric.states or {},
        thresholds=marks,
    )


def _metrics_of(device: int, registry: Registry) -> Iterator[Metric]:
    for number, metric in enumerate(registry.metrics):
        if registry.sensor(device, number) >= 0:
            yield metric
