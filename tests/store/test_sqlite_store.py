"""What only the store in files promises: crash safety, retention, one writer."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.engine import Grader
from sentinel.domain.errors import LockedError, StoreDown, StoreError
from sentinel.domain.rank import Rank
from sentinel.domain.readings import ReadingFlag
from sentinel.store import StoreSettings, open_store
from sentinel.store.open import open_rejections
from sentinel.store.sqlite.store import SqliteStore
from sentinel.testing.samples import NOON, a_finding, a_rejection, readings_of, stored_registry

DAY_MS = 86_400_000
ALWAYS = (0, NOON + 10 * DAY_MS)

WRITER = """
import sys
from pathlib import Path
from sentinel.observe.log import configure_logging
from sentinel.store import StoreSettings, open_store
from sentinel.testing.samples import NOON, readings_of, stored_registry

configure_logging(service="writer")
registry = stored_registry([f"lv-{n}" for n in range(10)])
store = open_store(StoreSettings(), Path(sys.argv[1]))
for batch in range(100_000):
    first = batch * 10
    times = [NOON + first + step for step in range(10)]
    store.write(readings_of(range(10), times, [float(first)] * 10), registry)
    print(batch, flush=True)
"""


@pytest.mark.parametrize("kill_after", [1, 17, 60])
def test_a_killed_writer_leaves_all_it_said_it_had_kept(tmp_path: Path, kill_after: int) -> None:
    with subprocess.Popen(  # noqa: S603 -- ourselves
        [sys.executable, "-c", WRITER, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as writer:
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(kill_after)]
        writer.send_signal(signal.SIGKILL)
        said += [int(line) for line in writer.stdout.read().splitlines()]

    store = open_store(StoreSettings(), tmp_path)
    for sensor in range(10):
        found = store.readings(f"lv-{sensor}", "water_level", *ALWAYS)
        assert len(found) in {len(said), len(said) + 1}
        assert found.time.tolist() == [NOON + n * 10 + sensor for n in range(len(found))]
    store.write(readings_of([0], [NOON + DAY_MS], [1.0]), stored_registry(["lv-0"]))
    assert len(store.readings("lv-0", "water_level", NOON + DAY_MS, NOON + DAY_MS + 1)) == 1
    store.close()


def test_readings_without_a_time_are_all_kept_as_they_are_judged(tmp_path: Path) -> None:
    """Graded, they have times of their own, and the store knows a reading by its time."""
    registry = stored_registry(["lv-0"])
    untimed = readings_of([0, 0, 0], [NOON] * 3, [1.0, 2.0, 3.0], flags=[ReadingFlag.UNTIMED] * 3)
    store = open_store(StoreSettings(), tmp_path)
    store.write(Grader(registry, builtin=False).grade(untimed), registry)

    assert store.readings("lv-0", "water_level", *ALWAYS).value.tolist() == [1.0, 2.0, 3.0]
    store.close()


@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=20),
    st.lists(st.integers(0, 19), max_size=4),
)
def test_readings_of_many_days_come_back_however_they_were_cut(
    tmp_path_factory: pytest.TempPathFactory, days: list[int], cuts: list[int]
) -> None:
    directory = tmp_path_factory.mktemp("store")
    store = open_store(StoreSettings(), directory)
    registry = stored_registry(["lv-01"])
    times = [NOON + day * DAY_MS + at for at, day in enumerate(days)]
    batch = readings_of([0] * len(days), times, [float(at) for at in range(len(days))])
    edges = [0, *sorted(cut for cut in cuts if cut < len(days)), len(days)]
    for start, end in pairwise(edges):
        store.write(batch.take(slice(start, end)), registry)
    store.write(batch, registry)

    found = store.readings("lv-01", "water_level", *ALWAYS)

    order = np.argsort(batch.time)
    assert found.time.tolist() == batch.time[order].tolist()
    assert found.value.tolist() == batch.value[order].tolist()
    store.close()


def test_retention_unlinks_whole_days(tmp_path: Path) -> None:
    store = open_store(StoreSettings(), tmp_path)
    registry = stored_registry(["lv-01"])
    times = [NOON + day * DAY_MS for day in range(-4, 1)]
    store.write(readings_of([0] * 5, times, range(5)), registry)
    store.write_findings([a_finding(1, Rank.RED, at=times[0]), a_finding(2, Rank.BLUE, at=NOON)])

    store.retain(NOON, 2 * DAY_MS)

    kept = store.readings("lv-01", "water_level", *ALWAYS)
    assert kept.value.tolist() == [2, 3, 4]
    assert [point.rank for point in store.ranks("river-level", "lv-01", *ALWAYS)] == [Rank.BLUE]
    assert len(list((tmp_path / "days").glob("*.db"))) == 3
    assert not list((tmp_path / "days").glob("2026-06-14*"))
    store.close()


def test_a_clock_that_is_wrong_gives_up_nothing_for_a_day(tmp_path: Path) -> None:
    """What is unlinked is gone, whatever the time server says a minute later."""
    store = open_store(StoreSettings(), tmp_path)
    registry = stored_registry(["lv-01"])
    times = [NOON - DAY_MS, NOON, NOON + 365 * DAY_MS]
    store.write(readings_of([0] * 3, times, range(3)), registry)
    store.write_findings([a_finding(1, Rank.RED, at=NOON)])

    store.retain(times[-1], 90 * DAY_MS)

    assert len(store.readings("lv-01", "water_level", *ALWAYS)) == 2
    assert len(store.ranks("river-level", "lv-01", *ALWAYS)) == 1
    store.close()


def test_the_only_day_stays(tmp_path: Path) -> None:
    store = open_store(StoreSettings(), tmp_path)
    store.write(readings_of([0], [NOON], [1.0]), stored_registry(["lv-01"]))

    store.retain(NOON + 365 * DAY_MS, 90 * DAY_MS)

    assert len(store.readings("lv-01", "water_level", *ALWAYS)) == 1
    store.close()


def test_a_file_that_is_no_day_is_passed_over(tmp_path: Path) -> None:
    store = open_store(StoreSettings(), tmp_path)
    store.write(readings_of([0], [NOON], [1.0]), stored_registry(["lv-01"]))
    for name in ("2026-06-18.bak.db", "2026-6-1x.db", "2026-13-40.db"):
        (tmp_path / "days" / name).touch()

    store.retain(NOON, DAY_MS)

    assert len(store.readings("lv-01", "water_level", *ALWAYS)) == 1
    assert (tmp_path / "days" / "2026-06-18.bak.db").exists()
    store.close()


def test_a_store_that_could_not_be_opened_is_not_locked_out_by_itself(tmp_path: Path) -> None:
    (tmp_path / "catalogue.db").mkdir()
    store = open_store(StoreSettings(), tmp_path)
    batch, registry = readings_of([0], [NOON], [1.0]), stored_registry(["lv-01"])
    for _ in range(2):
        with pytest.raises(StoreDown):
            store.write(batch, registry)
    (tmp_path / "catalogue.db").rmdir()

    store.write(batch, registry)

    assert len(store.readings("lv-01", "water_level", *ALWAYS)) == 1
    store.close()


def test_a_day_that_was_given_up_can_be_written_again(tmp_path: Path) -> None:
    store = open_store(StoreSettings(), tmp_path)
    registry = stored_registry(["lv-01"])
    old = readings_of([0], [NOON - 9 * DAY_MS], [1])
    new = readings_of([0, 0], [NOON - DAY_MS, NOON], [2, 3])
    store.write(old, registry)
    store.write(new, registry)
    store.retain(NOON, DAY_MS)
    assert len(store.readings("lv-01", "water_level", *ALWAYS)) == 2

    store.write(old, registry)

    assert len(store.readings("lv-01", "water_level", *ALWAYS)) == 3
    store.close()


def test_rejections_are_given_up_by_age_and_by_number(tmp_path: Path) -> None:
    settings = StoreSettings(keep_rejections=10, most_rejections=3)
    store = open_store(settings, tmp_path)
    store.write_rejections([a_rejection(row) for row in range(1, 9)])

    store.retain(NOON + 14, DAY_MS)
    assert [one.rejection.row for one in store.rejections()] == [8, 7, 6]

    store.retain(NOON + 17, DAY_MS)
    assert [one.rejection.row for one in store.rejections()] == [8, 7]
    store.close()


def test_the_payload_of_a_message_is_kept_once_for_all_its_parts(tmp_path: Path) -> None:
    store = open_store(StoreSettings(), tmp_path)
    payload = random.Random(1).randbytes(200_000)  # noqa: S311 -- no key
    parts = [replace(a_rejection(1, part=part), payload=payload) for part in range(100)]

    store.write_rejections(parts)
    store.close()

    assert sum(file.stat().st_size for file in tmp_path.glob("rejections.db*")) < 2 * len(payload)
    assert {one.rejection.payload for one in store.rejections()} == {payload}
    assert len(store.rejections()) == 100


def test_a_flood_of_rejections_never_fills_the_disk(tmp_path: Path) -> None:
    """The oldest go, and what is left has its payloads."""
    store = open_store(StoreSettings(most_rejections_size=1_000_000), tmp_path)
    chance = random.Random(1)  # noqa: S311 -- no key
    flood = [replace(a_rejection(row), payload=chance.randbytes(50_000)) for row in range(1, 101)]

    for start in range(0, 100, 5):
        store.write_rejections(flood[start : start + 5])
    store.close()

    left = [one.rejection for one in store.rejections()]
    assert left == flood[: -len(left) - 1 : -1]
    assert 10 <= len(left) <= 20
    assert (tmp_path / "rejections.db").stat().st_size < 1_500_000


def test_a_flood_of_long_topics_never_fills_the_disk_either(tmp_path: Path) -> None:
    store = open_store(StoreSettings(most_rejections_size=1_000_000), tmp_path)

    store.write_rejections(
        [replace(a_rejection(1, part=n), topic="t" * 60_000) for n in range(200)]
    )
    store.close()

    assert 5 <= len(store.rejections()) <= 20
    assert (tmp_path / "rejections.db").stat().st_size < 1_500_000


def test_rejections_of_an_older_file_keep_the_payload_that_stands_with_them(tmp_path: Path) -> None:
    """It is read before anybody has written, and grows by no copy of what is there."""
    payload = random.Random(1).randbytes(200_000)  # noqa: S311 -- no key
    store = open_store(StoreSettings(), tmp_path)
    store.write_rejections([a_rejection(1)])
    store.close()
    with closing(sqlite3.connect(tmp_path / "rejections.db", isolation_level=None)) as old:
        old.execute("UPDATE rejection SET payload = ?", (payload,))
        old.execute("DROP TABLE payload")
        old.execute("DROP INDEX rejection_by_payload")

    before = [one.rejection.payload for one in store.rejections()]
    store.write_rejections([a_rejection(2)])
    store.close()

    after = [one.rejection.payload for one in store.rejections()]
    assert (before, after) == ([payload], [a_rejection(2).payload, payload])
    assert (tmp_path / "rejections.db").stat().st_size < 1.5 * len(payload)


def test_many_days_are_written_with_few_files_open(tmp_path: Path) -> None:
    store = open_store(StoreSettings(), tmp_path)
    times = [NOON + day * DAY_MS for day in range(-20, 0)]
    registry = stored_registry(["lv-01"])

    for _ in range(2):
        store.write(readings_of([0] * 20, times, range(20)), registry)

    assert len(list((tmp_path / "days").glob("*-wal"))) <= 8
    assert store.readings("lv-01", "water_level", *ALWAYS).time.tolist() == times
    store.close()


def test_a_second_writer_is_refused_and_may_read(tmp_path: Path) -> None:
    registry = stored_registry(["lv-01"])
    first = open_store(StoreSettings(), tmp_path)
    first.write(readings_of([0], [NOON], [1]), registry)
    second = open_store(StoreSettings(), tmp_path)

    assert len(second.readings("lv-01", "water_level", *ALWAYS)) == 1
    with pytest.raises(LockedError, match="one process writes at a time"):
        second.write(readings_of([0], [NOON], [1]), registry)

    first.close()
    second.write(readings_of([0], [NOON + 1], [1]), registry)
    assert len(second.readings("lv-01", "water_level", *ALWAYS)) == 2
    second.close()


def test_a_folder_that_cannot_be_made_is_a_store_that_is_down(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = open_store(StoreSettings(), tmp_path / "file" / "store")

    with pytest.raises(StoreDown, match="it is tried again"):
        store.write(readings_of([0], [NOON], [1]), stored_registry(["lv-01"]))
    store.close()


def test_a_file_that_is_no_database_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "catalogue.db").write_bytes(b"not a database at all, but long enough" * 100)
    store = open_store(StoreSettings(), tmp_path)

    with pytest.raises(StoreError, match=r"catalogue\.db|move the file away"):
        store.write(readings_of([0], [NOON], [1]), stored_registry(["lv-01"]))
    store.close()


def test_a_full_disk_is_a_store_that_is_down_until_there_is_room(tmp_path: Path) -> None:
    """SQLite's own page limit gives the error of a full disk."""
    registry = stored_registry(["lv-01"])
    store = SqliteStore(tmp_path, open_rejections(StoreSettings(), tmp_path))
    store.write(readings_of([0], [NOON], [0]), registry)
    (day,) = store._days.values()
    pages = day._connection.execute("PRAGMA page_count").fetchone()[0]
    day._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    large = readings_of([0] * 9_000, [NOON + at for at in range(9_000)], range(9_000))

    with pytest.raises(StoreDown, match="full"):
        store.write(large, registry)
    assert len(store.readings("lv-01", "water_level", *ALWAYS)) == 1

    day._connection.execute("PRAGMA max_page_count = 1000000")
    store.write(large, registry)
    assert len(store.readings("lv-01", "water_level", *ALWAYS)) == 9_000
    store.close()


def test_readers_never_see_a_merge_half_done(tmp_path: Path) -> None:
    registry = stored_registry(["lv-01"])
    store = open_store(StoreSettings(), tmp_path)
    written = Event()
    lengths = []

    def read() -> None:
        while not written.is_set():
            found = store.readings("lv-01", "water_level", *ALWAYS)
            assert found.value.tolist() == list(range(len(found)))
            lengths.append(len(found))

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        for at in range(0, 12_000, 60):
            times = [NOON + n for n in range(at, at + 60)]
            store.write(readings_of([0] * 60, times, range(at, at + 60)), registry)
        written.set()
        reader.result()

    assert lengths == sorted(lengths)
    assert len(store.readings("lv-01", "water_level", *ALWAYS)) == 12_000
    store.close()


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "catalogue.db")) as connection:
        connection.execute("PRAGMA user_version = 9")
    store = open_store(StoreSettings(), tmp_path)

    with pytest.raises(StoreError, match="written by a later sentinel"):
        store.write(readings_of([0], [NOON], [1]), stored_registry(["lv-01"]))
    with pytest.raises(StoreError, match="written by a later sentinel"):
        store.readings("lv-01", "water_level", *ALWAYS)
    store.close()
