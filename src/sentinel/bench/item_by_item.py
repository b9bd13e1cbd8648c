"""The rules of `world.World`, written as one would with Bytewax's own operators: item by item.

What the replay bench is held against. Kept as good as its kind can be: msgspec decodes, windows
are deques, state is one small object a sensor, recovery is on.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import msgspec
from bytewax import operators as op
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main
from bytewax.testing import TestingSource
from typing_extensions import override

WINDOW_MS = 600_000
HALF_MS = 300_000
HOLD_MS = 120_000
LADDER = (8.0, 8.3, 8.6, 9.0)


class Payload(msgspec.Struct):
    """`{"v": 3.2, "t": 1718668800000}`."""

    v: float
    t: int


@dataclass(slots=True)
class Sensor:
    """What the rules remember of one sensor."""

    window: deque[tuple[int, float]] = field(default_factory=deque)
    since: list[int | None] = field(default_factory=lambda: [None] * len(LADDER))
    ranks: list[int] = field(default_factory=lambda: [0, 0, 0, 0])


def judge(sensor: Sensor | None, reading: tuple[int, float]) -> tuple[Sensor, list[str]]:
    """Take one reading in, return what changed under the four rules."""
    sensor = sensor or Sensor()
    time, value = reading
    window = sensor.window
    window.append(reading)
    while window[0][0] <= time - WINDOW_MS:
        window.popleft()
    found = [_ladder(sensor, time, value), _slope(window), _outlier(window, value)]
    found.append(_compound(window, time, value))
    changed = [f"rule {n}: {rank}" for n, rank in enumerate(found) if rank != sensor.ranks[n]]
    sensor.ranks = found
    return sensor, changed


def _ladder(sensor: Sensor, time: int, value: float) -> int:
    rank = 0
    for step, threshold in enumerate(LADDER):
        if value < threshold:
            sensor.since[step] = None
            continue
        since = sensor.since[step]
        if since is None:
            since = sensor.since[step] = time
        if time - since >= HOLD_MS:
            rank = step + 1
    return rank


def _slope(window: deque[tuple[int, float]]) -> int:
    count = len(window)
    if count < 3:  # noqa: PLR2004 -- as the rule language has it
        return 0
    mean_t = sum(t for t, _ in window) / count
    mean_v = sum(v for _, v in window) / count
    spread = sum((t - mean_t) ** 2 for t, _ in window)
    if not spread:
        return 0
    slope = sum((t - mean_t) * (v - mean_v) for t, v in window) / spread
    return int(slope * 1000 * 3600 > 8.1)  # noqa: PLR2004 -- the rule's threshold


def _outlier(window: deque[tuple[int, float]], value: float) -> int:
    count = len(window)
    if count < 3:  # noqa: PLR2004 -- as the rule language has it
        return 0
    mean = sum(v for _, v in window) / count
    variance = sum((v - mean) ** 2 for _, v in window) / (count - 1)
    return int(value > mean + 6 * variance**0.5)


def _compound(window: deque[tuple[int, float]], time: int, value: float) -> int:
    delta = value - window[0][1]
    highest = max(v for t, v in window if t > time - HALF_MS)
    return int(value > 8.3 and (delta > 0.5 or not highest < 8.9))  # noqa: PLR2004 -- thresholds


class _Nowhere(DynamicSink[tuple[str, list[str]]]):
    @override
    def build(
        self, step_id: str, worker_index: int, worker_count: int
    ) -> StatelessSinkPartition[tuple[str, list[str]]]:
        return _Counted()


class _Counted(StatelessSinkPartition[tuple[str, list[str]]]):
    @override
    def write_batch(self, items: list[tuple[str, list[str]]]) -> None:
        """Take them; nothing more."""


def run_item_by_item(
    messages: list[tuple[str, bytes]], directory: Path, monotonic: Callable[[], float]
) -> float:
    """Run the messages (topic, payload) through; return messages a second."""
    decode = msgspec.json.Decoder(Payload).decode

    def read(message: tuple[str, bytes]) -> tuple[str, tuple[int, float]]:
        payload = decode(message[1])
        return message[0], (payload.t, payload.v)

    recovery = directory / "recovery"
    recovery.mkdir(parents=True)
    init_db_dir(recovery, 1)
    flow = Dataflow("item-by-item")
    arrived = op.input("messages", flow, TestingSource(messages, batch_size=1_000))
    readings = op.map("read", arrived, read)
    judged = op.stateful_map("judge", readings, judge)
    changed = op.filter("changed", judged, lambda item: bool(item[1]))
    op.output("nowhere", changed, _Nowhere())
    began = monotonic()
    cli_main(
        flow,
        epoch_interval=timedelta(seconds=10),
        recovery_config=RecoveryConfig(str(recovery)),
    )
    return len(messages) / (monotonic() - began)
