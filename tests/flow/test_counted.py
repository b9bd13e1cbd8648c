"""What the flows tell Prometheus."""

from collections.abc import Callable

import pytest
from prometheus_client import REGISTRY

from sentinel.domain.readings import Readings
from sentinel.domain.rejection import Reason, Rejection
from sentinel.flow.counted import count_columns
from sentinel.flow.slices import Columns

Run = Callable[..., list[object]]


def told(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def rejection(reason: Reason) -> Rejection:
    return Rejection(
        row=1,
        index=0,
        part=0,
        received_at=0,
        reason=reason,
        topic="t",
        payload=b"",
        format="",
        device="",
        metric="",
        found="",
    )


def test_rejections_are_counted_by_reason() -> None:
    columns = Columns(1, "b", Readings.empty(), repeats=2, ignored=3, messages=9)
    columns.rejections = [rejection(Reason.BAD_UNIT)] * 2 + [rejection(Reason.WRONG_TIME)]
    name = "sentinel_normalise_rejections_total"
    before = {reason: told(name, reason=reason.value) for reason in Reason}

    count_columns(columns)

    more = {reason: told(name, reason=reason.value) - count for reason, count in before.items()}
    assert {reason: count for reason, count in more.items() if count} == {
        Reason.BAD_UNIT: 2,
        Reason.WRONG_TIME: 1,
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sentinel_normalise_read_messages_total", 2_000),
        ("sentinel_normalise_made_readings_total", 2_000),
    ],
)
def test_a_run_is_counted(run: Run, name: str, expected: int) -> None:
    before = told(name)

    run()

    assert told(name) - before == expected
    assert told("sentinel_detect_reached_row") > 0
    assert told("sentinel_detect_reached_timestamp_seconds") > 0


def test_every_finding_that_is_written_is_counted(run: Run) -> None:
    before = told("sentinel_detect_written_findings_total")

    found = run()

    assert told("sentinel_detect_written_findings_total") - before == len(found) > 0
