"""Points in time as people give them to a command, and as a command shows them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import typer

from sentinel.document.scalars import parse_duration

_FIRST_MS, _LAST_MS = -30_610_224_000_000, 253_370_764_800_000
"""From the year 1000 to the year 9999: four digits, with room for every zone."""


def parse_instant(text: str, *, now_ms: int, zone: str, option: str) -> int:
    """Return milliseconds since 1970 UTC of a date, a date and time, or a time ago.

    >>> parse_instant("1970-01-02", now_ms=0, zone="Asia/Shanghai", option="--from")
    57600000
    >>> parse_instant("1970-01-01T00:00:01Z", now_ms=0, zone="Asia/Shanghai", option="--from")
    1000
    >>> parse_instant("2h", now_ms=7_200_500, zone="Asia/Shanghai", option="--from")
    500

    Args:
        text: `2026-06-18`, `2026-06-18 08:00`, with seconds or an offset, `now`, or `2h` for two
            hours ago; without an offset it is the zone's time.
        now_ms: The time it is.
        zone: IANA name.
        option: For the error.

    Raises:
        typer.BadParameter: It is none of these.
    """
    at = _parsed(text, now_ms, zone)
    if at is None or not _FIRST_MS <= at <= _LAST_MS:
        rule = 'must be a time such as "2026-06-18 08:00", or "2h" for two hours ago'
        message = f"{rule}; got {text!r}"
        raise typer.BadParameter(message, param_hint=option)
    return at


def _parsed(text: str, now_ms: int, zone: str) -> int | None:
    ago = 0 if text == "now" else parse_duration(text)
    if ago is not None:
        return now_ms - ago
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(zone))
        return round(found.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def local_time(ms: int, zone: str) -> str:
    """Return the zone's date and time, with milliseconds where there are any.

    >>> local_time(0, "Asia/Shanghai"), local_time(1500, "UTC")
    ('1970-01-01 08:00:00', '1970-01-01 00:00:01.500')
    """
    second, rest = divmod(ms, 1000)
    text = datetime.fromtimestamp(second, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
    return f"{text}.{rest:03}" if rest else text


def iso_time(ms: int, zone: str) -> str:
    """Return the same for machines: ISO 8601 with the zone's offset.

    >>> iso_time(1500, "Asia/Shanghai")
    '1970-01-01T08:00:01.500+08:00'
    """
    second, rest = divmod(ms, 1000)
    at = datetime.fromtimestamp(second, ZoneInfo(zone)).replace(microsecond=rest * 1000)
    return at.isoformat(timespec="milliseconds")
