"""A disk that is full ends neither detect nor record: they wait, say so, and go on again."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

import msgspec
import numpy as np
import pytest

from sentinel.app.detect import keep_detecting
from sentinel.app.paths import Paths
from sentinel.app.prepare import make_bundle
from sentinel.app.record import keep_recording
from sentinel.bench.deployment import Deployment
from sentinel.config import Config, load_config
from sentinel.domain.finding import Finding, decode_findings
from sentinel.domain.messages import encode_messages
from sentinel.domain.rows import Entry, RowKind
from sentinel.flow.detect import DetectCounts
from sentinel.flow.progress import Progress
from sentinel.flow.room import Room
from sentinel.flow.storing import RecordCounts
from sentinel.journal import JournalReader, JournalWriter
from sentinel.observe.sentences import state
from sentinel.store import open_store
from sentinel.testing.clock import HandClock

Until = Callable[[Callable[[], object]], None]
SENSORS = 20
DISK = 24 * 2**20


@dataclass
class SmallDisk:
    """A file system that is soon full."""

    folder: Path

    @property
    def ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self) -> None:
        with self.ballast.open("ab", buffering=0) as file:
            for size in (2**20, 4096):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    continue

    def free(self) -> None:
        self.ballast.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:  # noqa: S603 -- our own path
        pytest.skip("no small file system can be mounted here")
    yield SmallDisk(folder)
    subprocess.run(["umount", "-l", str(folder)], check=False)  # noqa: S603, S607 -- our own path


class City:
    """A configuration on the small disk, with a journal elsewhere that grows as told."""

    def __init__(self, folder: Path, disk: SmallDisk) -> None:
        deployment = Deployment(folder, 1, SENSORS, checkpoint_every="1s")
        deployment.write()
        self.config: Config = load_config(deployment.config)
        self.paths = Paths(self.config.data)
        self.paths.data.mkdir(parents=True)
        for name in ("detect", "findings", "record", "store"):
            (disk.folder / name).mkdir()
            (self.paths.data / name).symlink_to(disk.folder / name)
        self._clock = HandClock()
        self._writer = JournalWriter(self.paths.journal, clock=self._clock)
        bundle = make_bundle(self.config).hash
        self._append(Entry(RowKind.BUNDLE, 0, bundle.encode()), Entry(RowKind.CAUGHT_UP))
        self._seconds = count()

    @property
    def last_row(self) -> int:
        return self._writer.last_id

    def pass_seconds(self, seconds: int) -> None:
        """Each sensor speaks each second; every half minute each one rises or falls."""
        for second in (next(self._seconds) for _ in range(seconds)):
            self._clock.wind(seconds=1)
            topics = [f"load/s{number:07d}/level" for number in range(SENSORS)]
            high = [(second // 30 + number) % 2 for number in range(SENSORS)]
            payloads = [self._payload(6.8 if one else 1.0) for one in high]
            none = np.zeros(SENSORS, np.uint8)
            body = encode_messages(topics, payloads, none, none.astype(np.uint16))
            self._append(Entry(RowKind.TICK), Entry(RowKind.MESSAGES, SENSORS, body))

    def findings(self, folder: Path) -> list[Finding]:
        reader, at, found = JournalReader(folder), 0, []
        while rows := reader.read(at, max_rows=100, max_count=10_000):
            at = rows[-1].id
            found += [one for row in rows for one in decode_findings(row.body)]
        reader.close()
        return sorted(found, key=lambda one: (one.row, one.index, one.id))

    def has_found(self, count: int) -> bool:
        return len(self.findings(self.paths.findings)) == count

    def judged_in_peace(self, folder: Path) -> list[Finding]:
        """What a detect finds that has a disk of its own with room."""
        folder.mkdir()
        for name in ("journal", "bundles"):
            (folder / name).symlink_to(self.paths.data / name)
        detecting = Detecting(self.config.model_copy(update={"data": folder}))
        detecting.run(Event(), until=self.last_row)
        return self.findings(folder / "findings")

    def close(self) -> None:
        self._writer.close()

    def _payload(self, value: float) -> bytes:
        return b'{"v":%.2f,"t":%d}' % (value, self._clock.now() - 50)

    def _append(self, *entries: Entry) -> None:
        self._writer.append(list(entries))


class Detecting:
    """A detect, with what its health reads."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.progress = Progress(config.detect.shards)
        self.counts = DetectCounts()
        self.room = Room()

    def run(self, stop: Event, until: int | None = None) -> None:
        keep_detecting(
            self.config,
            stop,
            progress=self.progress,
            counts=self.counts,
            room=self.room,
            until=until,
        )


def said(room: Room) -> str:
    return state(room.troubles())["state"]


@contextmanager
def running(run: Callable[[Event], None]) -> Iterator[Thread]:
    """Run something on a thread of its own; what ends it by itself is raised here."""
    stop, ended = Event(), []

    def noted() -> None:
        try:
            run(stop)
        except BaseException as error:  # noqa: BLE001 -- raised where the test sees it
            ended.append(error)

    thread = Thread(target=noted)
    thread.start()
    yield thread
    stop.set()
    thread.join()
    if ended:
        raise ended[0]


@pytest.fixture
def city(tmp_path: Path, disk: SmallDisk) -> Iterator[City]:
    city = City(tmp_path / "city", disk)
    yield city
    city.close()


def essence(findings: list[Finding]) -> list[Any]:
    return [msgspec.to_builtins(one) for one in findings]


def test_detect_waits_for_room_and_goes_on_where_it_was(
    city: City, disk: SmallDisk, until: Until, tmp_path: Path
) -> None:
    detecting = Detecting(city.config)
    city.pass_seconds(60)
    with running(detecting.run) as thread:
        until(lambda: detecting.counts.row == city.last_row)
        for _ in range(3):
            disk.fill()
            city.pass_seconds(120)
            until(lambda: "nothing is lost; make room" in said(detecting.room))
            disk.free()
            until(lambda: said(detecting.room) == "ok")
            assert thread.is_alive()
        until(lambda: detecting.counts.row == city.last_row)
    found = city.findings(city.paths.findings)

    assert len(found) > 100
    assert essence(found) == essence(city.judged_in_peace(tmp_path / "peace"))


def test_detect_whose_position_finds_no_room_is_begun_anew(
    city: City, disk: SmallDisk, until: Until, tmp_path: Path
) -> None:
    """Its position is written every second, whether something was found or not."""
    detecting = Detecting(city.config)
    city.pass_seconds(60)
    with running(detecting.run) as thread:
        for cycle in range(3):
            expected = city.judged_in_peace(tmp_path / f"peace{cycle}")
            until(partial(city.has_found, len(expected)))
            disk.fill()
            until(lambda: "no room to keep the position" in said(detecting.room))
            city.pass_seconds(90)
            disk.free()
            until(lambda: said(detecting.room) == "ok")
            assert thread.is_alive()
        expected = city.judged_in_peace(tmp_path / "peace")
        until(partial(city.has_found, len(expected)))

    assert essence(city.findings(city.paths.findings)) == essence(expected)


def test_detect_that_starts_on_a_full_disk_begins_when_there_is_room(
    city: City, disk: SmallDisk, until: Until, tmp_path: Path
) -> None:
    detecting = Detecting(city.config)
    city.pass_seconds(120)
    disk.fill()
    with running(detecting.run):
        until(lambda: said(detecting.room) != "ok")
        disk.free()
        until(lambda: detecting.counts.row == city.last_row)
        until(lambda: said(detecting.room) == "ok")
    found = city.findings(city.paths.findings)

    assert essence(found) == essence(city.judged_in_peace(tmp_path / "peace"))


def test_detect_that_waits_for_room_stops_when_told(
    city: City, disk: SmallDisk, until: Until
) -> None:
    detecting = Detecting(city.config)
    disk.fill()
    city.pass_seconds(60)
    with running(detecting.run) as thread:
        until(lambda: said(detecting.room) != "ok")

    assert not thread.is_alive()


def test_record_waits_for_room_and_goes_on_where_it_was(
    city: City, disk: SmallDisk, until: Until
) -> None:
    counts, room = RecordCounts(), Room()
    city.pass_seconds(30)

    def run(stop: Event) -> None:
        keep_recording(city.config, stop, counts=counts, room=room)

    with running(run) as thread:
        until(lambda: counts.row == city.last_row)
        for _ in range(2):
            disk.fill()
            city.pass_seconds(60)
            until(lambda: counts.store_down)
            disk.free()
            until(lambda: counts.row == city.last_row)
            until(lambda: said(room) == "ok" and not counts.store_down)
            disk.fill()
            until(lambda: "no room to keep the position" in said(room))
            disk.free()
            until(lambda: said(room) == "ok")
            assert thread.is_alive()
    store = open_store(city.config.store, city.paths.store)
    kept = [len(store.readings(f"s{n:07d}", "level", 0, 2**45).time) for n in range(SENSORS)]
    store.close()

    assert kept == [150] * SENSORS
