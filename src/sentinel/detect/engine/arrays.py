"""The shapes of the engine's memory: records in flat arrays.

What one evaluation touches lies together: a sensor is a record and a half of a cache line, the
instances of a device follow one another, and what only an open warning needs (`COLD`) is apart.
Times are milliseconds since 1970 UTC.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NEVER = -(1 << 62)
"""Earlier than any time: it did not happen."""
FAR = 1 << 62
"""Later than any time: it will not happen."""

FALSE, TRUE, UNKNOWN = 0, 1, 2
"""What a level's condition was when last judged."""

# Flags of a sensor.
GONE = 1
"""Its device said that it is gone."""
HEARD = 2
"""It has had a usable reading."""
SUSPECT = 4
"""Its latest usable reading was suspect."""
TWICE = 8
"""It has had two usable readings."""

# Flags of an instance.
BLIND = 1
TOUCHED = 2
"""A reading of the group that is still open is one of its inputs."""
PENDING = 4
"""A delayed finding waits to be confirmed."""
ONE_INPUT = 8
"""Its `input` is the sensor itself."""

# Flags of a program.
EVERY_TICK = 1
SEES_QUALITY = 2
CLEARS_AT_TICKS = 4
"""`after: never`: no silence ends in blindness, so a clear hold is served without a reading."""

SENSOR = np.dtype(
    [
        ("time", "i8"),  # event time of the newest usable reading
        ("stamp", "i8"),  # the listener's time when that one arrived
        ("ahead", "i8"),  # ms past its receipt by which it was told apart from others
        ("arrival", "i8"),  # when the last usable one arrived; registration before the first
        ("value", "f8"),
        ("previous", "f8"),
        ("promise", "i8"),  # its own missing deadline, ms; 0: the rule's
        ("ring", "i4"),  # where its ring begins; `size` slots, 0 for none
        ("size", "i4"),
        ("head", "i4"),  # slot of the next reading
        ("count", "i4"),
        ("link", "i4"),  # links[link:link_end]: instances that have it as an input
        ("link_end", "i4"),
        ("device", "i4"),
        ("windows", "i4"),  # number of its set of window lengths
        ("block", "i4"),  # first of its pane blocks; -1
        ("check", "i4"),  # first of its open built-in warnings; -1
        ("profile", "i4"),  # row of its profile; -1
        ("score", "i4"),  # row of its model scores; -1
        ("metric", "u2"),
        ("direct", "u1"),  # 1: link and link_end are the instances themselves
        ("quality", "u1"),  # of the latest reading, usable or not
        ("flags", "u1"),
    ],
    align=True,
)

INSTANCE = np.dtype(
    [
        ("last", "i8"),  # clock when last judged
        ("due", "i8"),  # listener's time before which no tick need look at it (lower bound)
        ("program", "i4"),
        ("device", "i4"),
        ("level", "i4"),
        ("input", "i4"),
        ("param", "i4"),
        ("missing", "u4"),  # bit by input, when last judged
        ("states", "u2"),  # two bits a level, then two of the written clear
        ("rank", "u1"),
        ("flags", "u1"),
    ],
    align=True,
)

COLD = np.dtype(
    [("onset", "i8"), ("blind_since", "i8"), ("confirm", "i8"), ("number", "i4"), ("open", "i4")],
    align=True,
)
"""onset: Of the last warning; while `number` is 0 there was none, and it is when the rule began."""

LEVEL = np.dtype([("since", "i8"), ("paused", "i4")])
"""since: True or unknown: when the hold began. False: since when. paused: ms it stood still."""

READING = np.dtype([("time", "i8"), ("value", "f8")])

PROGRAM = np.dtype(
    [
        ("leaf", "i4"), ("leaf_end", "i4"), ("step", "i4"), ("steps", "i4"),
        ("watch", "i4"), ("watches", "i4"), ("clear", "i4"), ("clear_end", "i4"),
        ("clear_hold", "i8"), ("delay", "i8"), ("then", "i4"), ("missing_rank", "i4"),
        ("flags", "i4"),
    ],
    align=True,
)  # fmt: skip

STEP = np.dtype([("hold", "i8"), ("rank", "i4"), ("code", "i4"), ("code_end", "i4")], align=True)

WATCH = np.dtype([("after", "i8"), ("interval", "i8")])
"""after: ms of silence until missing; -1: never."""

LEAF = np.dtype(
    [
        ("over", "i8"), ("arg", "f8"), ("interval", "i8"), ("func", "i4"), ("watch", "i4"),
        ("need", "i4"), ("model", "i4"), ("circular", "i4"),
    ],
    align=True,
)  # fmt: skip

DEVICE = np.dtype([("instance", "i4"), ("end", "i4"), ("sensor", "i4"), ("sensor_end", "i4")])

PAUSE = np.dtype([("begin", "i8"), ("end", "i8")])
"""When missing timers stood still; the end is FAR while it lasts."""

PANE = np.dtype(
    [
        ("bucket", "i8"), ("n", "i8"), ("mean", "f8"), ("m2", "f8"), ("low", "f8"), ("high", "f8"),
        ("first_time", "i8"), ("first", "f8"), ("last_time", "i8"), ("last", "f8"),
        ("mean_time", "f8"), ("stt", "f8"), ("stv", "f8"), ("sines", "f8"), ("cosines", "f8"),
    ]
)  # fmt: skip

BLOCK = np.dtype([("over", "i8"), ("lost", "i8"), ("next", "i4"), ("used", "i4")])
"""Panes of one sensor and one window. lost: newest time that its ring no longer holds."""

CHECK = np.dtype(
    [("onset", "i8"), ("last", "i8"), ("sensor", "i4"), ("next", "i4"), ("number", "i4"),
     ("check", "i4")]
)  # fmt: skip

CELL = np.dtype(
    [("place", "f8"), ("scale", "f8"), ("day", "i4"), ("seen", "u2"), ("days", "u2")], align=True
)
"""One hour of one kind of day: robust location and scale, readings seen, on how many days."""

FOUND = np.dtype(
    [
        ("onset", "i8"), ("blind_since", "i8"), ("decided", "i8"), ("received", "i8"),
        ("row", "i8"), ("index", "i4"), ("who", "i4"), ("number", "i4"), ("check", "i4"),
        ("change", "u1"), ("rank", "u1"), ("previous", "u1"), ("blind", "u1"), ("ending", "u1"),
        ("delayed", "u1"), ("unjudged", "u1"), ("spare", "u1"),
    ],
    align=True,
)  # fmt: skip

SHARD = np.dtype(
    [
        # the listener's time
        ("now", "i8"), ("last_tick", "i8"), ("next_due", "i8"),
        # where the kernel is: the row, and the jobs it has begun
        ("at", "i8"), ("job", "i8"), ("job_end", "i8"), ("jobs", "i8"), ("direct", "i8"),
        ("group", "i8"), ("heard", "i8"),
        # what decides
        ("row", "i8"), ("index", "i8"), ("reading", "i8"), ("age", "i8"),
        # how much is used of what grows; heads of the lists of what is free, and their lengths
        ("found", "i8"), ("pauses", "i8"), ("check_free", "i8"), ("block_free", "i8"),
        ("free_checks", "i8"), ("free_blocks", "i8"),
        # the listener's link, told of by the first shard alone
        ("first", "i8"), ("link", "i8"), ("cut", "i8"), ("cut_at", "i8"),
        # the last window looked at: whose, from when, how many readings, their sum if taken
        ("memo_ring", "i8"), ("memo_after", "i8"), ("memo_n", "i8"), ("memo_summed", "i8"),
        ("memo_sum", "f8"),
        # counts
        ("judged", "i8"), ("unlisted", "i8"), ("exercise", "i8"),
    ]
)  # fmt: skip


class Plan(NamedTuple):
    """What a bundle says, laid out for one shard. Never written by a kernel.

    code: int32, (`Op` or `FUSED`, argument, argument). links: instances by sensor.
    inputs: sensors by instance. params: values by instance. device_sensors: sensors by device.
    offsets: int64, when the city's clock changes, and to what offset, ms. sets, overs: window
    lengths by set. intervals: by metric.
    """

    programs: NDArray[np.void]
    steps: NDArray[np.void]
    watches: NDArray[np.void]
    leaves: NDArray[np.void]
    code: NDArray[np.int32]
    consts: NDArray[np.float64]
    links: NDArray[np.int32]
    inputs: NDArray[np.int32]
    params: NDArray[np.float64]
    devices: NDArray[np.void]
    device_sensors: NDArray[np.int32]
    offsets: NDArray[np.int64]
    sets: NDArray[np.int32]
    overs: NDArray[np.int64]
    intervals: NDArray[np.int64]


class Columns(NamedTuple):
    """The readings to judge, as `Readings` has them (position: its index), with what grading found.

    tripped: uint8, built-in checks that each tripped, bits. scores: by row and model, NaN where
    there is none. places: int32, sensor number to number in the shard.
    """

    sensor: NDArray[np.int32]
    time: NDArray[np.int64]
    received: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    flags: NDArray[np.uint16]
    row: NDArray[np.int64]
    position: NDArray[np.int32]
    tripped: NDArray[np.uint8]
    scores: NDArray[np.float64]
    places: NDArray[np.int32]


class State(NamedTuple):
    """What the readings have left behind, and room to work in (the last four).

    past_onsets: int64, by device, the latest onset of the rules that are no longer judged on it.
    past_checks: int64, by sensor, that of the built-in warnings that have ended. Both NEVER if
    there was none.
    work: leaves, then the stack of one evaluation; at its end, a window to be sorted.
    """

    shard: NDArray[np.void]
    sensors: NDArray[np.void]
    instances: NDArray[np.void]
    cold: NDArray[np.void]
    levels: NDArray[np.void]
    ring: NDArray[np.void]
    pauses: NDArray[np.void]
    past_onsets: NDArray[np.int64]
    past_checks: NDArray[np.int64]
    checks: NDArray[np.void]
    cells: NDArray[np.void]
    unusual: NDArray[np.float64]
    scores: NDArray[np.float64]
    blocks: NDArray[np.void]
    panes: NDArray[np.void]
    found: NDArray[np.void]
    evidence: NDArray[np.float64]
    notes: NDArray[np.uint8]
    work: NDArray[np.float64]
