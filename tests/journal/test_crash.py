"""What `append` returned is there, whatever happens to the process or to the disk."""

import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

from sentinel.domain.rows import Entry, Row, RowKind
from sentinel.journal import JournalReader, JournalWriter
from sentinel.testing.clock import HandClock

APPEND_FOR_EVER = """
import sys
from pathlib import Path
from sentinel.journal import Entry, JournalWriter
from sentinel.domain.rows import RowKind

class Clock:
    at = 500_000 * 3_600_000
    def now(self):
        self.at += 60_000  # an hour every sixty batches
        return self.at

writer = JournalWriter(Path(sys.argv[1]), clock=Clock())
while True:
    first = writer.last_id + 1
    size = first % 7 + 1
    last = writer.append(
        [Entry(RowKind.MESSAGES, 1, b"%d " % row * 3000) for row in range(first, first + size)]
    )
    print(first, last, flush=True)
"""

FILL_THE_DISK = """
import resource, sys
from pathlib import Path
from sentinel.domain.errors import DiskFull
from sentinel.journal import Entry, JournalReader, JournalWriter
from sentinel.domain.rows import RowKind

class Clock:
    def now(self):
        return 500_000 * 3_600_000

directory = Path(sys.argv[1])
writer, reader = JournalWriter(directory, clock=Clock()), JournalReader(directory)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
batch = [Entry(RowKind.MESSAGES, 1, bytes(50_000))] * 2
for limit in (1_000_000, 2_000_000, 9_000_000):  # bytes that any one file may have
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        while True:
            writer.append(batch)
    except DiskFull as error:
        print("full at", writer.last_id, error)
    assert reader.last_id() == writer.last_id, "something of the failed append is there"
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
assert writer.append(batch) == writer.last_id == reader.last_id()
writer.close()
reader.close()
ids = []
while rows := reader.read(ids[-1] if ids else 0, max_rows=100, max_count=100):
    ids += [row.id for row in rows]
assert ids == list(range(1, writer.last_id + 1)), ids
"""


def all_rows(directory: Path) -> list[Row]:
    reader = JournalReader(directory)
    rows: list[Row] = []
    while more := reader.read(rows[-1].id if rows else 0, max_rows=500, max_count=500):
        rows += more
    reader.close()
    return rows


def test_after_kill_9_every_returned_row_is_there_and_batches_are_whole(directory: Path) -> None:
    """Killed in the midst of appending, rotating and checkpointing, again and again."""
    batches: list[tuple[int, int]] = []
    rows: list[Row] = []
    for lines in (1, 3, 75, 130, 61):
        process = subprocess.Popen(  # noqa: S603 -- our own script
            [sys.executable, "-c", APPEND_FOR_EVER, str(directory)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        told = [next(process.stdout) for _ in range(lines)]
        process.kill()
        told += process.stdout.readlines()
        process.stdout.close()
        process.wait()
        batches += [
            (int(first), int(last))
            for first, last in (line.split() for line in told if line.endswith("\n"))
        ]
        rows = all_rows(directory)
        assert len(rows) >= batches[-1][1]

    assert [row.id for row in rows] == list(range(1, len(rows) + 1))
    assert all(row.body == b"%d " % row.id * 3000 for row in rows)
    for (_, last), (first, _) in pairwise(batches):
        assert first >= last + 1  # more: the kill came between the commit and its telling


def test_a_full_disk_appends_nothing_and_the_writer_goes_on_when_there_is_room(
    directory: Path,
) -> None:
    done = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, "-c", FILL_THE_DISK, str(directory)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("full at") == 3
    assert "there must be room to append" in done.stdout


def test_a_reader_beside_a_writer_that_rotates_and_trims_misses_nothing_but_gaps(
    directory: Path, clock: HandClock
) -> None:
    total = 600
    seen: list[Row] = []
    done = threading.Event()

    def read() -> None:
        reader = JournalReader(directory)
        while not (seen and seen[-1].id >= total) and not done.is_set():
            seen.extend(reader.read(seen[-1].id if seen else 0, max_rows=50, max_count=500))
        reader.close()

    thread = threading.Thread(target=read)
    thread.start()
    writer = JournalWriter(directory, clock=clock)
    for row in range(1, total + 1):
        writer.append([Entry(RowKind.MESSAGES, row, b"x" * (row % 5000))])
        if row % 20 == 0:
            clock.wind(hours=1)
        if row % 70 == 0:
            writer.trim(keep_ms=2 * 3_600_000, max_bytes=10**12, readers={"detect": row})
    thread.join(60)
    done.set()
    thread.join()
    writer.close()

    assert seen[-1].id == total
    for before, after in pairwise(seen):
        assert after.id == before.id + 1 or after.kind is RowKind.GAP
    assert all(row.count == row.id for row in seen if row.kind is RowKind.MESSAGES)
