"""A full disk: nothing is there of what did not fit, and giving up old files makes room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sentinel.domain.errors import DiskFull
from sentinel.domain.rows import Entry, RowKind
from sentinel.journal import JournalReader, JournalWriter
from sentinel.testing.clock import HandClock
from sentinel.testing.disk import SmallDisk, small_disk

ROWS = Entry(RowKind.MESSAGES, 1, bytes(50_000))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 4 * 2**20) as disk:
        if disk is None:
            pytest.skip("no small file system can be mounted here")
        yield disk


@pytest.fixture
def journal(disk: SmallDisk, clock: HandClock) -> Path:
    """Three hours of a journal whose writer has stopped in order: beside it lies nothing."""
    folder = disk.folder / "journal"
    writer = JournalWriter(folder, clock=clock)
    for _ in range(3):
        writer.append([ROWS] * 4)
        clock.wind(hours=1)
    writer.close()
    assert not list(folder.glob("*-wal"))
    return folder


def test_a_writer_that_starts_on_a_full_disk_opens_its_file_when_there_is_room(
    disk: SmallDisk, journal: Path, clock: HandClock
) -> None:
    disk.fill()
    writer = JournalWriter(journal, clock=clock)
    with pytest.raises(DiskFull, match="there must be room to open it"):
        _ = writer.last_id
    with pytest.raises(DiskFull):
        writer.append([ROWS])
    disk.free()

    assert writer.last_id == 12
    assert writer.append([ROWS]) == 13
    writer.close()


def test_old_files_can_be_given_up_before_the_newest_is_opened(
    disk: SmallDisk, journal: Path, clock: HandClock
) -> None:
    disk.fill()
    writer = JournalWriter(journal, clock=clock)

    trimmed = writer.trim(keep_ms=10**12, max_bytes=300_000, readers={"detect": 12})

    assert trimmed.files == 2
    assert writer.append([ROWS]) == 13
    writer.close()


def test_a_reader_on_a_full_disk_is_told_to_make_room_and_reads_on_then(
    disk: SmallDisk, journal: Path
) -> None:
    disk.fill()
    reader = JournalReader(journal)
    with pytest.raises(DiskFull, match="nothing is lost: make room"):
        reader.read(0, max_rows=10, max_count=10)
    with pytest.raises(DiskFull):
        reader.last_id()
    disk.free()

    assert reader.last_id() == 12
    assert len(reader.read(0, max_rows=3, max_count=10)) == 3
    reader.close()
