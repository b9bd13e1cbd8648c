"""What the listener must remember of its session at the broker, through a restart."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """One session at one broker.

    since: Newest row of the journal when the session began; later rows may be of this session.
    topics: Everything that may be subscribed there.
    confirmed: What the broker has said is subscribed.
    dropped: The broker's own count of dropped messages, as it said last.
    """

    broker: str
    client_id: str
    since: int
    topics: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    dropped: int | None = None


class SessionMemory:
    """Kept in a small file beside the journal.

    Every change is on disk when the call returns; on a full disk, when `save` has succeeded.

    Args:
        path: Of the file.
        broker, client_id: Another broker or another name is another session.
        last_id: Newest row of the journal, should this be a new one.
    """

    def __init__(self, path: Path, *, broker: str, client_id: str, last_id: int) -> None:
        self._path = path
        self._is_saved = True
        kept = _read(path)
        is_ours = kept is not None and (kept.broker, kept.client_id) == (broker, client_id)
        self._kept = (
            kept
            if kept is not None and is_ours
            else Memory(broker=broker, client_id=client_id, since=last_id)
        )

    @property
    def since(self) -> int:
        """Row after which this session's messages begin."""
        return self._kept.since

    @property
    def topics(self) -> tuple[str, ...]:
        """What may be subscribed at the broker."""
        return self._kept.topics

    @property
    def confirmed(self) -> tuple[str, ...]:
        """What the broker has said is subscribed."""
        return self._kept.confirmed

    @property
    def dropped(self) -> int | None:
        """The broker's own count of dropped messages, as it said last."""
        return self._kept.dropped

    def begin(self, last_id: int) -> None:
        """Note that the broker has opened a new session, with no subscriptions."""
        self._keep(msgspec.structs.replace(self._kept, since=last_id, topics=(), confirmed=()))

    def note(self, *, topics: Iterable[str], confirmed: Iterable[str]) -> None:
        """Note what may be, and what is, subscribed from now on."""
        changed = msgspec.structs.replace(
            self._kept, topics=tuple(sorted(topics)), confirmed=tuple(sorted(confirmed))
        )
        if changed != self._kept:
            self._keep(changed)

    def note_dropped(self, dropped: int | None) -> None:
        """Note the broker's count, so that what it drops while we are away is seen too."""
        if dropped != self._kept.dropped:
            self._keep(msgspec.structs.replace(self._kept, dropped=dropped))

    def save(self) -> None:
        """Write what a full disk did not let through; nothing to do at other times."""
        if not self._is_saved:
            self._keep(self._kept)

    def _keep(self, memory: Memory) -> None:
        self._kept = memory
        self._is_saved = False
        unfinished = self._path.with_suffix(".unfinished")
        with suppress(OSError):
            with unfinished.open("wb") as file:
                file.write(msgspec.json.encode(memory))
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._path)
            self._is_saved = True


def _read(path: Path) -> Memory | None:
    """A file that cannot be read is one that is not there: all is then subscribed again."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Memory)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
