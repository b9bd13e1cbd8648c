"""The kernel that grades: each reading against its sensor's memory of some 110 bytes."""

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
remembered; its last interval babbled; its newest reading has the time of its receipt."""

GRADE = np.dtype(
    [
        ("newest", "i8"), ("value", "f8"), ("same_since", "i8"), ("burst_begin", "i8"),
        ("recent", "u4", (REMEMBERED,)), ("burst", "u2"), ("metric", "u2"), ("n", "u1"),
        ("flags", "u1"), ("given", "u1"), ("own", "u4", (REMEMBERED,)),
        ("measured", "f4", (REMEMBERED,)),
    ],
    align=True,
)  # fmt: skip
"""recent: Times of the last readings in order. own: The time that each of them said itself.
measured: The value of each, to know it again by. given: A bit for each that came without a time or
with one after its receipt, and so has the time of its receipt."""

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
    sensor: NDArray[np.int32], received: NDArray[np.int64], value: NDArray[np.float64],
    time: NDArray[np.int64], quality: NDArray[np.uint8], flags: NDArray[np.uint16],
    tripped: NDArray[np.uint8], newest: NDArray[np.uint8], counts: NDArray[np.int64],
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
            receipt = int(received[at])
            place_in_order(record, limit, at, builtin, receipt, value, time, flags, tripped, newest)
        if builtin:
            quality[at] = worst(int(quality[at]), int(tripped[at]), limit, float(value[at]))
        counts[0] += 1 if int(flags[at]) & LATE else 0
        counts[1] += 1 if int(flags[at]) & REPEAT else 0
        counts[2] += 1 if int(quality[at]) == FAIL else 0
        counts[3] += 1 if int(quality[at]) == SUSPECT else 0


@part
def place_in_order(
    record: np.void, limit: np.void, at: int, builtin: bool, receipt: int,
    value: NDArray[np.float64], time: NDArray[np.int64], flags: NDArray[np.uint16],
    tripped: NDArray[np.uint8], newest: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Mark a reading as late or a repeat, or remember it and look at what it trips."""
    own = int(time[at])
    is_untimed = int(flags[at]) & UNTIMED != 0
    is_given = is_untimed or own > receipt
    by_receipt = is_given or (own == receipt and not limit["event"])
    moment, order = min(own, receipt), 0
    if int(record["flags"]) & STARTED:
        is_repeat = not is_untimed and was_had(
            record, limit, moment, own, float(value[at]), is_given
        )
        if not is_repeat:
            moment = told_apart(record, limit, moment, by_receipt)
        order = order_of(record, limit, moment, is_repeat)
    time[at] = moment
    if order != 0:
        flags[at] = int(flags[at]) | order
        return
    is_newest = take(record, moment, own, float(value[at]), is_given)
    if is_newest:
        newest[at] = 1
        kept = int(record["flags"]) & ~BY_RECEIPT
        record["flags"] = kept | BY_RECEIPT if by_receipt else kept
    if builtin:
        tripped[at] = checks_of(record, limit, moment, float(value[at]), is_newest)


@part
def was_had(
    record: np.void, limit: np.void, moment: int, own: int, value: float, is_given: bool
) -> bool:
    """Return whether the sensor has said this before.

    A time that lay ahead may come again as a good one, once the clock is right: with another value
    that is no repeat. With the same one it is: a device sends again what was not acknowledged, and
    by then its time may have come.
    """
    if limit["event"] or moment - int(record["newest"]) > FORGETFUL_MS:
        return False
    for k in range(int(record["n"])):
        if int(record["own"][k]) != own & LOW_BITS:
            continue
        was_given = int(record["given"]) >> k & 1 != 0
        if was_given == is_given or float(record["measured"][k]) == float(np.float32(value)):
            return True
    return False


@part
def told_apart(record: np.void, limit: np.void, moment: int, by_receipt: bool) -> int:
    """Return a time that no other reading has: by receipt, later than those it arrived after."""
    newest = int(record["newest"])
    is_after = int(record["flags"]) & BY_RECEIPT != 0
    if by_receipt and (moment == newest or (is_after and moment < newest)):
        return newest + 1
    if limit["event"] or newest - moment > int(limit["interval"]):
        return moment
    while moment <= newest and is_taken(record, newest - moment):
        moment += 1
    return moment


@part
def is_taken(record: np.void, behind: int) -> bool:
    """Return whether the time so far behind the newest is that of a reading remembered."""
    newest = int(record["newest"]) & LOW_BITS
    for k in range(int(record["n"])):
        if (newest - int(record["recent"][k])) & LOW_BITS == behind:
            return True
    return False


@part
def worst(quality: int, tripped: int, limit: np.void, value: float) -> int:
    """Return the worst of what the reading brought, what it tripped, and the spans."""
    if value < limit["low"] or value > limit["high"] or tripped & (SPAN | BABBLE):
        return max(quality, FAIL)
    if value < limit["least"] or value > limit["most"] or tripped != 0:
        return max(quality, SUSPECT)
    return quality if quality >= SUSPECT else PASS


@part
def order_of(record: np.void, limit: np.void, moment: int, is_repeat: bool) -> int:
    """Return LATE, also if it is too old to be told from a repeat; REPEAT; or 0."""
    behind = int(record["newest"]) - moment
    if behind > int(limit["interval"]):
        return LATE
    if is_repeat:
        return REPEAT
    is_forgotten = behind >= 0 and int(record["flags"]) & FORGOT != 0 and not limit["event"]
    return LATE if is_forgotten and behind > furthest(record) else 0


@part
def furthest(record: np.void) -> int:
    """Return how far the oldest time remembered lies behind the newest."""
    newest, most = int(record["newest"]) & LOW_BITS, 0
    for k in range(int(record["n"])):
        most = max(most, (newest - int(record["recent"][k])) & LOW_BITS)
    return most


@part
def take(record: np.void, moment: int, own: int, value: float, is_given: bool) -> bool:
    """Remember a reading; return whether it is the newest."""
    before = int(record["newest"])
    if int(record["flags"]) & STARTED == 0:
        record["flags"] = STARTED
        record["newest"] = record["burst_begin"] = moment
        remember(record, moment, own, value, is_given)
        return True
    if moment > before:
        if moment - before > FORGETFUL_MS:
            record["n"] = 0
            record["flags"] = int(record["flags"]) | FORGOT
        record["newest"] = moment
    remember(record, moment, own, value, is_given)
    return moment > before


@part
def remember(record: np.void, moment: int, own: int, value: float, is_given: bool) -> None:
    """Remember a reading; the oldest of those remembered makes room."""
    n = int(record["n"])
    slot = n
    if n == REMEMBERED:
        newest, most = int(record["newest"]) & LOW_BITS, -1
        for k in range(n):
            distance = (newest - int(record["recent"][k])) & LOW_BITS
            if distance > most:
                slot, most = k, distance
        record["flags"] = int(record["flags"]) | FORGOT
    else:
        record["n"] = n + 1
    record["recent"][slot] = moment & LOW_BITS
    record["own"][slot] = own & LOW_BITS
    record["measured"][slot] = value
    others = int(record["given"]) & ~(1 << slot)
    record["given"] = others | (1 << slot if is_given else 0)


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
