"""How it goes, in figures and in plain words: what runs, what lags, what was rejected."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.runfile import RunFile, read_run_file
from sentinel.domain.clock import Clock
from sentinel.domain.errors import JournalError, StoreError
from sentinel.domain.rows import RowKind
from sentinel.journal import JournalReader, read_cursors
from sentinel.observe.sentences import sentence, state
from sentinel.store import StoreSettings
from sentinel.store.open import open_rejections

SERVICES = ("listen", "detect", "record", "desk")
_DOWN, _MUTE = state([sentence("down")]), state([sentence("mute")])
DOWN, MUTE = _DOWN["state"], _MUTE["state"]
NO_ANSWER_SECONDS = 2.0
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 -- compared with, not bound to
BEHIND_SECONDS = 5.0
"""A reading is judged within this; a reader further behind is told of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far a reader is behind its journal."""

    rows: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """One look at a deployment.

    services: What each says of itself; its `state` is `down` if it does not run.
    rates: By service, how many a second of what it counts, over the last ten seconds.
    lag: By reader, of one that does not answer by the cursor that it noted last.
    waiting: Rejections that were neither retried nor resolved, by reason, if they were counted.
    unreadable: Why a journal cannot be read; its rows then count as none.
    problems: What is wrong, one plain sentence each; empty if all is well.
    """

    services: dict[str, dict[str, Any]]
    journal_rows: int
    journal_bytes: int
    findings_rows: int
    rates: dict[str, dict[str, float]]
    lag: dict[str, Lag]
    waiting: dict[str, int]
    unreadable: str = ""
    problems: list[str] = field(default_factory=list)

    def running(self) -> dict[str, int]:
        """Return the process of each service that runs."""
        return {
            name: int(health["pid"]) for name, health in self.services.items() if "pid" in health
        }

    def desk(self) -> tuple[str, int] | None:
        """Return where this machine reaches the desk; None if it does not run."""
        desk = self.services["desk"]
        host = desk.get("host", "")
        return ("127.0.0.1" if host in _EVERYWHERE else host, desk["port"]) if host else None

    def messages_per_second(self) -> float:
        """Return how many the listener takes in."""
        return self.rates.get("listen", {}).get("messages", 0.0)

    def page(self) -> str:
        """Return the address of the page; empty while there is none."""
        found = self.desk()
        return f"http://{found[0]}:{found[1]}/" if found else ""

    def as_object(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def look(paths: Paths, clock: Clock | None = None, *, count_waiting: bool = True) -> Status:
    """Ask every service, and read the journals' ends; a journal that cannot be read is told.

    clock: The time of day, by which a desk that is down is behind; None: the wall's.
    count_waiting: Whether to count rejections: a tenth of a second where a million are kept.
    """
    services = _ask_all(paths)
    journal, findings = _end_of(paths.journal), _end_of(paths.findings)
    lag = _lags(services, paths, journal, findings, clock or WallClock())
    waiting, uncounted = _waiting(paths) if count_waiting else ({}, "")
    unreadable = journal.unreadable or findings.unreadable
    return Status(
        services=services,
        journal_rows=journal.row,
        journal_bytes=journal.size,
        findings_rows=findings.row,
        rates={name: one["rates"] for name, one in services.items() if "rates" in one},
        lag=lag,
        waiting=waiting,
        unreadable=unreadable,
        problems=[one for one in (unreadable, uncounted) if one] + _problems(services, lag),
    )


def _waiting(paths: Paths) -> tuple[dict[str, int], str]:
    """Return how many rejections wait, by reason, and why that is not known."""
    log = open_rejections(StoreSettings(), paths.store)
    try:
        return {str(reason): count for reason, count in log.counts().items()}, ""
    except StoreError as error:
        return {}, str(error)


def _ask_all(paths: Paths) -> dict[str, dict[str, Any]]:
    """Ask all at once: one that is mute costs its two seconds once, not before the others."""
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        return dict(
            zip(
                SERVICES,
                pool.map(lambda name: _ask(read_run_file(paths.run, name)), SERVICES),
                strict=True,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """The newest row of a journal, when it was received, and the bytes of all files."""

    row: int = 0
    at: int = 0
    size: int = 0
    unreadable: str = ""


def _end_of(directory: Path) -> _End:
    with closing(JournalReader(directory)) as reader:
        try:
            row = reader.last_id()
            newest = reader.read(row - 1, max_rows=1, max_count=1)
            at = newest[-1].received_at if newest else 0
            return _End(row=row, at=at, size=reader.size_bytes())
        except (JournalError, OSError) as error:
            return _End(unreadable=str(error))


def _ask(run: RunFile | None) -> dict[str, Any]:
    if run is None:
        return {**_DOWN}
    try:
        answer = ask(run.health_host, run.health_port, "/health")
    except ConnectionRefusedError:  # the process of that number is another one by now
        return {**_DOWN}
    except (OSError, ValueError, http.client.HTTPException):
        return {**_MUTE, "pid": run.pid}
    return {**answer, "pid": run.pid, "port": run.port, "host": run.host}


def ask(host: str, port: int, path: str, key: str = "") -> dict[str, Any]:
    """Return the JSON object that a service of this machine answers with.

    key: Says who asks; empty: nobody needs to know.
    """
    connection = http.client.HTTPConnection(host, port, timeout=NO_ANSWER_SECONDS)
    try:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        connection.request("GET", path, headers=headers)
        found: dict[str, Any] = json.loads(connection.getresponse().read())
        return found
    finally:
        connection.close()


def _lags(
    services: dict[str, dict[str, Any]], paths: Paths, journal: _End, findings: _End, clock: Clock
) -> dict[str, Lag]:
    lags = {
        name: _lag(services[name], journal)
        if services[name].get("row")
        else _noted_lag(paths.journal, name, journal, journal.at)
        for name in ("detect", "record")
    }
    desk = services["desk"]
    lags["desk"] = (
        _desk_lag(desk, findings)
        if "row" in desk
        else _noted_lag(paths.findings, "desk", findings, clock.now())
    )
    return {name: lag for name, lag in lags.items() if lag is not None}


def _lag(health: dict[str, Any], end: _End) -> Lag:
    rows = max(0, end.row - int(health["row"]))
    behind = (end.at - int(health.get("at", end.at))) / 1000 if rows else 0.0
    return Lag(rows=rows, seconds=max(0.0, behind))


def _desk_lag(health: dict[str, Any], end: _End) -> Lag:
    """The desk says when it last knew all findings."""
    rows = max(0, end.row - int(health["row"]))
    return Lag(rows=rows, seconds=float(health["lag_seconds"]) if rows else 0.0)


def _noted_lag(directory: Path, name: str, end: _End, now: int) -> Lag | None:
    """Return how far behind `now` the first row is that a service has not noted as read.

    A little too far: a service notes what it never needs again, which is less than it has read.
    None: it never noted any, or not of this journal.
    """
    try:
        cursor = read_cursors(directory).get(name)
        if cursor is None or cursor > end.row:
            return None
        with closing(JournalReader(directory)) as reader:
            rows = reader.read(cursor, max_rows=2, max_count=1)
    except (JournalError, OSError):
        return None
    first = next((row.received_at for row in rows if row.kind is not RowKind.GAP), now)
    return Lag(rows=end.row - cursor, seconds=max(0.0, (now - first) / 1000))


def _problems(services: dict[str, dict[str, Any]], lag: dict[str, Lag]) -> list[str]:
    down = [name for name, health in services.items() if health["state"] == DOWN]
    if len(down) == len(services):
        return ["nothing runs: start everything with `sentinel up -c FILE`"]
    found = [
        f"{name} is down: start it with `sentinel {name} -c FILE`; `sentinel up` does so by itself"
        if name in down
        else f"{name}: {health['state']}"
        for name, health in services.items()
        if health["state"] != "ok"
    ]
    slow = [(name, one) for name, one in lag.items() if one.seconds > BEHIND_SECONDS]
    return found + [f"{name} is {one.seconds:.0f} s behind" for name, one in slow]
