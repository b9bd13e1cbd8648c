"""The kernel that grades: each reading against its sensor's memory of some 64 bytes."""

import math

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.ahead import prefetch
from sentinel.detect.engine.checks import BABBLE, CLOCK, JUMP, SPAN, STILL
from sentinel.detect.engine.jit import kernel, part
from sentinel.detect.engine.window import turn
from sentinel.domain.metric import MetricKind
from sentinel.domain.quality import Quality
from sentinel.domain.readings import ReadingFlag
from sentinel.domain.registry import Registry

Table = NDArray[np.void]

PASS, SUSPECT, FAIL = int(Quality.PASS), int(Quality.SUSPECT), int(Quality.FAIL)
LATE, REPEAT = int(ReadingFlag.LATE), int(ReadingFlag.REPEAT)
UNTIMED = int(ReadingFlag.UNTIMED)
HISTORICAL, CLOCK_OFF = int(ReadingFlag.HISTORICAL), int(ReadingFlag.CLOCK_OFF)
NO_READING = int(ReadingFlag.DEADLINE | ReadingFlag.ALIVE)
EXERCISE = int(ReadingFlag.EXERCISE)

REMEMBERED = 6
AHEAD = 8
"""Rows ahead whose records are asked for."""
FORGETFUL_MS = 1 << 29
"""Six days: after a longer silence the short event times kept would be ambiguous."""
LOW_BITS = (1 << 32) - 1
STARTED, FORGOT, BABBLED, BY_RECEIPT = 1, 2, 4, 8
"""Flags of a sensor's record: it has a newest reading; it has had readings that are no longer
remembered; its last interval babbled; its newest reading came without a time."""

GRADE = np.dtype(
    [
        ("newest", "i8"), ("value", "f8"), ("same_since", "i8"), ("burst_begin", "i8"),
        ("recent", "u4", (REMEMBERED,)), ("burst", "u2"), ("metric", "u2"), ("n", "u1"),
        ("flags", "u1"),
    ],
    align=True,
)  # fmt: skip

LIMITS = np.dtype(
    [
        ("interval", "i8"), ("low", "f8"), ("high", "f8"), ("least", "f8"), ("most", "f8"),
        ("jump", "f8"), ("flat_after", "i8"), ("babble", "i4"), ("circular", "u1"),
        ("event", "u1"),
    ],
    align=True,
)  # fmt: skip


def limits_of(registry: Registry) -> NDArray[np.void]:
    """Return what each metric allows, by number."""
    limits = np.zeros(max(len(registry.metrics), 1), LIMITS)
    for number, metric in enumerate(registry.metrics):
        sensor, nature = metric.sensor_span, metric.plausible_span
        limits[number] = (
            metric.interval_ms,
            sensor.low if sensor else -math.inf,
            sensor.high if sensor else math.inf,
            nature.low if nature else -math.inf,
            nature.high if nature else math.inf,
            math.inf if metric.jump is None else metric.jump,
            metric.flat_after_ms or 0,
            metric.babble,
            metric.kind is MetricKind.DIRECTION,
            metric.kind is MetricKind.EVENT,
        )
    return limits


@kernel
def walk_grades(
    table: Table, limits: Table, place: NDArray[np.int32], builtin: bool,
    sensor: NDArray[np.int32], value: NDArray[np.float64], time: NDArray[np.int64],
    quality: NDArray[np.uint8], flags: NDArray[np.uint16], tripped: NDArray[np.uint8],
    newest: NDArray[np.uint8], counts: NDArray[np.int64],
    seal: Table,  # noqa: ARG001 -- its type is part of the cache's key
) -> None:  # fmt: skip
    """Grade the rows in order, in place; count late ones, repeats, failed and suspect ones."""
    for at in range(len(sensor)):
        if at + AHEAD < len(sensor) and 0 <= int(sensor[at + AHEAD]) < len(place):
            prefetch(table, int(place[sensor[at + AHEAD]]), 2)
        number, flagged = int(sensor[at]), int(flags[at])
        if number < 0 or number >= len(place) or flagged & (NO_READING | EXERCISE | REPEAT):
            counts[1] += 1 if flagged & REPEAT else 0
            continue
        if flagged & CLOCK_OFF:
            tripped[at] = CLOCK if builtin else 0
            continue
        if int(place[number]) >= len(table):
            continue  # of another shard
        record = table[place[number]]
        limit = limits[int(record["metric"])]
        if flagged & HISTORICAL == 0:
            place_in_order(record, limit, at, builtin, value, time, flags, tripped, newest)
        if builtin:
            quality[at] = worst(int(quality[at]), int(tripped[at]), limit, float(value[at]))
        counts[0] += 1 if int(flags[at]) & LATE else 0
        counts[1] += 1 if int(flags[at]) & REPEAT else 0
        counts[2] += 1 if int(quality[at]) == FAIL else 0
        counts[3] += 1 if int(quality[at]) == SUSPECT else 0


@part
def place_in_order(
    record: np.void, limit: np.void, at: int, builtin: bool, value: NDArray[np.float64],
    time: NDArray[np.int64], flags: NDArray[np.uint16], tripped: NDArray[np.uint8],
    newest: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Mark a reading as late or a repeat, or remember it and look at what it trips."""
    is_untimed = int(flags[at]) & UNTIMED != 0
    if is_untimed:
        time[at] = told_apart(record, int(time[at]))
    moment, before = int(time[at]), int(record["newest"])
    order = order_of(record, limit, moment)
    if order != 0:
        flags[at] = int(flags[at]) | order
        return
    is_newest = moment > before
    if is_newest:
        newest[at] = 1
        kept = int(record["flags"]) & ~BY_RECEIPT
        record["flags"] = kept | BY_RECEIPT if is_untimed else kept
    if builtin:
        tripped[at] = checks_of(record, limit, moment, float(value[at]), is_newest)


@part
def told_apart(record: np.void, moment: int) -> int:
    """Return the time of a reading without one: later than others that it arrived after."""
    newest, flags = int(record["newest"]), int(record["flags"])
    if flags & STARTED and (moment == newest or (flags & BY_RECEIPT and moment < newest)):
        return newest + 1
    return moment


@part
def worst(quality: int, tripped: int, limit: np.void, value: float) -> int:
    """Return the worst of what the reading brought, what it tripped, and the spans."""
    if value < limit["low"] or value > limit["high"] or tripped & (SPAN | BABBLE):
        return max(quality, FAIL)
    if value < limit["least"] or value > limit["most"] or tripped != 0:
        return max(quality, SUSPECT)
    return quality if quality >= SUSPECT else PASS


@part
def order_of(record: np.void, limit: np.void, moment: int) -> int:
    """Return LATE, REPEAT or 0, and remember the reading if it is neither."""
    if int(record["flags"]) & STARTED == 0:
        record["flags"] = STARTED
        record["newest"] = moment
        record["burst_begin"] = moment
        remember(record, moment)
        return 0
    behind = int(record["newest"]) - moment
    if behind > int(limit["interval"]):
        return LATE
    if behind >= 0 and not limit["event"]:
        order = repeat_or_late(record, behind)
        if order != 0:
            return order
    if behind < 0:
        if -behind > FORGETFUL_MS:
            record["n"] = 0
            record["flags"] = int(record["flags"]) | FORGOT
        record["newest"] = moment
    remember(record, moment)
    return 0


@part
def repeat_or_late(record: np.void, behind: int) -> int:
    """Return REPEAT if the time is remembered, LATE if it is too old for the memory, or 0."""
    furthest = 0
    newest = int(record["newest"]) & LOW_BITS
    for k in range(int(record["n"])):
        distance = (newest - int(record["recent"][k])) & LOW_BITS
        if distance == behind:
            return REPEAT
        furthest = max(furthest, distance)
    if int(record["flags"]) & FORGOT and behind > furthest:
        return LATE
    return 0


@part
def remember(record: np.void, moment: int) -> None:
    """Remember an event time; the oldest of those remembered makes room."""
    n = int(record["n"])
    slot = n
    if n == REMEMBERED:
        newest, furthest = int(record["newest"]) & LOW_BITS, -1
        for k in range(n):
            distance = (newest - int(record["recent"][k])) & LOW_BITS
            if distance > furthest:
                slot, furthest = k, distance
        record["flags"] = int(record["flags"]) | FORGOT
    else:
        record["n"] = n + 1
    record["recent"][slot] = moment & LOW_BITS


@part
def checks_of(record: np.void, limit: np.void, moment: int, value: float, is_newest: bool) -> int:
    """Return the bits of the checks that a reading trips, and learn its value if it may."""
    bits = BABBLE if is_babble(record, limit, moment, is_newest) else 0
    if value < limit["low"] or value > limit["high"]:
        bits |= SPAN
    if bits or not is_newest or value != value:  # noqa: PLR0124 -- only NaN differs from itself
        return bits
    before = float(record["value"])
    if value != before:
        record["value"], record["same_since"] = value, moment
        if before != before:  # noqa: PLR0124 -- a first reading steps from nothing
            return 0
        step = turn(value - before) if limit["circular"] else value - before
        return JUMP if abs(step) > limit["jump"] else 0
    same = moment - int(record["same_since"])
    return STILL if 0 < int(limit["flat_after"]) <= same else 0


@part
def is_babble(record: np.void, limit: np.void, moment: int, is_newest: bool) -> bool:
    """Return whether the sensor says too much: in this interval, or in the one before it."""
    interval = int(limit["interval"])
    since = moment - int(record["burst_begin"])
    if is_newest and since >= interval:
        babbled = int(record["burst"]) > int(limit["babble"]) and since < 2 * interval
        flags = int(record["flags"]) & ~BABBLED
        record["flags"] = flags | BABBLED if babbled else flags
        record["burst_begin"], record["burst"] = moment, 0
    record["burst"] = min(int(record["burst"]) + 1, 60_000)
    return int(record["burst"]) > int(limit["babble"]) or int(record["flags"]) & BABBLED != 0
