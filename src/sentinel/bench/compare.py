"""What was acknowledged held against the journal, and findings against a run without faults."""

import csv
import re
from collections import Counter
from pathlib import Path
from threading import Event

import msgspec

from sentinel.app.detect import run_detect
from sentinel.bench.deployment import Deployment
from sentinel.config import load_config
from sentinel.desk import open_database
from sentinel.desk.tables import findings as finding_table
from sentinel.domain.finding import Finding, decode_findings
from sentinel.domain.messages import MessageFlag, decode_messages
from sentinel.domain.rows import Row, RowKind
from sentinel.flow.detect import DetectCounts
from sentinel.flow.progress import Progress
from sentinel.journal import JournalReader

_CONTENT = re.compile(rb'"n":"(\d+)"')
Content = tuple[str, str]
"""A sensor and the number of what it said."""


def compare(deployment: Deployment, taken: Path) -> dict[str, float]:
    """Return the figures of the bench; `taken` lists what the broker acknowledged."""
    lost, acknowledged = _lost(deployment, taken)
    found = _findings(deployment.paths.findings)
    expected = _replayed(deployment)
    by_id = {finding.id: finding for finding in found}
    reference = {finding.id: finding for finding in expected}
    common = by_id.keys() & reference.keys()
    different = [i for i in common if _essence(by_id[i]) != _essence(reference[i])]
    return {
        "acknowledged": acknowledged,
        "acknowledged_lost": lost,
        "findings": len(found),
        "findings_missing": len(reference.keys() - by_id.keys()),
        "findings_twice": len(found) - len(by_id),
        "findings_different": len(different) + len(by_id.keys() - reference.keys()),
        "desk_missing": len(by_id.keys() - _at_desk(deployment)),
    }


def _lost(deployment: Deployment, taken: Path) -> tuple[int, int]:
    """Return how many acknowledged messages the journal lacks, and how many there were."""
    with taken.open(encoding="ascii") as file:
        wanted = Counter((line["sensor"], line["content"]) for line in csv.DictReader(file))
    have: Counter[Content] = Counter()
    reader, at = JournalReader(deployment.paths.journal), 0
    while rows := reader.read(at, max_rows=1_000, max_count=100_000):
        at = rows[-1].id
        for row in rows:
            have.update(_contents(row))
    missing = sum(max(0, count - have[key]) for key, count in wanted.items())
    return missing, sum(wanted.values())


def _contents(row: Row) -> list[Content]:
    """Return what a row's messages say; what the listener had already does not count again."""
    if row.kind is not RowKind.MESSAGES:
        return []
    messages = decode_messages(row.id, row.received_at, row.body)
    found = []
    for topic, payload, flags in zip(
        messages.topics, messages.payloads, messages.flags.tolist(), strict=True
    ):
        number = _CONTENT.search(payload)
        if number and not flags & MessageFlag.REPEAT:
            found.append((topic.split("/")[1].removeprefix("s"), str(int(number[1]))))
    return found


def _findings(directory: Path) -> list[Finding]:
    reader, at = JournalReader(directory), 0
    found: list[Finding] = []
    while rows := reader.read(at, max_rows=1_000, max_count=100_000):
        at = rows[-1].id
        found += [f for row in rows for f in decode_findings(row.body)]
    return found


def _replayed(deployment: Deployment) -> list[Finding]:
    """Judge the same journal once more, from its beginning, with nothing going wrong."""
    again = deployment.folder / "again"
    again.mkdir()
    for name in ("journal", "bundles"):
        (again / name).symlink_to(deployment.paths.data / name)
    config = load_config(deployment.config).model_copy(update={"data": again})
    until = JournalReader(deployment.paths.journal).last_id()
    run_detect(
        config,
        Event(),
        progress=Progress(config.detect.shards),
        counts=DetectCounts(),
        until=until,
    )
    return _findings(again / "findings")


def _at_desk(deployment: Deployment) -> set[str]:
    engine = open_database(deployment.paths.desk / "desk.sqlite")
    with engine.connect() as connection:
        ids = {
            str(row[0])
            for row in connection.execute(
                finding_table.select().with_only_columns(finding_table.c.id)
            )
        }
    engine.dispose()
    return ids


def _essence(finding: Finding) -> bytes:
    return msgspec.msgpack.encode(finding)
