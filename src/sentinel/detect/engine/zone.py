"""When a city's clocks change, as a table that a kernel can search."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

FIRST_YEAR, LAST_YEAR = 1970, 2100
STEP = timedelta(days=7)
"""No zone has changed its offset twice within a week and back to where it was."""


@lru_cache(maxsize=8)
def offset_table(name: str) -> NDArray[np.int64]:
    """Return rows of (from when, ms since 1970 UTC; offset from UTC, ms), oldest first."""
    zone = ZoneInfo(name)
    at, end = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(LAST_YEAR, 1, 1, tzinfo=UTC)
    rows = [(-(1 << 62), _offset(zone, at))]
    while at < end:
        after = at + STEP
        if _offset(zone, after) != rows[-1][1]:
            rows.append((_change(zone, at, after), _offset(zone, after)))
        at = after
    return np.array(rows, np.int64)


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(milliseconds=1)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> int:
    """Milliseconds since 1970 of the first second with the later offset."""
    wanted = _offset(zone, after)
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(zone, middle) == wanted:
            after = middle
        else:
            before = middle
    return int(after.timestamp()) * 1000
