"""Findings are given up after their time; detect meets the gap when it starts, and goes on."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from sentinel.domain.finding import Change, Finding, decode_findings
from sentinel.domain.rank import Rank, Sight
from sentinel.domain.rows import Entry, RowKind
from sentinel.flow.findings import FindingsJournal
from sentinel.journal import JournalReader, JournalWriter

HOUR_MS = 3_600_000


class _Hours:
    """A clock that is moved on by hand."""

    def __init__(self) -> None:
        self.now_ms = 480_000 * HOUR_MS

    def now(self) -> int:
        return self.now_ms


def _finding(number: int) -> Finding:
    return Finding(
        id=f"f{number}",
        warning="w",
        number=number,
        rule="r",
        subject="s",
        area="",
        scenario="",
        change=Change.RANK,
        rank=Rank.RED,
        previous_rank=Rank.BLUE,
        sight=Sight.SEEN,
        blind_since=None,
        onset=0,
        decided_at=0,
        received_at=0,
        title={},
        evidence=(),
        bundle="b",
        row=number * 10,
        index=0,
    )


Trimmed = Callable[[int], tuple[JournalWriter, JournalReader]]


@pytest.fixture
def trimmed(tmp_path: Path) -> Trimmed:
    """Return a function: a findings journal of one finding an hour, of which the old ones went."""

    def make(hours: int) -> tuple[JournalWriter, JournalReader]:
        clock = _Hours()
        writer = JournalWriter(tmp_path / "findings", clock=clock)
        journal = FindingsJournal(
            lambda count, body: _append(writer, count, body),
            JournalReader(tmp_path / "findings"),
            lambda: 0,
        )
        for number in range(1, hours + 1):
            clock.now_ms += HOUR_MS
            journal.append([_finding(number)])
        writer.trim(keep_ms=3 * HOUR_MS, max_bytes=1 << 30, readers={}, held_by=frozenset())
        return writer, JournalReader(tmp_path / "findings")

    return make


def _append(writer: JournalWriter, count: int, body: bytes) -> None:
    writer.append([Entry(RowKind.FINDINGS, count, body)])


def _numbers(reader: JournalReader) -> list[int]:
    at, found = reader.first_id() - 1, []
    while rows := reader.read(at, max_rows=1_000, max_count=1_000):
        at = rows[-1].id
        found += [finding.number for row in rows for finding in decode_findings(row.body)]
    return found


@pytest.mark.parametrize("resumed_at", [0, 15, 95, 115, 200])
def test_detect_goes_on_after_old_findings_were_given_up(trimmed: Trimmed, resumed_at: int) -> None:
    writer, reader = trimmed(12)
    kept = _numbers(reader)
    assert 1 not in kept
    journal = FindingsJournal(
        lambda count, body: _append(writer, count, body), reader, lambda: resumed_at
    )

    first = resumed_at // 10 + 1
    journal.append([_finding(number) for number in range(max(first, kept[0]), 15)])

    assert sorted(_numbers(reader)) == [*kept, *range(max(13, first), 15)]


def test_what_was_read_back_at_the_first_append_is_not_held_open(
    trimmed: Trimmed, tmp_path: Path
) -> None:
    """Files that are given up later would keep their room on the disk."""
    writer, reader = trimmed(2)
    journal = FindingsJournal(lambda count, body: _append(writer, count, body), reader, lambda: 0)
    writer.close()
    before = _open_below(tmp_path)
    writer = JournalWriter(tmp_path / "findings", clock=_Hours())
    journal.append([_finding(9)])
    writer.close()

    assert _open_below(tmp_path) == before


def _open_below(folder: Path) -> list[str]:
    found = []
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(str(handle.readlink()))
    return sorted(name for name in found if name.startswith(str(folder)))
