"""Times as devices write them, to milliseconds since 1970 UTC.

Local time is read with a zone. In the hour that is lived twice when clocks go back the earlier one
is meant; a time that clocks jump over never was, and is wrong.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

from sentinel.normalise.failure import shown
from sentinel.normalise.paths import Path


class TimeForm(Enum):
    """How a time is written."""

    EPOCH_S = "epoch_s"
    EPOCH_MS = "epoch_ms"
    ISO = "iso"
    PATTERN = "pattern"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeField:
    """Where and how a format keeps the time.

    pattern: Of `strptime`, for PATTERN.
    zone: IANA name for times without one; `local` for the city's; empty: such times are wrong.
    """

    path: Path
    form: TimeForm
    pattern: str = ""
    zone: str = ""


_NUMBER = re.compile(r"[-+]?[0-9]{1,17}(?:\.[0-9]{1,9})?\Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_FURTHEST = 2**53
"""No clock shows more milliseconds; beyond, a float is no longer one of them."""
_LONGEST = 64
_ISO_AT_LEAST = 13
"""`20260618T0800`: a date alone is no time."""


def read_time(raw: object, field: TimeField, city: str) -> int | str:
    """Return the instant, or in words why `raw` is none.

    Args:
        raw: As it stands in the payload.
        field: How it is written.
        city: Zone that `local` stands for.
    """
    if field.form is TimeForm.EPOCH_S:
        return _epoch(raw, 1000)
    if field.form is TimeForm.EPOCH_MS:
        return _epoch(raw, 1)
    if not isinstance(raw, str) or len(raw) > _LONGEST:
        return f"{shown(raw)} is no time written as text; say `as: epoch_s` or `as: epoch_ms`"
    return _written(raw, field, city)


@lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo | None:
    """Return the zone of an IANA name, None if there is none such."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError):  # as zoneinfo answers odd names, by kind of oddness
        return None


def is_pattern(pattern: str) -> bool:
    """Return whether `strptime` can read by the pattern what `strftime` writes by it."""
    try:
        datetime.strptime(_EPOCH.strftime(pattern), pattern)  # noqa: DTZ007 -- only tried
    except (ValueError, re.error):  # the second: a directive that stands twice
        return False
    return True


def _epoch(raw: object, unit: int) -> int | str:
    number: object = raw
    if isinstance(raw, str) and _NUMBER.match(raw.strip()):
        text = raw.strip()
        number = float(text) if "." in text else int(text)
    if isinstance(number, bool) or not isinstance(number, int | float):
        return f"{shown(raw)} is no number of {'seconds' if unit > 1 else 'milliseconds'}"
    if not abs(number) <= _FURTHEST:  # NaN is not
        return f"{shown(raw)} is beyond every calendar"
    ms = round(number * unit)
    return ms if abs(ms) <= _FURTHEST else f"{shown(raw)} is beyond every calendar"


def _written(raw: str, field: TimeField, city: str) -> int | str:
    try:
        if field.form is TimeForm.PATTERN:
            moment = datetime.strptime(raw, field.pattern)  # noqa: DTZ007 -- the zone comes below
        elif len(raw) < _ISO_AT_LEAST:
            return f"{shown(raw)} is no date and time"
        else:
            moment = datetime.fromisoformat(raw)
    except ValueError:
        wanted = field.pattern or "2026-06-18T08:00:00+08:00"
        return f"{shown(raw)} is not written as {wanted!r}"
    if moment.tzinfo is not None:
        return (moment - _EPOCH) // _MS
    return _local(moment, field.zone, city)


def _local(moment: datetime, name: str, city: str) -> int | str:
    zone = zone_named(city if name == "local" else name) if name else None
    if zone is None:
        return f"{moment.isoformat()!r} says no zone; give the format's `time` a `zone`"
    try:
        instant = moment.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != moment:
            return f"{moment.isoformat()!r} never was in {zone}: clocks jump over it"
    except OverflowError:
        return f"{moment.isoformat()!r} is beyond every calendar"
    return (instant - _EPOCH) // _MS
