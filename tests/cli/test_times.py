"""Points in time as people write them."""

import pytest
import typer

from sentinel.cli.times import iso_time, local_time, parse_instant

NOW = 1_795_456_777_000
ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01",
        "999999d",
        "yesterday",
        "2026-02-30",
        "12:00",
        "",
    ],
)
def test_a_time_that_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        parse_instant(text, now_ms=NOW, zone=ZONE, option="--from")


@pytest.mark.parametrize("text", ["now", "24h", "1970-01-01", "1000-01-02", "9998-12-31 23:59"])
def test_a_time_that_is_taken_can_be_shown(text: str) -> None:
    at = parse_instant(text, now_ms=NOW, zone=ZONE, option="--from")

    assert local_time(at, ZONE)[:4] == iso_time(at, ZONE)[:4]
