"""A small journal of a made-up city, and the whole detect flow over it."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from sentinel.bench.prepare import write_journal
from sentinel.bench.world import World
from sentinel.bundle import Bundle
from sentinel.bundle.compile import compile_bundle
from sentinel.domain.finding import Finding, decode_findings
from sentinel.domain.rows import Entry, RowKind
from sentinel.flow.checkpoint import Checkpoints
from sentinel.flow.detect import DetectCounts, detect_flow
from sentinel.flow.findings import FindingsJournal
from sentinel.flow.progress import Progress
from sentinel.flow.run import run_flow
from sentinel.flow.shard import Turns
from sentinel.flow.source import JournalSource
from sentinel.journal import JournalReader, JournalWriter

WORLD = World(sensors=40, rules=4, odd=0.02)


class _Still:
    def now(self) -> int:
        return 0


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    compiled, problems = compile_bundle(WORLD.files())
    assert compiled is not None, problems
    return compiled


@pytest.fixture(scope="session")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty sensors for fifty minutes, with a tick a second."""
    folder = tmp_path_factory.mktemp("journal")
    write_journal(WORLD, folder, 2_000, batch=7)
    return folder / "journal"


Run = Callable[..., list[Finding]]


@pytest.fixture
def run(bundle: Bundle, journal: Path, tmp_path: Path) -> Run:
    """Return a function that runs the flow in `folder` through row `until`, and its findings."""

    def run_once(
        folder: str = "one",
        *,
        until: int | None = None,
        shards: int = 3,
        counts: DetectCounts | None = None,
    ) -> list[Finding]:
        reader = JournalReader(journal)
        progress = Progress(shards)
        checkpoints = Checkpoints(tmp_path / folder / "checkpoints")
        findings = tmp_path / folder / "findings"
        writer = JournalWriter(findings, clock=_Still())
        flow = detect_flow(
            JournalSource(reader, progress, Event(), until=until or reader.last_id()),
            FindingsJournal(
                lambda count, body: _append(writer, count, body),
                JournalReader(findings),
                lambda: progress.resumed_at,
            ),
            lambda _hash: bundle,
            shards=shards,
            checkpoints=checkpoints,
            progress=progress,
            turns=Turns(shards, 0.0, lambda: 0.0),
            counts=counts or DetectCounts(),
        )
        run_flow(flow, tmp_path / folder)
        checkpoints.close()
        writer.close()
        return _all(findings)

    return run_once


def _append(writer: JournalWriter, count: int, body: bytes) -> None:
    writer.append([Entry(RowKind.FINDINGS, count, body)])


def _all(findings: Path) -> list[Finding]:
    reader, at, found = JournalReader(findings), 0, []
    while rows := reader.read(at, max_rows=100, max_count=10_000):
        at = rows[-1].id
        found += [finding for row in rows for finding in decode_findings(row.body)]
    return found
