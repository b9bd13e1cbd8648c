"""`sentinel detect`: the flow from the journal to findings, as a service."""

import time
from collections.abc import Iterator
from contextlib import closing
from threading import Event
from typing import Any

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.service import run_service
from sentinel.app.upkeep import CursorFile, NowAndThen
from sentinel.config import BundleStore, Config
from sentinel.domain.rows import Entry, RowKind
from sentinel.flow.checkpoint import Checkpoints
from sentinel.flow.detect import DetectCounts, detect_flow
from sentinel.flow.findings import FindingsJournal
from sentinel.flow.progress import Progress
from sentinel.flow.room import Room, What, begin_anew
from sentinel.flow.run import alone_in, run_flow
from sentinel.flow.shard import Turns
from sentinel.flow.sharding import settle_shards
from sentinel.flow.source import JournalSource
from sentinel.journal import JournalReader, JournalWriter, read_cursors
from sentinel.observe.sentences import Words, sentence, state

TRIM_SECONDS = 60.0
TELL_SECONDS = 1.0
READERS_OF_FINDINGS = frozenset({"desk"})
"""A warning that nobody has taken yet is not given up for want of room."""


def detect(config: Config) -> None:
    """Run until a signal stops it."""
    paths = Paths(config.data)
    progress, counts, room = Progress(config.detect.shards), DetectCounts(), Room()

    def body(stop: Event) -> None:
        keep_detecting(config, stop, progress=progress, counts=counts, room=room)

    run_service(
        "detect",
        paths,
        body,
        lambda: detect_health(progress, counts, room),
        observe=config.observe,
    )


def keep_detecting(
    config: Config,
    stop: Event,
    *,
    progress: Progress,
    counts: DetectCounts,
    room: Room,
    until: int | None = None,
) -> None:
    """Run the flow as `run_detect` does, alone, and again whenever the disk was full."""
    paths = Paths(config.data)

    def run() -> None:
        with alone_in(paths.detect):
            run_detect(config, stop, progress=progress, counts=counts, room=room, until=until)

    begin_anew(run, room, stop)


def run_detect(
    config: Config,
    stop: Event,
    *,
    progress: Progress,
    counts: DetectCounts,
    room: Room | None = None,
    until: int | None = None,
) -> None:
    """Run the flow until stopped, or through row `until`."""
    paths = Paths(config.data)
    settle_shards(paths.detect, config.detect.shards)
    room = room or Room()
    with (
        closing(JournalWriter(paths.findings, clock=WallClock())) as writer,
        closing(JournalReader(paths.findings)) as written,
        closing(JournalReader(paths.journal)) as journal,
        closing(Checkpoints(paths.detect / "checkpoints", room)) as checkpoints,
    ):
        upkeep = _Upkeep(config, paths, writer, counts, room)
        findings = FindingsJournal(
            lambda count, body: room.write(lambda: _append(writer, count, body), stop),
            written,
            lambda: progress.resumed_at,
        )
        flow = detect_flow(
            JournalSource(journal, progress, stop, until=until, on_commit=upkeep.after_commit),
            findings,
            BundleStore(paths.bundles).load,
            shards=config.detect.shards,
            checkpoints=checkpoints,
            progress=progress,
            turns=Turns(
                config.detect.shards, config.detect.checkpoint_every / 1000, time.monotonic
            ),
            counts=counts,
        )
        run_flow(flow, paths.detect)


def detect_health(progress: Progress, counts: DetectCounts, room: Room) -> dict[str, Any]:
    """Return what detect says of itself."""
    return {
        **state(_troubles(counts, room)),
        "row": counts.row,
        "at": counts.at,
        "messages": counts.messages,
        "readings": counts.readings,
        "rates": {"readings": counts.rate.per_second()},
        "repeats": counts.repeats,
        "ignored": counts.ignored,
        "rejected": dict(counts.rejected),
        "missed_rows": counts.missed,
        "findings": counts.findings,
        "engine": counts.engine_counts(),
        "safe_row": progress.safe_row(),
        "longest_stop_seconds": round(progress.longest_stop, 4),
    }


def _troubles(counts: DetectCounts, room: Room) -> Iterator[Words]:
    if counts.missed:
        yield sentence("rows_missed", count=counts.missed)
    yield from room.troubles()


def _append(writer: JournalWriter, count: int, body: bytes) -> None:
    writer.append([Entry(RowKind.FINDINGS, count, body)])


class _Upkeep:
    """What is to be done now and then, between two epochs: cursor, counts, old findings."""

    def __init__(
        self,
        config: Config,
        paths: Paths,
        writer: JournalWriter,
        counts: DetectCounts,
        room: Room,
    ) -> None:
        self._settings = config.findings
        self._paths = paths
        self._writer = writer
        self._room = room
        self._cursor = CursorFile(paths.journal, "detect")
        self._trim = NowAndThen(TRIM_SECONDS, "detect", self._trim_findings)
        self._tell = NowAndThen(TELL_SECONDS, "detect", counts.tell)

    def after_commit(self, row: int) -> None:
        self._room.found(What.POSITION)
        self._cursor.note(row)
        self._tell.tend()
        self._trim.tend()

    def _trim_findings(self) -> None:
        self._writer.trim(
            keep_ms=self._settings.keep,
            max_bytes=self._settings.most,
            readers=read_cursors(self._paths.findings),
            held_by=READERS_OF_FINDINGS,
        )
