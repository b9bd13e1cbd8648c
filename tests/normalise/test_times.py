"""Times as devices write them."""

from datetime import UTC, datetime

import pytest

from sentinel.normalise.paths import Path
from sentinel.normalise.times import TimeField, TimeForm, read_time

WHERE = Path("t", 0, ("t",))


def _read(raw: object, form: TimeForm, zone: str = "", pattern: str = "") -> object:
    """Return the instant in ISO form, UTC, or the words that came instead."""
    field = TimeField(path=WHERE, form=form, zone=zone, pattern=pattern)
    found = read_time(raw, field, "Europe/Berlin")
    if isinstance(found, str):
        return found
    return datetime.fromtimestamp(found / 1000, UTC).isoformat(timespec="milliseconds")[:-6]


@pytest.mark.parametrize(
    ("raw", "form", "instant"),
    [
        (1718668800, TimeForm.EPOCH_S, "2024-06-18T00:00:00.000"),
        (1718668800.25, TimeForm.EPOCH_S, "2024-06-18T00:00:00.250"),
        ("+1718668800.250", TimeForm.EPOCH_S, "2024-06-18T00:00:00.250"),
        (1718668800123, TimeForm.EPOCH_MS, "2024-06-18T00:00:00.123"),
        (" 1718668800123 ", TimeForm.EPOCH_MS, "2024-06-18T00:00:00.123"),
        ("2024-06-18T08:00:00+08:00", TimeForm.ISO, "2024-06-18T00:00:00.000"),
        ("2024-06-18 00:00:00.5Z", TimeForm.ISO, "2024-06-18T00:00:00.500"),
        ("2022-07-18T09:34:15.775023242+00:00", TimeForm.ISO, "2022-07-18T09:34:15.775"),
        ("20240618T000000Z", TimeForm.ISO, "2024-06-18T00:00:00.000"),
    ],
)
def test_a_time_says_its_instant(raw: object, form: TimeForm, instant: str) -> None:
    assert _read(raw, form) == instant


@pytest.mark.parametrize(
    ("raw", "zone", "instant"),
    [
        ("2024-06-18T08:00:00", "Asia/Shanghai", "2024-06-18T00:00:00.000"),
        ("2024-06-18T08:00:00", "local", "2024-06-18T06:00:00.000"),
        ("2024-06-18T08:00:00Z", "Asia/Shanghai", "2024-06-18T08:00:00.000"),
        ("2024-10-27T02:30:00", "local", "2024-10-27T00:30:00.000"),  # lived twice: the earlier
        ("2024-10-27T03:30:00", "local", "2024-10-27T02:30:00.000"),
        ("9999-12-31T23:59:59", "local", "9999-12-31T22:59:59.000"),
    ],
)
def test_local_time_is_read_with_a_zone(raw: str, zone: str, instant: str) -> None:
    assert _read(raw, TimeForm.ISO, zone) == instant


def test_a_pattern_of_the_devices_own() -> None:
    a = "%d.%m.%Y %H:%M:%S"

    assert _read("18.06.2024 08:00:00", TimeForm.PATTERN, "local", a) == "2024-06-18T06:00:00.000"
    assert _read("18/06/2024", TimeForm.PATTERN, "local", a) == (
        "'18/06/2024' is not written as '%d.%m.%Y %H:%M:%S'"
    )


@pytest.mark.parametrize(
    ("raw", "form", "words"),
    [
        ("2024-03-31T02:30:00", TimeForm.ISO, "clocks jump over it"),
        ("2024-06-18", TimeForm.ISO, "no date and time"),
        ("yesterday afternoon", TimeForm.ISO, "not written as '2026-06-18T08:00:00+08:00'"),
        (1718668800, TimeForm.ISO, "no time written as text; say `as: epoch_s`"),
        ("0001-01-01T00:00:00", TimeForm.ISO, "beyond every calendar"),
        ("x" * 1000, TimeForm.ISO, "no time written as text"),
        (True, TimeForm.EPOCH_S, "true is no number of seconds"),
        ("12:00", TimeForm.EPOCH_S, "'12:00' is no number of seconds"),
        ([], TimeForm.EPOCH_MS, "a list is no number of milliseconds"),
        (10**30, TimeForm.EPOCH_MS, "a number of 100 bits is beyond every calendar"),
        (1e15, TimeForm.EPOCH_S, "beyond every calendar"),
        (-1e300, TimeForm.EPOCH_MS, "beyond every calendar"),
    ],
)
def test_what_is_no_time_is_told(raw: object, form: TimeForm, words: str) -> None:
    assert words in str(_read(raw, form, "local"))


def test_local_time_without_a_zone_is_wrong() -> None:
    assert _read("2024-06-18T08:00:00", TimeForm.ISO) == (
        "'2024-06-18T08:00:00' says no zone; give the format's `time` a `zone`"
    )
