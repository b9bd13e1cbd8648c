"""The desk as a service: takes findings as they come while people are served."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Event, Thread
from typing import Protocol

import msgspec

from sentinel.desk.desk import Desk
from sentinel.desk.settings import DeskSettings
from sentinel.domain.clock import Clock
from sentinel.domain.errors import SentinelError, ServiceError
from sentinel.domain.finding import Finding, decode_findings
from sentinel.domain.rows import Row, RowKind
from sentinel.observe.events.desk import (
    ClocksFailed,
    FindingsGivenUp,
    FindingsUnreadable,
    IntakeFailed,
)
from sentinel.observe.sentences import Words, sentence

_PAUSE_AFTER_FAILURE = 1.0
"""Seconds; a disk that is full or a file that is locked does not mend faster."""


class FindingsReader(Protocol):
    """The findings journal, read from a cursor."""

    def read(self, after: int, *, max_rows: int, max_count: int) -> list[Row]:
        """Return the next rows, at least one if there is one, in order; never blocks."""
        ...


class Serving(Protocol):
    """What answers people: pages and API."""

    def run(self, stop: Event) -> None:
        """Serve until `stop` is set."""
        ...


class Intake:
    """Carries findings from the journal to the desk, each exactly once.

    Args:
        clock: Tells when the journal was last read to its end.
        on_taken: Called after each look with the last row taken: it is needed no more.
    """

    def __init__(
        self,
        desk: Desk,
        reader: FindingsReader,
        settings: DeskSettings,
        clock: Clock,
        on_taken: Callable[[int], None] = lambda _row: None,
    ) -> None:
        self._desk = desk
        self._reader = reader
        self._settings = settings
        self._clock = clock
        self._on_taken = on_taken
        self._cursor = desk.cursor()
        self._level_at = clock.now()
        self.fault = ""
        """Why the last try failed, in plain words; empty while all is well."""
        self.losses = 0
        """Rows that were given up or could not be read since the start."""

    @property
    def cursor(self) -> int:
        """The last row taken."""
        return self._cursor

    def troubles(self) -> Iterator[Words]:
        """Yield what is wrong, a sentence each; nothing if all is well."""
        if self.fault:
            yield sentence("intake_failed", why=self.fault)
        if self.losses:
            yield sentence("findings_lost", count=self.losses)

    def lag_seconds(self) -> float:
        """Return how long ago the desk last knew every finding, or began."""
        return max(0, self._clock.now() - self._level_at) / 1000

    def run(self, stop: Event) -> None:
        """Take what comes until `stop` is set; wait and try again after a failure."""
        while not stop.is_set():
            try:
                pause = 0.0 if self.step() else self._settings.poll / 1000
                self.fault = ""
            except SentinelError as error:
                pause = _PAUSE_AFTER_FAILURE
                self.fault = str(error)
                IntakeFailed(reason=self.fault, again_in_seconds=pause).emit()
            stop.wait(pause)

    def step(self) -> bool:
        """Take the next rows; return whether there were any."""
        asked_at = self._clock.now()
        rows = self._reader.read(
            self._cursor, max_rows=1_000, max_count=self._settings.most_findings
        )
        if rows:
            self._desk.take(self._findings(rows), rows[-1].id)
            self._cursor = rows[-1].id
        else:
            self._level_at = asked_at
        self._on_taken(self._cursor)
        return bool(rows)

    def _findings(self, rows: Sequence[Row]) -> list[Finding]:
        found: list[Finding] = []
        for row in rows:
            if row.kind is RowKind.FINDINGS:
                found += self._decoded(row)
            elif row.kind is RowKind.GAP:
                self.losses += 1
                FindingsGivenUp(row=row.id, reason=row.body.decode(errors="replace")).emit()
        return found

    def _decoded(self, row: Row) -> list[Finding]:
        """A row that cannot be read is counted and passed: the next may hold a red."""
        try:
            return decode_findings(row.body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self.losses += 1
            FindingsUnreadable(row=row.id, count=row.count, reason=str(error)).emit()
            return []


class Clocks:
    """Does what clocks of cases ask for, and looks for what other desks have changed.

    Args:
        desk: Whose clocks.
        also: What is to be done now and then besides; it may raise what the desk raises.
        pause_seconds: Between two looks.
    """

    def __init__(
        self, desk: Desk, also: Callable[[], None] = lambda: None, pause_seconds: float = 1.0
    ) -> None:
        self._desk = desk
        self._also = also
        self._pause = pause_seconds
        self.fault = ""
        """Why the last try failed, in plain words; empty while all is well."""

    def troubles(self) -> Iterator[Words]:
        """Yield what is wrong, a sentence each; nothing if all is well."""
        if self.fault:
            yield sentence("clocks_failed", why=self.fault)

    def run(self, stop: Event) -> None:
        """Look until `stop` is set; after a failure again, as always."""
        while not stop.is_set():
            self.step()
            stop.wait(self._pause)

    def step(self) -> None:
        """Look once; a database that does not do its work is told, and no reason to end."""
        try:
            self._desk.tick()
            self._desk.look_again()
            self._also()
        except SentinelError as error:
            if not self.fault:
                ClocksFailed(reason=str(error)).emit()
            self.fault = str(error)
        else:
            self.fault = ""


Run = Callable[[Event], None]
"""Works until the event is set."""


class DeskService:
    """People on the caller's thread, the rest on one each; when one ends, so do all.

    Args:
        serving: What answers people.
        beside: What runs beside it, by what it does: `taking findings`.
    """

    def __init__(self, serving: Serving, beside: Mapping[str, Run]) -> None:
        self._serving = serving
        self._beside = beside

    def run(self, stop: Event) -> None:
        """Run until `stop` is set.

        Raises:
            ServiceError: What ran beside died of a mistake of our own.
        """
        died: dict[str, BaseException] = {}
        threads = [
            Thread(target=_noting(name, run, stop, died), name=name)
            for name, run in self._beside.items()
        ]
        for thread in threads:
            thread.start()
        try:
            self._serving.run(stop)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        for name, error in died.items():
            message = f"desk: {name} stopped: {error!r}"
            raise ServiceError(message) from error


def _noting(name: str, run: Run, stop: Event, died: dict[str, BaseException]) -> Callable[[], None]:
    def noted() -> None:
        try:
            run(stop)
        except BaseException as error:  # noqa: BLE001 -- handed to the thread that can raise it
            died[name] = error
        finally:
            stop.set()

    return noted
