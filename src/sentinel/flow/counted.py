"""What is read, made and refused, counted for Prometheus."""

from collections import Counter

import numpy as np

from sentinel.flow.slices import Columns
from sentinel.observe.events import normalise as events


def count_columns(columns: Columns) -> None:
    """Count what a slice came to."""
    events.read_messages.inc(columns.messages)
    events.made_readings.inc(int(np.count_nonzero(columns.readings.sensor >= 0)))
    events.repeated_messages.inc(columns.repeats)
    events.ignored_parts.inc(columns.ignored)
    for reason, count in Counter(one.reason for one in columns.rejections).items():
        events.rejections.labels(reason).inc(count)
