"""What services do beside their work; that it fails is told, and stops nothing."""

import time
from collections.abc import Callable
from pathlib import Path

from sentinel.domain.errors import SentinelError
from sentinel.journal import sweep_cursor, write_cursor
from sentinel.observe.events.app import UpkeepFailed


class CursorFile:
    """A reader's place in a journal, noted for the writer's trim and for `sentinel status`."""

    def __init__(self, journal: Path, reader: str) -> None:
        self._journal = journal
        self._reader = reader
        self._noted = -1
        sweep_cursor(journal, reader)

    def note(self, row: int) -> None:
        """Note that no row up to `row` is needed again; a full disk leaves the older note."""
        if row == self._noted:
            return
        try:
            write_cursor(self._journal, self._reader, row)
        except OSError as error:
            UpkeepFailed(service=self._reader, reason=str(error)).emit()
        else:
            self._noted = row


class NowAndThen:
    """Something to be done every so many seconds, at the first `tend` after they have passed."""

    def __init__(self, seconds: float, service: str, what: Callable[[], object]) -> None:
        self._seconds = seconds
        self._service = service
        self._what = what
        self._due_at = 0.0

    def tend(self) -> None:
        """Do it if it is due."""
        if time.monotonic() < self._due_at:
            return
        self._due_at = time.monotonic() + self._seconds
        try:
            self._what()
        except (OSError, SentinelError) as error:
            UpkeepFailed(service=self._service, reason=str(error)).emit()
