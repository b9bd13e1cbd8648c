"""Columns to the shards that own their devices."""

import msgspec
import numpy as np
import pytest

from sentinel.domain.readings import Mark, Readings
from sentinel.domain.rows import Row, RowKind
from sentinel.flow.slices import Normalisers, by_shard, with_marks
from sentinel.flow.source import Slice


def marks(*kinds: RowKind) -> Readings:
    rows = [
        Row(id=number, received_at=number, kind=kind, count=0, body=b"")
        for number, kind in enumerate(kinds, start=1)
    ]
    return with_marks(Readings.empty(), rows)


@pytest.mark.parametrize("sensors", [0, 1, 2, 5])
def test_every_mark_reaches_every_shard_however_few_sensors_there_are(sensors: int) -> None:
    """Marks stand in the place of sensor numbers, and those of a small city are fewer than they."""
    all_marks = marks(RowKind.LINK_UP, RowKind.TICK, RowKind.CAUGHT_UP, RowKind.LINK_DOWN)
    parts = by_shard(all_marks, np.zeros(sensors, np.int16), 3)
    expected = [Mark.LINK_UP, Mark.TICK, Mark.CAUGHT_UP, Mark.LINK_DOWN]

    assert [(shard, part.sensor.tolist()) for shard, part in parts] == [
        (0, expected),
        (1, expected),
        (2, expected),
    ]


@pytest.mark.parametrize("bundle", ["", "b"])
def test_rows_that_are_gone_are_counted_whatever_is_in_force(bundle: str) -> None:
    body = msgspec.msgpack.encode({"from": 2, "to": 900, "reason": "no longer kept"})
    gap = Row(id=900, received_at=1, kind=RowKind.GAP, count=0, body=body)
    tick = Row(id=901, received_at=2, kind=RowKind.TICK, count=0, body=b"")
    normalisers = Normalisers(lambda _hash: pytest.fail("no messages, no normaliser"))

    assert normalisers.columns(Slice([gap, tick], bundle)).given_up == 899
