"""Who is on duty when: shifts in local time, across midnight and both changes of the clock.

A shift's start and end are local times of the day; where the clock jumps over one, the instant of
the jump counts, and where it comes twice, the first. So a shift that ends when another begins
always meets it, and a night is an hour shorter or longer, as for the people who sit it.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from sentinel.warn.duty import Duty, Override, Shift, Unit, Watch

AHEAD = 8
"""Days that are looked ahead for a change: a week's roster comes again after seven."""
_DAY = 86_400_000
_ALWAYS = "always"


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody coming on duty has signed for the list. watch_at: When that watch began."""

    unit: str
    watch_at: int


def on_duty(unit: Unit, at: int, zone: str) -> Watch:
    """Return who is on duty at `at`, and until when that is so (at most some `AHEAD` days).

    A unit that keeps no shifts has all its members on duty always. Where a roster leaves a gap,
    the fallback is told, and `is_fallback` says so.
    """
    if not unit.shifts and unit.members:
        return Watch(
            unit=unit.id, shift=_ALWAYS, who=unit.members, starts_at=0, ends_at=at + AHEAD * _DAY
        )
    day = _local_day(at, zone)
    return next(
        watch
        for watch in _line(unit, day - timedelta(days=AHEAD), day + timedelta(days=AHEAD), zone)
        if watch.starts_at <= at < watch.ends_at
    )


def watches(unit: Unit, start: int, end: int, zone: str) -> tuple[Watch, ...]:
    """Return the watches that touch [start, end), oldest first, gaps included as fallbacks."""
    if not unit.shifts and unit.members:
        always = Watch(unit=unit.id, shift=_ALWAYS, who=unit.members, starts_at=start, ends_at=end)
        return (always,)
    first, last = _local_day(start, zone), _local_day(end, zone)
    line = _line(unit, first - timedelta(days=2), last + timedelta(days=2), zone)
    return tuple(watch for watch in line if watch.starts_at < end and start < watch.ends_at)


def gaps(unit: Unit, start: int, end: int, zone: str) -> tuple[Watch, ...]:
    """Return when nobody is on the roster in [start, end), cut to it."""
    return tuple(
        msgspec.structs.replace(
            watch, starts_at=max(watch.starts_at, start), ends_at=min(watch.ends_at, end)
        )
        for watch in watches(unit, start, end, zone)
        if watch.is_fallback
    )


def week(duty: Duty, first: date) -> dict[str, tuple[Watch, ...]]:
    """Return the watches of every unit in the seven local days from `first`."""
    start, end = (_midnight(first + timedelta(days=ahead), duty.zone) for ahead in (0, 7))
    return {unit.id: watches(unit, start, end, duty.zone) for unit in duty.units.values()}


def is_manned(unit: Unit | None, at: int, zone: str) -> bool:
    """Return whether anybody is on the roster; a unit that is no longer known has nobody."""
    return unit is not None and not on_duty(unit, at, zone).is_fallback


def next_flip(unit: Unit | None, at: int, zone: str) -> int | None:
    """Return when the unit next loses its last officer, or gets one again; None: not for a week."""
    if unit is None or not unit.shifts:
        return None
    now = on_duty(unit, at, zone).is_fallback
    ahead = watches(unit, at, at + (AHEAD - 1) * _DAY, zone)
    return next((watch.starts_at for watch in ahead[1:] if watch.is_fallback is not now), None)


def to_be_told(unit: Unit, at: int, zone: str, signed: Collection[Signed] = ()) -> tuple[str, ...]:
    """Return who is told at `at`: those on duty, and those before them who have not handed over.

    Until somebody coming on duty has signed, the outgoing watch is told as well. A watch of the
    same people, and one that follows a gap, needs no signature.
    """
    now = on_duty(unit, at, zone)
    if not unit.shifts or now.is_fallback:
        return now.who
    before = on_duty(unit, now.starts_at - 1, zone)
    handed_over = Signed(unit=unit.id, watch_at=now.starts_at) in signed
    if handed_over or before.is_fallback:
        return now.who
    return tuple(dict.fromkeys((*now.who, *before.who)))


def needs_signature(
    unit: Unit, at: int, zone: str, signed: Collection[Signed] = ()
) -> Watch | None:
    """Return the watch for whose list nobody has signed yet; None: all is handed over."""
    now = on_duty(unit, at, zone)
    told = to_be_told(unit, at, zone, signed)
    return now if set(told) != set(now.who) else None


def _line(unit: Unit, first: date, last: date, zone: str) -> tuple[Watch, ...]:
    """The watches of the whole days from `first` to `last`, one after another without a hole."""
    return _joined(unit.id, unit.fallback, unit.shifts, unit.overrides, zone, first, last)


@lru_cache(maxsize=4096)
def _joined(
    unit: str,
    fallback: str,
    shifts: tuple[Shift, ...],
    overrides: tuple[Override, ...],
    zone: str,
    first: date,
    last: date,
) -> tuple[Watch, ...]:
    """Remembered, because every order asks, and the roster of a day is the same all day."""
    spans = _spans(shifts, overrides, zone, first, last)
    edges = {_midnight(first, zone), _midnight(last, zone)}
    edges |= {edge for span in spans for edge in (span[0], span[1])}
    line: list[Watch] = []
    for start, end in pairwise(sorted(edges)):
        there = [span for span in spans if span[0] <= start < span[1]]
        watch = _watch(unit, fallback, there, start, end)
        if line and (line[-1].shift, line[-1].who) == (watch.shift, watch.who):
            line[-1] = msgspec.structs.replace(line[-1], ends_at=end)
        else:
            line.append(watch)
    return tuple(line)


_Span = tuple[int, int, str, tuple[str, ...], str]
"""Start, end, shift, who, and why somebody stands in."""


def _watch(unit: str, fallback: str, spans: list[_Span], start: int, end: int) -> Watch:
    who = tuple(dict.fromkeys(person for span in spans for person in span[3]))
    reason = "; ".join(span[4] for span in spans if span[4])
    return Watch(
        unit=unit,
        shift="+".join(span[2] for span in spans if span[3]),
        who=who or (fallback,),
        starts_at=start,
        ends_at=end,
        is_fallback=not who,
        reason=reason,
    )


def _spans(
    shifts: tuple[Shift, ...], overrides: tuple[Override, ...], zone: str, first: date, last: date
) -> list[_Span]:
    stand_ins = {(override.day, override.shift): override for override in overrides}
    found = []
    for ahead in range((last - first).days):
        day = first + timedelta(days=ahead)
        for shift in shifts:
            stand_in = stand_ins.get((day, shift.name))
            if day.weekday() in shift.days or stand_in:
                found.append(_span(shift, stand_in, day, zone))
    return sorted(found)


def _span(shift: Shift, stand_in: Override | None, day: date, zone: str) -> _Span:
    ends_on = day if shift.ends > shift.starts else day + timedelta(days=1)
    return (
        _instant(datetime.combine(day, shift.starts), zone),
        _instant(datetime.combine(ends_on, shift.ends), zone),
        shift.name,
        stand_in.who if stand_in else shift.who,
        stand_in.reason if stand_in else "",
    )


def _instant(local: datetime, zone: str) -> int:
    """A time that the clock jumps over becomes the instant of the jump."""
    aware = local.replace(tzinfo=ZoneInfo(zone))
    utc = aware.astimezone(UTC)
    if utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local:
        return int(utc.timestamp() * 1000)
    return int(_jump(aware).timestamp() * 1000)


def _jump(aware: datetime) -> datetime:
    """The instant at which the clock jumps over `aware`."""
    before = aware.replace(fold=1).astimezone(UTC)
    after = aware.astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(aware.tzinfo).utcoffset() == aware.replace(fold=0).utcoffset():
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)


def _midnight(day: date, zone: str) -> int:
    return _instant(datetime.combine(day, datetime.min.time()), zone)


def _local_day(at: int, zone: str) -> date:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date()
