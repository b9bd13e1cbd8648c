"""What the flows tell Prometheus."""

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from prometheus_client import REGISTRY

from sentinel.domain.readings import Readings
from sentinel.domain.rejection import Reason, Rejection
from sentinel.domain.rows import Row, RowKind
from sentinel.flow.counted import count_columns
from sentinel.flow.detect import DetectCounts
from sentinel.flow.slices import Columns, Normalisers, cut
from sentinel.flow.source import Slice

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


def test_what_a_flow_begun_anew_reads_again_is_counted_once(run: Run, tmp_path: Path) -> None:
    """As after a full disk; the slices are others, the counts and the findings stay."""
    once, counts = DetectCounts(), DetectCounts()
    run("peace", counts=once)
    before = told("sentinel_normalise_read_messages_total")
    found: list[object] = []
    for until in (1_500, 2_000, None):
        found = run("one", until=until, counts=counts)
        for kept in ("recovery", "checkpoints"):
            shutil.rmtree(tmp_path / "one" / kept)

    assert (counts.messages, counts.readings) == (once.messages, once.readings) == (2_000, 2_000)
    assert counts.findings == once.findings == len(found) > 0
    assert told("sentinel_normalise_read_messages_total") - before == 2_000
    assert counts.row == once.row


def test_rows_that_are_gone_are_counted_once_though_met_again() -> None:
    """A flow begun anew meets a gap that begins and ends elsewhere."""
    counts = DetectCounts()
    normalisers = Normalisers(lambda _hash: pytest.fail("nothing to read"))
    for first, last in ((3, 50), (3, 50), (20, 80)):
        part = Slice([gap(first, last)], "b")
        counts.add(normalisers.columns(part, counts.counted), part)

    assert counts.missed == 78


def test_a_slice_is_cut_where_counting_ended() -> None:
    rows = [gap(at, at) for at in (4, 6, 9)]
    parts = {at: [len(one.rows) for one in cut([Slice(rows, "b")], at)] for at in (0, 3, 4, 7, 9)}

    assert parts == {0: [3], 3: [3], 4: [1, 2], 7: [2, 1], 9: [3]}


def gap(first: int, last: int) -> Row:
    body = msgspec.msgpack.encode({"from": first, "to": last, "reason": "no longer kept"})
    return Row(id=last, received_at=1, kind=RowKind.GAP, count=0, body=body)
