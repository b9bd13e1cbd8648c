"""What is appended is what is read, whoever reads when."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.domain.errors import DiskFull, JournalError, LockedError
from sentinel.domain.rows import Entry, Row, RowKind
from sentinel.journal import JournalReader, JournalWriter
from sentinel.journal.files import JournalFile
from sentinel.testing.clock import HandClock

EVERYTHING: dict[str, Any] = {"max_rows": 10_000, "max_count": 1_000_000}
TICK = Entry(RowKind.TICK)


def test_a_journal_that_does_not_exist_yet_is_empty(tmp_path: Path) -> None:
    reader = JournalReader(tmp_path / "none")

    assert reader.read(0, **EVERYTHING) == []
    assert (reader.last_id(), reader.first_id(), reader.size_bytes()) == (0, 1, 0)


def test_rows_come_back_as_they_were_appended(
    writer: JournalWriter, reader: JournalReader, clock: HandClock
) -> None:
    last = writer.append([Entry(RowKind.MESSAGES, 3, b"\0abc"), Entry(RowKind.TICK, 0, b"", 17)])

    assert last == 2
    assert reader.read(0, **EVERYTHING) == [
        Row(id=1, received_at=clock.now(), kind=RowKind.MESSAGES, count=3, body=b"\0abc"),
        Row(id=2, received_at=17, kind=RowKind.TICK, count=0, body=b""),
    ]


def test_a_reader_from_before_the_first_row_sees_it_come(
    reader: JournalReader, directory: Path, clock: HandClock
) -> None:
    assert reader.read(0, **EVERYTHING) == []
    writer = JournalWriter(directory, clock=clock)
    assert reader.read(0, **EVERYTHING) == []
    writer.append([TICK])

    assert [row.id for row in reader.read(0, **EVERYTHING)] == [1]
    writer.close()


def test_nothing_is_returned_only_at_the_end_whatever_the_file(
    writer: JournalWriter, reader: JournalReader, clock: HandClock, directory: Path
) -> None:
    """Who reads back until nothing comes must not stop at the end of an hour."""
    for _ in range(3):
        writer.append([TICK, TICK])
        clock.wind(hours=1)
    others = [JournalReader(directory) for _ in range(2)]  # who has a file open changes nothing
    for other, after in zip(others, (0, 2), strict=True):
        other.read(after, **EVERYTHING)

    found, at = [], 0
    while rows := reader.read(at, **EVERYTHING):
        at = rows[-1].id
        found += [row.id for row in rows]

    assert found == [1, 2, 3, 4, 5, 6]
    for other in others:
        other.close()


def test_a_writer_that_cannot_say_in_its_lock_who_it_is_writes_all_the_same(
    directory: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_what: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.pwrite", full)

    JournalWriter(directory, clock=clock).close()


def test_trouble_with_a_file_that_is_no_want_of_room_is_told_as_it_is(
    writer: JournalWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_what: object) -> JournalFile:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sentinel.journal.writer.create_file", forbidden)

    with pytest.raises(JournalError, match="Permission denied") as raised:
        writer.append([TICK])
    assert not isinstance(raised.value, DiskFull)


def test_a_file_that_cannot_be_opened_is_not_to_be_moved_away(
    writer: JournalWriter, reader: JournalReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing wrong with it: moved away, its rows would be lost."""
    writer.append([TICK])

    def locked(_file: JournalFile) -> sqlite3.Connection:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorname = "SQLITE_CANTOPEN"
        raise error

    monkeypatch.setattr("sentinel.journal.reader.open_for_reading", locked)

    with pytest.raises(JournalError, match="look after the disk and who may read") as raised:
        reader.read(0, **EVERYTHING)
    assert not isinstance(raised.value, DiskFull)


def test_a_row_of_an_unknown_kind_is_told(
    writer: JournalWriter, reader: JournalReader, directory: Path
) -> None:
    writer.append([TICK])
    (file,) = directory.glob("*.journal")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE rows SET kind = 99")

    with pytest.raises(JournalError, match="row 1: a row is of a known kind; got 99"):
        reader.read(0, **EVERYTHING)


def test_appending_nothing_is_nothing(writer: JournalWriter) -> None:
    assert writer.append([]) == 0


def test_a_new_hour_begins_a_new_file_and_ids_run_on(
    writer: JournalWriter, reader: JournalReader, directory: Path, clock: HandClock
) -> None:
    for _ in range(3):
        writer.append([TICK, TICK])
        clock.wind(hours=1)

    assert len(list(directory.glob("*.journal"))) == 3
    assert [row.id for row in reader.read(0, **EVERYTHING)] == [1, 2]
    assert [row.id for row in reader.read(2, **EVERYTHING)] == [3, 4]
    assert [row.id for row in reader.read(1, **EVERYTHING)] == [2]
    assert reader.last_id() == 6


def test_a_clock_set_back_keeps_the_order_and_the_file(
    writer: JournalWriter, reader: JournalReader, directory: Path, clock: HandClock
) -> None:
    writer.append([TICK])
    clock.wind(hours=-5)
    writer.append([TICK])

    assert len(list(directory.glob("*.journal"))) == 1
    assert [row.id for row in reader.read(0, **EVERYTHING)] == [1, 2]


@pytest.mark.usefixtures("writer")
def test_a_second_writer_is_refused_in_plain_words(directory: Path, clock: HandClock) -> None:
    with pytest.raises(LockedError, match=r"one writer at a time; process [0-9]+ is writing"):
        JournalWriter(directory, clock=clock)


def test_a_writer_goes_on_where_the_last_one_stopped(directory: Path, clock: HandClock) -> None:
    first = JournalWriter(directory, clock=clock)
    first.append([TICK, TICK])
    first.close()
    second = JournalWriter(directory, clock=clock)

    assert second.last_id == 2
    assert second.append([TICK]) == 3
    assert len(list(directory.glob("*.journal"))) == 1
    second.close()


def test_what_a_crash_left_of_a_new_file_is_swept(directory: Path, clock: HandClock) -> None:
    directory.mkdir()
    (directory / "0000000000000001-20260101T00.unfinished").write_bytes(b"half")
    writer = JournalWriter(directory, clock=clock)

    assert writer.append([TICK]) == 1
    assert not list(directory.glob("*unfinished*"))
    writer.close()


def test_a_read_ends_before_it_is_too_much_but_returns_at_least_one(
    writer: JournalWriter, reader: JournalReader
) -> None:
    writer.append([Entry(RowKind.MESSAGES, 60, b"x")] * 4)

    def ids(**most: int) -> list[int]:
        return [row.id for row in reader.read(1, **(EVERYTHING | most))]

    assert ids(max_rows=2) == [2, 3]
    assert ids(max_count=120) == [2, 3]
    assert ids(max_count=119) == [2]
    assert ids(max_count=1) == [2]


def test_a_read_is_bounded_in_bytes_too(writer: JournalWriter, reader: JournalReader) -> None:
    writer.append([Entry(RowKind.MESSAGES, 1, bytes(size)) for size in (10, 100, 30, 30, 31)])

    def ids(after: int) -> list[int]:
        return [row.id for row in reader.read(after, **EVERYTHING, max_bytes=60)]

    assert (ids(0), ids(1), ids(2), ids(4)) == ([1], [2], [3, 4], [5])


def test_a_file_that_is_no_database_is_told_with_its_name(
    reader: JournalReader, directory: Path
) -> None:
    directory.mkdir()
    (directory / "0000000000000001-20260101T00.journal").write_bytes(b"no database" * 1000)

    with pytest.raises(JournalError, match=r"20260101T00\.journal: a journal file must be"):
        reader.read(0, **EVERYTHING)


def test_a_file_with_a_foreign_name_is_told(reader: JournalReader, directory: Path) -> None:
    directory.mkdir()
    (directory / "backup.journal").touch()

    with pytest.raises(JournalError, match="named by its first row and its hour"):
        reader.read(0, **EVERYTHING)


def test_a_cursor_of_another_journal_is_told(writer: JournalWriter, reader: JournalReader) -> None:
    writer.append([TICK])

    with pytest.raises(JournalError, match="got row 7, the newest is 1"):
        reader.read(7, **EVERYTHING)


def test_rows_that_were_unlinked_come_as_a_gap(
    writer: JournalWriter, reader: JournalReader, directory: Path, clock: HandClock
) -> None:
    for _ in range(3):
        writer.append([TICK, TICK])
        clock.wind(hours=1)
    oldest, second, _ = sorted(directory.glob("*.journal"))
    oldest.unlink()
    second.unlink()

    gap, first, last = reader.read(1, **EVERYTHING)

    assert (gap.id, gap.kind, gap.count) == (4, RowKind.GAP, 0)
    assert msgspec.msgpack.decode(gap.body) == {"from": 2, "to": 4, "reason": "no longer kept"}
    assert (first.id, last.id) == (5, 6)
    assert [row.id for row in reader.read(gap.id, **EVERYTHING)] == [5, 6]


def test_a_reader_holding_an_unlinked_file_reads_it_to_its_end(
    writer: JournalWriter, reader: JournalReader, clock: HandClock
) -> None:
    writer.append([TICK, TICK, TICK])
    reader.read(0, max_rows=1, max_count=1)
    clock.wind(hours=1)
    writer.append([TICK])
    clock.wind(hours=1000)
    writer.trim(keep_ms=1, max_bytes=0, readers={"detect": 3})

    assert [row.id for row in reader.read(1, **EVERYTHING)] == [2, 3]
    assert [row.id for row in reader.read(3, **EVERYTHING)] == [4]


step = st.one_of(
    st.lists(st.integers(1, 50), min_size=1, max_size=5),  # counts of rows to append
    st.just("hour"),
    st.just("reopen"),
    st.tuples(st.just("read"), st.integers(1, 6), st.integers(1, 120)),
)


@given(steps=st.lists(step, max_size=25))
def test_a_reader_that_polls_sees_every_row_once_in_order(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Any]
) -> None:
    """Across rotation, restarts of the writer and any size of read."""
    directory = tmp_path_factory.mktemp("journal")
    clock = HandClock()
    writer, reader = JournalWriter(directory, clock=clock), JournalReader(directory)
    appended: list[int] = []
    seen: list[Row] = []
    for step in [*steps, *[("read", 5, 100)] * 200]:
        match step:
            case "hour":
                clock.wind(hours=1)
            case "reopen":
                writer.close()
                writer = JournalWriter(directory, clock=clock)
            case ("read", rows, count):
                cursor = seen[-1].id if seen else 0
                seen += reader.read(cursor, max_rows=rows, max_count=count)
            case counts:
                writer.append([Entry(RowKind.MESSAGES, n, bytes(n)) for n in counts])
                appended += counts
    writer.close()
    reader.close()

    assert [row.id for row in seen] == list(range(1, len(appended) + 1))
    assert [row.count for row in seen] == appended
    assert [len(row.body) for row in seen] == appended


def test_each_new_file_repeats_the_bundle_in_force(
    writer: JournalWriter, reader: JournalReader, clock: HandClock
) -> None:
    writer.append([Entry(RowKind.BUNDLE, 0, b"first"), TICK, Entry(RowKind.BUNDLE, 0, b"second")])
    clock.wind(hours=1)
    writer.append([TICK])

    rows = reader.read(3, **EVERYTHING)
    assert [(row.kind, row.body) for row in rows] == [
        (RowKind.BUNDLE, b"second"),
        (RowKind.TICK, b""),
    ]


def test_a_restarted_writer_knows_the_bundle_in_force(
    reader: JournalReader, directory: Path, clock: HandClock
) -> None:
    writer = JournalWriter(directory, clock=clock)
    writer.append([Entry(RowKind.BUNDLE, 0, b"first"), TICK])
    writer.close()
    clock.wind(hours=1)
    again = JournalWriter(directory, clock=clock)
    again.append([TICK])
    again.close()

    assert [row.body for row in reader.read(2, **EVERYTHING)] == [b"first", b""]
