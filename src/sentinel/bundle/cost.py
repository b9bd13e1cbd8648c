"""What rules cost in memory, told before they are put in force."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.program import WINDOWED, Func, Program
from sentinel.detect.rules.watches import Subjects
from sentinel.document import Node, Place, Problems
from sentinel.document.scalars import format_size
from sentinel.domain.registry import Registry

SENSOR_BYTES, GRADE_BYTES, READING_BYTES = 120, 112, 16
INSTANCE_BYTES, LEVEL_BYTES = 80, 12
PROFILE_BYTES = 1184
"""What the engine's records take; a test holds the sum against the engine, which is not imported
here because it brings its compiler along."""

MOST_UNSAID = 4_000_000_000
"""Bytes that rules may take of the machine where `max_state` says nothing: twice what a million
sensors with four rules each take. A window of a century is a slip of the pen."""
MOST_SLOTS = (1 << 31) - 1
"""Readings in windows, of one sensor or of all: the engine numbers them in 32 bits."""

_LEARNING = frozenset({Func.USUAL, Func.UNUSUAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Bytes of state that detect keeps.

    total: Of all sensors and all subjects of all rules. slots: Readings in windows among it.
    sensors: How many sensors there are. subjects: Number of devices that each rule watches, by
    rule.
    """

    total: int
    slots: int
    sensors: int
    subjects: dict[str, int]

    @property
    def per_sensor(self) -> float:
        """Return the mean over all sensors."""
        return self.total / self.sensors if self.sensors else 0.0


def rule_cost(programs: Sequence[Program], registry: Registry) -> Cost:
    """Return what the rules cost over this registry, as long as sensors keep their intervals."""
    slots = np.zeros(len(registry.sensor_device), np.int64)
    profiled = np.zeros(len(slots), np.bool_)
    subjects: dict[str, int] = {}
    total = 0
    for program in programs:
        devices = subjects_of(program, registry)
        subjects[program.rule] = int(devices.sum())
        levels = LEVEL_BYTES * (len(program.raise_code) + 1)
        total += subjects[program.rule] * (INSTANCE_BYTES + levels)
        numbers = np.flatnonzero(devices).astype(np.int32)
        for number, watch in enumerate(program.watches):
            sensors = registry.sensors(numbers, watch.metric)
            slots[sensors] = np.maximum(slots[sensors], _window(program, number, registry))
            profiled[sensors] |= _has_profile(program, number)
    live = registry.sensor_metric >= 0
    total += int(live.sum()) * (SENSOR_BYTES + GRADE_BYTES) + int(slots.sum()) * READING_BYTES
    total += int(profiled.sum()) * PROFILE_BYTES
    kept = int(slots.sum())
    return Cost(total=total, slots=kept, sensors=int(live.sum()), subjects=subjects)


def subjects_of(program: Program, registry: Registry) -> NDArray[np.bool_]:
    """Return by device whether the rule judges it: in service, and with every input."""
    return Subjects(registry).of({watch.name: watch for watch in program.watches})


def check_cost(
    programs: Sequence[Program],
    registry: Registry,
    most: int | None,
    problems: Problems,
    documents: Callable[[], Sequence[Node]] = tuple,
) -> None:
    """Refuse rules that cost a sensor more than `most` bytes on average, or all too much.

    most: None: nobody has said; then all together may take 4 GB.
    documents: Parses the rule files once more, for the place of the rule that costs most.
    """
    cost = rule_cost(programs, registry)
    why = _too_much(cost, most)
    if why:
        wide = max(programs, key=_longest)
        place, rule = _place(wide, documents()), f"rule {wide.rule!r}"
        problems.add(place, rule, why, "this rule has the longest window")


def _too_much(cost: Cost, most: int | None) -> str:
    """Return why the rules cost too much; empty if they do not."""
    if most is not None and cost.per_sensor > most:
        return (
            f"the rules cost a sensor {format_size(round(cost.per_sensor))} of memory on average; "
            f"`max_state` allows {format_size(most)}"
        )
    if cost.slots > MOST_SLOTS:
        return f"the windows of the rules hold {MOST_SLOTS} readings at most; got {cost.slots}"
    if most is None and cost.total > MOST_UNSAID:
        return (
            f"the rules cost {format_size(cost.total)} of memory; without `max_state`, "
            f"{format_size(MOST_UNSAID)} are allowed"
        )
    return ""


def _place(program: Program, documents: Sequence[Node]) -> Place:
    for document in documents:
        rules = document.at(("rules",)).value
        for node in rules if isinstance(rules, list) else ():
            own: Node = node.at(("id",))
            if own.value == program.rule:
                return own.place
    return Place(program.file)


def _window(program: Program, watch: int, registry: Registry) -> int:
    """How many slots the engine keeps for the longest window over one input."""
    interval = registry.metrics[program.watches[watch].metric].interval_ms
    leaves = [leaf for leaf in program.leaves if leaf.watch == watch and leaf.func in WINDOWED]
    if not leaves:
        return 0
    expected = max(leaf.over_ms for leaf in leaves) // interval + 1
    return min(expected + expected // 8 + 2, MOST_SLOTS)


def _has_profile(program: Program, watch: int) -> bool:
    """Whether the engine learns what is usual for one input."""
    return any(
        leaf.watch == watch
        and (leaf.func in _LEARNING or (leaf.func is Func.ANOMALY and leaf.model < 0))
        for leaf in program.leaves
    )


def _longest(program: Program) -> int:
    return max((leaf.over_ms for leaf in program.leaves), default=0)
