"""Everything that may go wrong, many times over; then nothing may be lost, twice or different.

Services are killed, the broker restarted, the store taken away, the journal's disk filled, messages
repeated and garbled, the bundle changed, all while messages of known content arrive at QoS 1. Then
the journal is held against what the broker had acknowledged, and the findings against those of a
replay of the same journal in which nothing went wrong.
"""

import random
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from sentinel.bench.compare import compare
from sentinel.bench.deployment import Deployment, environment, load_command, wait_until
from sentinel.bench.result import Must, Result
from sentinel.bench.trouble import SERVICES, Trouble
from sentinel.journal import JournalReader
from sentinel.testing.mosquitto import Broker
from sentinel.testing.victoria import Victoria, find_victoria

SENSORS = 400
RATE = 1_500
KILLS = 30
KILLS_A_TROUBLE = 3
BETWEEN_SECONDS = (0.5, 2.5)
JOURNAL_BYTES = 256 * 2**20
SETTLE_SECONDS = 180.0


def run(
    *,
    kills: int = KILLS,
    kills_a_trouble: int = KILLS_A_TROUBLE,
    seed: int = 1,
    with_disk: bool = True,
) -> Result:
    """Kill so many times, with the other troubles in between, then compare.

    kills_a_trouble: After so many kills something else goes wrong: four kinds of trouble in turn.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="sentinel-bench-")))
        disk = _small_disk(folder / "disk", stack) if with_disk else None
        broker = Broker(folder / "broker", "persistence true\nautosave_interval 1\n")
        broker.start()
        stack.callback(broker.stop)
        victoria = _victoria(folder / "victoria", stack)
        deployment = _deployment(folder / "sentinel", broker, victoria, disk)
        stack.callback(deployment.stop)
        trouble = Trouble(deployment, broker, victoria, disk, random.Random(seed))  # noqa: S311 -- a dice
        taken = _run_through(trouble, kills, kills_a_trouble, folder / "taken.csv")
        figures = compare(deployment, taken)
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
    deployment = Deployment(folder, broker.port, SENSORS, store=store, checkpoint_every="2s")
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


def _run_through(trouble: Trouble, kills: int, kills_a_trouble: int, taken: Path) -> Path:
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
        if number % kills_a_trouble == kills_a_trouble // 2:
            others[number // kills_a_trouble % len(others)]()
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
