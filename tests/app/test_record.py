"""What record says of itself."""

from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from sentinel.app.record import MissedRows, record_health
from sentinel.flow.room import Room
from sentinel.flow.storing import RecordCounts

SPOILT = "sentinel_journal_spoilt_gaps_total"


def told() -> float:
    return REGISTRY.get_sample_value(SPOILT) or 0.0


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A folder with the gaps of three rows, and two lines that a disk has spoilt."""
    whole = b'{"reader":"record","first":4,"last":6,"at":3,"why":"size"}'
    (tmp_path / "gaps.jsonl").write_bytes(b"\n" + whole + b'\n}\0rubbish}\n{"reader":"rec')
    return tmp_path


def test_spoilt_gaps_stop_no_health_and_are_counted(journal: Path) -> None:
    health = record_health(MissedRows(journal), RecordCounts(), Room())

    assert (health["given_up_rows"], health["unreadable_gaps"]) == (3, 2)


def test_it_tells_how_many_readings_a_second_it_keeps(tmp_path: Path) -> None:
    counts = RecordCounts()

    assert record_health(MissedRows(tmp_path), counts, Room())["rates"] == {"readings": 0.0}


def test_a_spoilt_line_is_told_once(journal: Path) -> None:
    before, missed = told(), MissedRows(journal)
    missed.look()
    missed.look()
    assert told() - before == 2

    with (journal / "gaps.jsonl").open("ab") as file:
        file.write(b"\nmore rubbish")
    missed.look()

    assert told() - before == 3
