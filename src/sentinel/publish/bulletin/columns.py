"""Warnings over time: hours, days or weeks, as many as one chart can show."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from sentinel.domain.rank import Rank

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS
_MOST_HOURS = 48
_MOST_DAYS = 62
_MOST_WEEKS = 106


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of time. label: Its beginning, local. whole: `hour`, `day`, `week`, `month`."""

    label: str
    whole: str
    ranks: dict[Rank, int]


def columns_of(told: Iterable[tuple[int, Rank]], start: int, end: int, zone: str) -> list[Column]:
    """Return what was told in each stretch of start <= time < end, empty ones too, oldest first."""
    whole = _whole(end - start)
    counts: dict[str, dict[Rank, int]] = {
        _label(at, whole): {} for at in _beginnings(start, end, whole, ZoneInfo(zone))
    }
    for at, rank in told:
        of = counts.get(_label(_beginning(at, whole, ZoneInfo(zone)), whole))
        if of is not None:
            of[rank] = of.get(rank, 0) + 1
    return [Column(label=label, whole=whole, ranks=of) for label, of in counts.items()]


def _whole(span: int) -> str:
    if span <= _MOST_HOURS * _HOUR_MS:
        return "hour"
    if span <= _MOST_DAYS * _DAY_MS:
        return "day"
    return "week" if span <= _MOST_WEEKS * 7 * _DAY_MS else "month"


def _beginnings(start: int, end: int, whole: str, zone: ZoneInfo) -> Iterator[datetime]:
    at = _beginning(start, whole, zone)
    while at.timestamp() * 1000 < end:
        yield at
        at = _next(at, whole, zone)


def _next(at: datetime, whole: str, zone: ZoneInfo) -> datetime:
    """The hour that comes twice is one column of two hours, told by one label."""
    if whole == "hour":
        return datetime.fromtimestamp(at.timestamp() + 3600, zone)
    if whole == "month":
        return (at + timedelta(days=32)).replace(day=1)
    return at + timedelta(days=7 if whole == "week" else 1)


def _beginning(ms: int, whole: str, zone: ZoneInfo) -> datetime:
    at = datetime.fromtimestamp(ms / 1000, zone).replace(minute=0, second=0, microsecond=0)
    if whole == "hour":
        return at
    at = at.replace(hour=0)
    if whole == "week":
        return at - timedelta(days=at.weekday())
    return at.replace(day=1) if whole == "month" else at


def _label(at: datetime, whole: str) -> str:
    return at.strftime({"hour": "%m-%d %H:00", "month": "%Y-%m"}.get(whole, "%Y-%m-%d"))
