"""Everything that may go wrong, many times over; then nothing may be lost, twice or different.

Services are killed, the broker restarted, the store taken away, the journal's disk filled, messages
repeated and garbled, the bundle changed, all while messages of known content arrive at QoS 1. Then
the journal is held against what the broker had acknowledged, and the findings against those of a
replay of the same journal in which nothing went wrong.
"""

import csv
import random
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

import msgspec

from sentinel.app.detect import run_detect
from sentinel.bench.deployment import (
    RULES,
    Deployment,
    environment,
    load_command,
    wait_until,
)
from sentinel.bench.result import Must, Result
from sentinel.config import load_config
from sentinel.desk import open_database
from sentinel.desk.tables import findings as finding_table
from sentinel.domain.finding import Finding, decode_findings
from sentinel.domain.messages import MessageFlag, decode_messages
from sentinel.domain.rows import RowKind
from sentinel.flow.detect import DetectCounts
from sentinel.flow.progress import Progress
from sentinel.journal import JournalReader
from sentinel.testing.mosquitto import Broker
from sentinel.testing.victoria import Victoria, find_victoria

SERVICES = ("listen", "detect", "record", "desk")
SENSORS = 400
RATE = 1_500
KILLS = 30
BETWEEN_SECONDS = (0.5, 2.5)
JOURNAL_BYTES = 256 * 2**20
SETTLE_SECONDS = 180.0


@dataclass(slots=True)
class _Trouble:
    """What makes trouble for one deployment, and how often it did."""

    deployment: Deployment
    broker: Broker
    victoria: Victoria | None
    disk: Path | None
    random: random.Random
    done: Counter[str] = field(default_factory=Counter)
    version: int = 0

    def kill(self) -> None:
        """Kill a service with no chance to tidy up, and start it again."""
        service = self.random.choice(SERVICES)
        process = self.deployment.services[service]
        process.kill()
        process.wait()
        self.deployment.start(service)
        self.done[f"kill {service}"] += 1

    def restart_broker(self) -> None:
        """Stop the broker in order, so that it keeps its sessions, and start it again."""
        self.broker.stop()
        self.broker.start()
        self.done["restart broker"] += 1

    def take_store_away(self) -> None:
        """Stop the store, or bring it back."""
        if self.victoria is None:
            return
        if self.done["store away"] > self.done["store back"]:
            self.victoria.start()
            self.done["store back"] += 1
        else:
            self.victoria.stop()
            self.done["store away"] += 1

    def fill_disk(self) -> None:
        """Fill the journal's disk for a while."""
        if self.disk is None:
            return
        ballast = self.disk / "ballast"
        with ballast.open("wb") as file:
            try:
                while True:
                    file.write(bytes(2**20))
                    file.flush()
            except OSError:
                self.done["disk full"] += 1
        Event().wait(2.0)
        ballast.unlink()

    def change_bundle(self) -> None:
        """Change a rule's meaning, or only its words, and put that in force."""
        self.version += 1
        number = 4 + self.version % 3
        rules = re.sub(r'blue: "x >= [0-9.]+"', f'blue: "x >= {number}.5"', RULES)
        (self.deployment.folder / "rules.yaml").write_text(rules, encoding="utf-8")
        done = self.deployment.run("reload")
        self.done["bundle changed" if done.returncode == 0 else "bundle refused"] += 1

    def calm_down(self) -> None:
        """Bring back what is away."""
        if self.done["store away"] > self.done["store back"]:
            self.take_store_away()


def run(*, kills: int = KILLS, seed: int = 1, with_disk: bool = True) -> Result:
    """Kill so many times, with the other troubles in between, then compare."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="sentinel-bench-")))
        disk = _small_disk(folder / "disk", stack) if with_disk else None
        broker = Broker(folder / "broker", "persistence true\nautosave_interval 1\n")
        broker.start()
        stack.callback(broker.stop)
        victoria = _victoria(folder / "victoria", stack)
        deployment = _deployment(folder / "sentinel", broker, victoria, disk)
        stack.callback(deployment.stop)
        trouble = _Trouble(deployment, broker, victoria, disk, random.Random(seed))  # noqa: S311 -- a dice
        taken = _run_through(trouble, kills, folder / "taken.csv")
        figures = _compare(deployment, taken)
    notes = [f"{name}: {count}" for name, count in sorted(trouble.done.items())]
    if disk is None:
        notes.append("the disk was not filled: no small file system can be mounted here")
    if victoria is None:
        notes.append("the store was not taken away: VictoriaMetrics is not installed here")
    return Result(
        bench="faults",
        figures={**figures, "kills": kills},
        meaning={
            "acknowledged": "messages acknowledged to the publisher",
            "acknowledged_lost": "of them not in the journal",
            "findings": "findings",
            "findings_missing": "missing, against a replay without faults",
            "findings_twice": "twice",
            "findings_different": "different",
            "desk_missing": "not at the desk",
            "kills": "kills",
        },
        musts=tuple(
            Must(figure=name, at_most=0)
            for name in (
                "acknowledged_lost",
                "findings_missing",
                "findings_twice",
                "findings_different",
                "desk_missing",
            )
        ),
        notes=notes,
    )


def _deployment(
    folder: Path, broker: Broker, victoria: Victoria | None, disk: Path | None
) -> Deployment:
    store = {"kind": "victoria-metrics", "url": victoria.url} if victoria else {"kind": "sqlite"}
    deployment = Deployment(
        folder, broker.port, SENSORS, store=store, checkpoint_every="2s"
    )
    deployment.write()
    if disk is not None:
        deployment.paths.data.mkdir(parents=True)
        (disk / "journal").mkdir()
        deployment.paths.journal.symlink_to(disk / "journal")
    return deployment


def _small_disk(mount: Path, stack: ExitStack) -> Path | None:
    """Return a file system of a quarter gigabyte, None where none may be mounted."""
    mount.mkdir(parents=True)
    done = subprocess.run(  # noqa: S603 -- our own path
        ["mount", "-t", "tmpfs", "-o", f"size={JOURNAL_BYTES}", "tmpfs", str(mount)],  # noqa: S607
        capture_output=True,
        check=False,
    )
    if done.returncode:
        return None
    stack.callback(subprocess.run, ["umount", "-l", str(mount)], check=False)
    return mount


def _victoria(folder: Path, stack: ExitStack) -> Victoria | None:
    if find_victoria() is None:
        return None
    victoria = Victoria(folder)
    victoria.start()
    stack.callback(victoria.stop)
    return victoria


def _run_through(trouble: _Trouble, kills: int, taken: Path) -> Path:
    """Start it all, make trouble while the load runs, end in peace."""
    deployment = trouble.deployment
    for service in SERVICES:
        deployment.start(service)
    deployment.wait_until_ok(SERVICES)
    seconds = kills * sum(BETWEEN_SECONDS) / 2 + 30
    load = subprocess.Popen(  # noqa: S603 -- our own module
        load_command(
            trouble.broker.port,
            messages=int(RATE * seconds),
            sensors=SENSORS,
            rate=RATE,
            high=0.2,
            repeat=0.02,
            garble=0.01,
            window=1_000,
            taken=taken,
        ),
        stdout=subprocess.DEVNULL,
        env=environment(),
    )
    others: list[Callable[[], None]] = [
        trouble.restart_broker,
        trouble.take_store_away,
        trouble.change_bundle,
        trouble.fill_disk,
    ]
    for number in range(kills):
        Event().wait(trouble.random.uniform(*BETWEEN_SECONDS))
        trouble.kill()
        if number % 3 == 1:
            others[(number // 3) % len(others)]()
    trouble.calm_down()
    load.wait()
    _settle(deployment)
    return taken


def _settle(deployment: Deployment) -> None:
    """Wait until everything acknowledged has gone all the way; then stop in order."""
    deployment.wait_until_ok(SERVICES)
    quiet = [0, time.monotonic()]

    def is_through() -> bool:
        status = deployment.look()
        messages = int(status.services["listen"].get("messages", -1))
        if messages != quiet[0] or any(lag.rows > 2 for lag in status.lag.values()):  # noqa: PLR2004
            quiet[:] = [messages, time.monotonic()]
        return time.monotonic() - quiet[1] > 3 and len(status.lag) == 3  # noqa: PLR2004 -- readers

    wait_until(is_through, "the readers did not catch up", seconds=SETTLE_SECONDS)
    for service in ("listen", "record"):
        deployment.services[service].terminate()
        deployment.services[service].wait()
    last = JournalReader(deployment.paths.journal).last_id()
    wait_until(
        lambda: int(deployment.look().services["detect"].get("row", 0)) >= last,
        "detect did not read the last rows",
    )
    Event().wait(1.0)
    deployment.stop()


def _compare(deployment: Deployment, taken: Path) -> dict[str, float]:
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
    have: Counter[tuple[str, str]] = Counter()
    content = re.compile(rb'"n":"(\d+)"')
    reader, at = JournalReader(deployment.paths.journal), 0
    while rows := reader.read(at, max_rows=1_000, max_count=100_000):
        at = rows[-1].id
        for row in rows:
            if row.kind is RowKind.MESSAGES:
                messages = decode_messages(row.id, row.received_at, row.body)
                for topic, payload, flags in zip(
                    messages.topics, messages.payloads, messages.flags.tolist(), strict=True
                ):
                    number = content.search(payload)
                    if number and not flags & MessageFlag.REPEAT:
                        sensor = topic.split("/")[1].removeprefix("s")
                        have[sensor, str(int(number[1]))] += 1
    missing = sum(max(0, count - have[key]) for key, count in wanted.items())
    return missing, sum(wanted.values())


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
