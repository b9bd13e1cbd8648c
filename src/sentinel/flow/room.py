"""Room on the disk: what waits for it, and how a flow goes on when there is some again."""

import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from threading import Event, Lock

from sentinel.disk.room import is_no_room
from sentinel.domain.errors import DiskFull, NoRoom
from sentinel.observe.events.flow import DiskFilled, DiskHasRoom
from sentinel.observe.sentences import Words, sentence

_RETRY_SECONDS = 0.25
"""How often findings are tried again."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0
"""Seconds before a flow is begun anew, doubled each time: that reads the state of all shards."""
_STEADY_SECONDS = 30.0


class What(StrEnum):
    """What finds no room."""

    FINDINGS = "findings"
    POSITION = "position"
    CHECKPOINT = "checkpoint"


class Room:
    """What one flow has found no room for; told from its thread, read by health from another.

    Args:
        monotonic: Seconds that only grow.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._missing: dict[What, tuple[float, str]] = {}

    def troubles(self) -> Iterator[Words]:
        """Yield what is wrong, a sentence each; nothing if all is well."""
        with self._lock:
            missing = sorted(self._missing.items())
        for what, (since, why) in missing:
            since_ms = int((self._monotonic() - since) * 1000)
            yield sentence(f"no_room_{what}", since_ms=since_ms, why=why)

    def missing(self, what: What, why: str) -> None:
        """Note that there is none; again changes nothing."""
        with self._lock:
            is_new = what not in self._missing
            self._missing.setdefault(what, (self._monotonic(), why))
        if is_new:
            DiskFilled(what=what, why=why).emit()

    def found(self, what: What) -> None:
        """Note that what waited is written."""
        with self._lock:
            since, _ = self._missing.pop(what, (None, ""))
        if since is not None:
            DiskHasRoom(what=what, waited_seconds=round(self._monotonic() - since, 1)).emit()

    def write(self, write: Callable[[], None], stop: Event) -> None:
        """Write findings, again and again until there is room.

        Raises:
            DiskFull: Told to stop while there was none; nothing of it is written.
        """
        while True:
            try:
                write()
            except DiskFull as error:
                self.missing(What.FINDINGS, str(error))
                if stop.wait(_RETRY_SECONDS):
                    raise
            else:
                self.found(What.FINDINGS)
                return


def begin_anew(run: Callable[[], None], room: Room, stop: Event) -> None:
    """Run a flow to its end; where it ends for want of room, begin it again when there is.

    Bytewax cannot go on once it could not write its position. Begun anew, the flow goes on from
    the last position that is on the disk, as after a crash.

    Args:
        run: Makes the flow and all it needs, and runs it.
        room: Told of it; `found` is for who sees a position written.
        stop: Ends the wait.

    Raises:
        SentinelError, OSError: It ended for another reason, whatever room there is.
    """
    pause = _FIRST_PAUSE
    while True:
        began = time.monotonic()
        try:
            run()
        except (DiskFull, NoRoom, OSError) as error:
            if isinstance(error, OSError) and not is_no_room(error):
                raise
            if not stop.is_set():
                room.missing(What.POSITION, str(error))
        else:
            return
        if time.monotonic() - began > _STEADY_SECONDS:
            pause = _FIRST_PAUSE
        if stop.wait(pause):
            return
        pause = min(pause * 2, _LONGEST_PAUSE)
