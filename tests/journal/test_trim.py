"""What is given up, and what never is."""

import errno
import os
from pathlib import Path

import pytest

from sentinel.domain.rows import Entry, RowKind
from sentinel.journal import (
    Gap,
    Gaps,
    JournalReader,
    JournalWriter,
    read_cursors,
    read_gaps,
    sweep_cursor,
    write_cursor,
)
from sentinel.testing.clock import HandClock

HOUR = 3_600_000
FOREVER = 10**12
ROOM = 10**12
BODY = Entry(RowKind.MESSAGES, 1, bytes(100_000))


@pytest.fixture
def hours(writer: JournalWriter, clock: HandClock) -> JournalWriter:
    """Five hours of two rows each; the sixth has begun."""
    for _ in range(5):
        writer.append([BODY, BODY])
        clock.wind(hours=1)
    writer.append([BODY])
    return writer


def test_files_older_than_the_time_to_keep_go(hours: JournalWriter, reader: JournalReader) -> None:
    trimmed = hours.trim(keep_ms=3 * HOUR - 1, max_bytes=ROOM, readers={"detect": 11})

    assert (trimmed.files, trimmed.gaps, trimmed.held) == (2, (), False)
    assert reader.first_id() == 5
    assert trimmed.size == reader.size_bytes()


def test_a_clock_that_is_wrong_gives_up_nothing_for_an_hour(
    hours: JournalWriter, reader: JournalReader, clock: HandClock
) -> None:
    """What is unlinked is gone, whatever the time server says a minute later."""
    year = 365 * 24
    readers = {"detect": 99}
    clock.wind(hours=year)
    assert hours.trim(keep_ms=24 * HOUR, max_bytes=ROOM, readers=readers).files == 0
    hours.append([BODY])
    assert hours.trim(keep_ms=24 * HOUR, max_bytes=ROOM, readers=readers).files == 0
    clock.wind(hours=1)
    hours.append([BODY])

    hours.trim(keep_ms=24 * HOUR, max_bytes=ROOM, readers=readers)
    assert reader.first_id() == 12  # it has stood by it


def test_past_the_size_the_oldest_go(hours: JournalWriter, reader: JournalReader) -> None:
    size = reader.size_bytes()

    trimmed = hours.trim(keep_ms=FOREVER, max_bytes=size - 1, readers={"detect": 11})

    assert trimmed.files == 1
    assert trimmed.freed == size - trimmed.size > 200_000
    assert reader.first_id() == 3


def test_the_newest_file_stays_whatever_the_limits(
    hours: JournalWriter, reader: JournalReader
) -> None:
    hours.trim(keep_ms=1, max_bytes=0, readers={"detect": 11})

    assert reader.first_id() == 11


def test_what_detect_has_not_read_stays_and_is_told(
    hours: JournalWriter, reader: JournalReader
) -> None:
    trimmed = hours.trim(keep_ms=1, max_bytes=0, readers={"detect": 5, "record": 11})

    assert trimmed.held
    assert reader.first_id() == 5


def test_a_detect_that_never_noted_a_cursor_has_read_nothing(
    hours: JournalWriter, reader: JournalReader
) -> None:
    assert hours.trim(keep_ms=1, max_bytes=0, readers={}).held
    assert reader.first_id() == 1


def test_another_reader_may_hold_the_files_instead(
    hours: JournalWriter, reader: JournalReader
) -> None:
    """The findings journal waits for the desk."""
    trimmed = hours.trim(keep_ms=1, max_bytes=0, readers={"desk": 4}, held_by=frozenset({"desk"}))

    assert trimmed.held
    assert reader.first_id() == 5


def test_a_slow_reader_skips_and_the_gap_is_kept(
    hours: JournalWriter, reader: JournalReader, directory: Path, clock: HandClock
) -> None:
    readers = {"detect": 11, "record": 3}

    trimmed = hours.trim(keep_ms=FOREVER, max_bytes=500_000, readers=readers)

    gap = Gap(reader="record", first=4, last=8, at=clock.now(), why="size")
    assert trimmed.gaps == (gap,)
    assert read_gaps(directory) == Gaps(known=(gap,))
    assert reader.read(3, max_rows=1, max_count=1)[0].kind is RowKind.GAP


def test_gaps_that_touch_are_told_as_one(
    hours: JournalWriter, directory: Path, clock: HandClock
) -> None:
    hours.trim(keep_ms=2 * HOUR, max_bytes=ROOM, readers={"detect": 11, "record": 1})
    for _ in range(2):
        clock.wind(hours=1)
        hours.append([BODY])
    hours.trim(keep_ms=2 * HOUR, max_bytes=ROOM, readers={"detect": 11, "record": 1})

    assert [(gap.first, gap.last) for gap in read_gaps(directory).known] == [(2, 8)]


def test_a_cursor_is_what_was_written_last(directory: Path) -> None:
    assert read_cursors(directory) == {}
    write_cursor(directory, "detect", 5)
    write_cursor(directory, "record", 3)
    write_cursor(directory, "detect", 7)

    assert read_cursors(directory) == {"detect": 7, "record": 3}


def test_what_a_killed_reader_left_half_written_is_swept(directory: Path) -> None:
    write_cursor(directory, "detect", 5)
    for name in (".detect.1", ".record.2"):
        (directory / "cursors" / name).touch()

    sweep_cursor(directory, "detect")

    left = sorted(path.name for path in (directory / "cursors").iterdir())
    assert left == [".record.2", "detect"]


def test_a_cursor_that_a_loss_of_power_emptied_counts_as_nothing_read(directory: Path) -> None:
    write_cursor(directory, "detect", 5)
    (directory / "cursors" / "detect").write_bytes(b"")

    assert read_cursors(directory) == {"detect": 0}


WHOLE = b'{"reader":"record","first":1,"last":2,"at":3,"why":"age"}'


@pytest.mark.parametrize(
    "spoilt",
    [
        b'{"reader":"rec',  # a crash cut it
        b"rubbish}",
        b'{"reader":"record","first":"1"}',
        b'{"reader":"record","first":5,"last":2,"at":3,"why":"age"}',
        b'{"reader":"record","first":1,"last":1e400,"at":3,"why":"age"}',
        b'{"reader":"\xff\xfe","first":1,"last":2,"at":3,"why":"age"}',
        bytes(500),
    ],
)
def test_a_spoilt_line_is_counted_and_hides_no_other(directory: Path, spoilt: bytes) -> None:
    directory.mkdir()
    after = WHOLE.replace(b":1,", b":7,").replace(b":2,", b":9,")
    (directory / "gaps.jsonl").write_bytes(b"\n" + b"\n".join([WHOLE, spoilt, after]))
    found = read_gaps(directory)

    assert [(gap.first, gap.last) for gap in found.known] == [(1, 2), (7, 9)]
    assert (found.rows, found.unreadable) == (5, 1)


def test_gaps_that_cannot_be_read_at_all_stop_nobody(directory: Path) -> None:
    (directory / "gaps.jsonl").mkdir(parents=True)

    assert read_gaps(directory) == Gaps(unreadable=1)


def test_a_gap_behind_a_line_that_was_cut_is_kept(
    hours: JournalWriter, directory: Path, clock: HandClock
) -> None:
    (directory / "gaps.jsonl").write_bytes(b'\n{"reader":"rec')
    hours.trim(keep_ms=FOREVER, max_bytes=500_000, readers={"detect": 11, "record": 3})

    gap = Gap(reader="record", first=4, last=8, at=clock.now(), why="size")
    assert read_gaps(directory) == Gaps(known=(gap,), unreadable=1)


def test_a_full_disk_is_freed_even_where_the_gap_itself_finds_no_room(
    hours: JournalWriter, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The listener would else die of it, and every one that is started after it."""
    disk = iter([OSError(errno.ENOSPC, "No space left on device")])

    def fsync(_file: int) -> None:
        if (error := next(disk, None)) is not None:
            raise error

    monkeypatch.setattr(os, "fsync", fsync)
    trimmed = hours.trim(keep_ms=FOREVER, max_bytes=500_000, readers={"detect": 11, "record": 3})

    assert trimmed.files == 4
    assert read_gaps(directory).rows == 5
