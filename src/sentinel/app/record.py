"""`sentinel record`: the flow from the journal to the time-series store, as a service."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import Any

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.service import run_service
from sentinel.app.upkeep import CursorFile, NowAndThen
from sentinel.config import BundleStore, Config
from sentinel.flow.checkpoint import Checkpoints
from sentinel.flow.progress import Progress
from sentinel.flow.record import record_flow
from sentinel.flow.room import Room, What, begin_anew
from sentinel.flow.run import alone_in, run_flow
from sentinel.flow.shard import Turns
from sentinel.flow.source import JournalSource
from sentinel.flow.storing import RecordCounts
from sentinel.journal import Gaps, JournalReader, read_gaps
from sentinel.observe.events.journal import GapsSpoilt
from sentinel.observe.sentences import Words, sentence, state
from sentinel.store import ReadingStore, open_store

RETAIN_SECONDS = 600.0


def record(config: Config) -> None:
    """Run until a signal stops it."""
    paths = Paths(config.data)
    counts, room = RecordCounts(), Room()

    def body(stop: Event) -> None:
        keep_recording(config, stop, counts=counts, room=room)

    missed = MissedRows(paths.journal)
    run_service(
        "record", paths, body, lambda: record_health(missed, counts, room), observe=config.observe
    )


def keep_recording(config: Config, stop: Event, *, counts: RecordCounts, room: Room) -> None:
    """Run the flow until stopped, alone, and again whenever the disk was full."""
    paths = Paths(config.data)

    def run() -> None:
        with alone_in(paths.record):
            _run(config, paths, stop, counts, room)

    begin_anew(run, room, stop)


def _run(config: Config, paths: Paths, stop: Event, counts: RecordCounts, room: Room) -> None:
    progress = Progress(1)
    with (
        closing(open_store(config.store, paths.store)) as store,
        closing(JournalReader(paths.journal)) as journal,
        closing(JournalReader(paths.findings)) as findings,
        closing(Checkpoints(paths.record / "checkpoints", room)) as checkpoints,
    ):
        upkeep = _Upkeep(config, paths, store, counts, room)
        flow = record_flow(
            JournalSource(
                journal, progress, stop, on_commit=upkeep.after_commit, findings=findings
            ),
            store,
            BundleStore(paths.bundles).load,
            checkpoints=checkpoints,
            progress=progress,
            turns=Turns(1, config.record.checkpoint_every / 1000, time.monotonic),
            counts=counts,
            stop=stop,
        )
        run_flow(flow, paths.record)


def record_health(missed: "MissedRows", counts: RecordCounts, room: Room) -> dict[str, Any]:
    """Return what record says of itself."""
    gaps = missed.look()
    return {
        **state(_troubles(counts, room)),
        "row": counts.row,
        "at": counts.at,
        "readings": counts.readings,
        "rates": {"readings": counts.rate.per_second()},
        "rejected": dict(counts.rejected),
        "given_up_rows": gaps.rows,
        "missed_rows": counts.missed,
        "unreadable_gaps": gaps.unreadable,
        "given_up_findings_rows": counts.given_up,
    }


def _troubles(counts: RecordCounts, room: Room) -> Iterator[Words]:
    if counts.store_down:
        yield sentence("store_down", why=counts.store_down)
    yield from room.troubles()


class MissedRows:
    """What the journal gave up before record had read it; what cannot be read is told once."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._told = 0

    def look(self) -> Gaps:
        """Return the gaps as they are now; from any thread."""
        gaps = read_gaps(self._journal)
        more, self._told = gaps.unreadable - self._told, gaps.unreadable
        if more > 0:
            GapsSpoilt(count=more).emit()
        return gaps


class _Upkeep:
    """What is to be done now and then, between two epochs: cursor, retention of readings."""

    def __init__(
        self,
        config: Config,
        paths: Paths,
        store: ReadingStore,
        counts: RecordCounts,
        room: Room,
    ) -> None:
        self._room = room
        self._cursor = CursorFile(paths.journal, "record")
        self._retain = NowAndThen(
            RETAIN_SECONDS,
            "record",
            lambda: store.retain(min(WallClock().now(), counts.at), config.store.keep),
        )

    def after_commit(self, row: int) -> None:
        self._room.found(What.POSITION)
        self._cursor.note(row)
        self._retain.tend()
