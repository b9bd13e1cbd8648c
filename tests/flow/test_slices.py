"""Columns to the shards that own their devices."""

import numpy as np
import pytest

from sentinel.domain.readings import Mark, Readings
from sentinel.domain.rows import Row, RowKind
from sentinel.flow.slices import by_shard, with_marks


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
