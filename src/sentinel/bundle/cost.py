"""What rules cost in memory, told before they are put in force."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.arrays import COLD, INSTANCE, LEVEL, READING, SENSOR
from sentinel.detect.program import WINDOWED, Program, Watch
from sentinel.document import Place, Problems
from sentinel.document.scalars import format_size
from sentinel.domain.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Bytes of state that detect keeps.

    total: Of all sensors and all subjects of all rules. sensors: How many sensors there are.
    subjects: Number of devices that each rule watches, by rule.
    """

    total: int
    sensors: int
    subjects: dict[str, int]

    @property
    def per_sensor(self) -> float:
        """Return the mean over all sensors."""
        return self.total / self.sensors if self.sensors else 0.0


def rule_cost(programs: Sequence[Program], registry: Registry) -> Cost:
    """Return what the rules cost over this registry, as long as sensors keep their intervals."""
    slots = np.zeros(len(registry.sensor_device), np.int64)
    subjects: dict[str, int] = {}
    total = 0
    for program in programs:
        devices = subjects_of(program, registry)
        subjects[program.rule] = int(devices.sum())
        levels = LEVEL.itemsize * (len(program.raise_code) + 1)
        total += subjects[program.rule] * (INSTANCE.itemsize + COLD.itemsize + levels)
        numbers = np.flatnonzero(devices).astype(np.int32)
        for number, watch in enumerate(program.watches):
            sensors = registry.sensors(numbers, watch.metric)
            slots[sensors] = np.maximum(slots[sensors], _window(program, number, registry))
    live = registry.sensor_metric >= 0
    total += int(live.sum()) * SENSOR.itemsize + int(slots.sum()) * READING.itemsize
    return Cost(total=total, sensors=int(live.sum()), subjects=subjects)


def subjects_of(program: Program, registry: Registry) -> NDArray[np.bool_]:
    """Return by device whether the rule judges it: in service, and with every input."""
    chosen = ~registry.device_retired
    for watch in program.watches:
        chosen = chosen & _has(watch, registry)
    return chosen


def check_cost(
    programs: Sequence[Program], registry: Registry, most: int | None, problems: Problems
) -> None:
    """Refuse rules that cost a sensor more than `most` bytes on average."""
    if most is None:
        return
    cost = rule_cost(programs, registry)
    if cost.per_sensor > most:
        wide = max(programs, key=_longest)
        problems.add(
            Place(wide.file),
            f"rule {wide.rule!r}",
            f"the rules cost a sensor {format_size(round(cost.per_sensor))} of memory on average; "
            f"`max_state` allows {format_size(most)}",
            "this rule has the longest window",
        )


def warn_of_idle_rules(programs: Sequence[Program], registry: Registry, problems: Problems) -> None:
    """Tell of rules that no device has the inputs for."""
    for program in programs:
        if not subjects_of(program, registry).any():
            text = "the rule watches no device: none in service has all of its inputs"
            problems.add(Place(program.file), f"rule {program.rule!r}", text, severity="warning")


def _has(watch: Watch, registry: Registry) -> NDArray[np.bool_]:
    chosen = np.zeros(len(registry.device_ids), np.bool_)
    chosen[registry.sensor_device[registry.sensor_metric == watch.metric]] = True
    if watch.kind:
        chosen &= _equal(registry.device_kind, watch.kind)
    if watch.area:
        inside = np.append(registry.within(registry.area_number[watch.area]), False)
        chosen &= inside[registry.device_area]
    for column, text in watch.where:
        chosen &= _equal(registry.attributes[column], text)
    return chosen


def _equal(texts: Sequence[str], wanted: str) -> NDArray[np.bool_]:
    return np.fromiter((text == wanted for text in texts), np.bool_, len(texts))


def _window(program: Program, watch: int, registry: Registry) -> int:
    """How many readings the longest window over one input holds."""
    interval = registry.metrics[program.watches[watch].metric].interval_ms
    overs = [
        leaf.over_ms for leaf in program.leaves if leaf.watch == watch and _windowed(leaf.func)
    ]
    return math.ceil(max(overs, default=0) / interval)


def _longest(program: Program) -> int:
    return max((leaf.over_ms for leaf in program.leaves), default=0)


def _windowed(func: object) -> bool:
    return func in WINDOWED
