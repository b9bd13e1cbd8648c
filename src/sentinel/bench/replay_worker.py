"""A detect flow over a prepared journal, in a process of its own.

`FOLDER LEAD_IN` prints one JSON line; the first LEAD_IN messages are not measured: in them every
sensor is met for the first time, and its memory is first used.
"""

import json
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import psutil

from sentinel.bench.prepare import BUNDLE, read_world, write_journal
from sentinel.bench.world import World
from sentinel.bundle import Bundle
from sentinel.bundle.compile import compile_bundle
from sentinel.document import ConfigurationError
from sentinel.domain.rows import Entry, Row, RowKind
from sentinel.flow.checkpoint import Checkpoints
from sentinel.flow.detect import DetectCounts, detect_flow
from sentinel.flow.findings import FindingsJournal
from sentinel.flow.progress import Progress
from sentinel.flow.run import run_flow
from sentinel.flow.shard import Turns
from sentinel.flow.source import JournalSource
from sentinel.journal import JournalReader, JournalWriter

SHARDS = 16
CYCLE_SECONDS = 20.0


def compile_world(world: World) -> Bundle:
    """Return the world's bundle."""
    bundle, problems = compile_bundle(world.files())
    if bundle is None:
        raise ConfigurationError(problems)
    return bundle


class Stopwatch:
    """A journal that notes when the reading of it came past the lead-in."""

    def __init__(self, reader: JournalReader, counts: DetectCounts, lead_in: int) -> None:
        self._reader = reader
        self._counts = counts
        self._lead_in = lead_in
        self.began: tuple[float, float, int] | None = None

    def read(self, after: int, *, max_rows: int, max_count: int) -> list[Row]:
        """Return the next rows."""
        if self.began is None and self._counts.messages >= self._lead_in:
            self.began = (time.monotonic(), time.process_time(), self._counts.messages)
        return self._reader.read(after, max_rows=max_rows, max_count=max_count)

    def last_id(self) -> int:
        """Return the id of the newest row."""
        return self._reader.last_id()

    def close(self) -> None:
        """Close the journal."""
        self._reader.close()

    def took(self) -> dict[str, float]:
        """Return the time since then, and the messages."""
        began, cpu, messages = self.began or (0.0, 0.0, 0)
        return {
            "seconds": time.monotonic() - began,
            "cpu_seconds": time.process_time() - cpu,
            "messages": self._counts.messages - messages,
        }


def replay(directory: Path, bundle: Bundle, lead_in: int = 0) -> dict[str, float]:
    """Run the flow over the journal under `directory`; return what it took."""
    progress, counts = Progress(shards=SHARDS), DetectCounts()
    reader = Stopwatch(JournalReader(directory / "journal"), counts, lead_in)
    checkpoints = Checkpoints(directory / "detect" / "checkpoints")
    findings_path = directory / "findings"

    class _Now:
        def now(self) -> int:
            return time.time_ns() // 1_000_000

    writer = JournalWriter(findings_path, clock=_Now())
    findings = FindingsJournal(
        lambda count, body: _append(writer, count, body),
        JournalReader(findings_path),
        lambda: progress.resumed_at,
    )
    flow = detect_flow(
        JournalSource(reader, progress, Event(), until=reader.last_id()),
        findings,
        lambda _hash: bundle,
        shards=SHARDS,
        checkpoints=checkpoints,
        progress=progress,
        turns=Turns(SHARDS, CYCLE_SECONDS, time.monotonic),
        counts=counts,
    )
    run_flow(flow, directory / "detect")
    took = reader.took()
    checkpoints.close()
    writer.close()
    return {
        **took,
        "readings": counts.readings,
        "findings": counts.findings,
        "longest_stop_seconds": progress.longest_stop,
    }


def _append(writer: JournalWriter, count: int, body: bytes) -> None:
    writer.append([Entry(RowKind.FINDINGS, count, body)])


def _warm_up() -> None:
    """Have the kernels compiled (or loaded) before anything is measured."""
    with TemporaryDirectory() as folder:
        world = World(sensors=100)
        write_journal(world, Path(folder), 1_000)
        replay(Path(folder), compile_world(world))


def main() -> None:
    """Replay the folder on the command line."""
    directory = Path(sys.argv[1])
    _warm_up()
    before = psutil.Process().memory_info().rss
    bundle = compile_world(read_world(directory))
    loaded = psutil.Process().memory_info().rss
    found = replay(directory, bundle, int(sys.argv[2]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        json.dumps(
            {
                **found,
                "resident_bytes": psutil.Process().memory_info().rss,
                "bundle_bytes": loaded - before,
                "peak_bytes": peak,
                "bundle": BUNDLE,
            }
        )
    )


if __name__ == "__main__":
    main()
