"""How far a flow has got, for certain: what ties cursor, shards and their checkpoints together.

Bytewax calls a source's `snapshot` at the end of an epoch and its `next_batch` again only when
everything of that epoch is on disk. A shard's snapshot is a reference to a checkpoint file, so a
restart must begin at the lowest row that any committed reference stands for.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypedDict


class Reference(TypedDict):
    """What Bytewax keeps for a shard: which checkpoint file, and up to which row it has judged."""

    shard: int
    file: str
    row: int


@dataclass(slots=True)
class Progress:
    """Shared by the parts of one flow; all of them run on the flow's one thread.

    shards: How many there are; a shard without a reference stands at row 0.
    monotonic: Seconds that only grow, to measure how long the flow stands still for a snapshot.
    """

    shards: int
    monotonic: Callable[[], float] = time.monotonic
    _referenced: dict[int, int] = field(default_factory=dict)
    _committed: dict[int, int] = field(default_factory=dict)
    resumed_at: int = 0
    longest_stop: float = 0.0
    _stopped_at: float | None = None
    _has_copied: bool = False
    _waiting: dict[int, None] = field(default_factory=dict)
    _asked: set[int] = field(default_factory=set)

    def resume(self, row: int) -> None:
        """Note the row after which this run begins; every shard stands there at least.

        What a run before it had not brought to the disk is gone.
        """
        self.resumed_at = row
        self._committed = dict.fromkeys(range(self.shards), row)
        self._referenced.clear()
        self._waiting.clear()
        self._asked.clear()
        self._stopped_at, self._has_copied = None, False

    def refer(self, shard: int, row: int) -> None:
        """Note that a snapshot now being taken refers to a checkpoint at `row`."""
        self._referenced[shard] = row

    def stands_still(self) -> None:
        """Note that a shard gives its snapshot: nothing is judged until the epoch is on disk.

        What was on its way when the epoch ended has been judged before.
        """
        if self._stopped_at is None:
            self._stopped_at = self.monotonic()

    def may_copy(self, shard: int) -> bool:
        """Return whether a shard whose copy is due may make it now: it has waited the longest.

        One an epoch, so that stops stay short. Where epochs are longer than turns, the shards that
        are asked first would else take every one, and the safe row would stand still.
        """
        self._asked.add(shard)
        self._waiting.setdefault(shard)
        if self._has_copied or next(iter(self._waiting)) != shard:
            return False
        del self._waiting[shard]
        self._has_copied = True
        return True

    def epoch_committed(self) -> None:
        """Note that every reference of the last epoch is on disk."""
        if self._stopped_at is not None:
            self.longest_stop = max(self.longest_stop, self.monotonic() - self._stopped_at)
            self._stopped_at = None
        self._has_copied = False
        # one that was not asked again must not hold up the rest
        self._waiting = {shard: None for shard in self._waiting if shard in self._asked}
        self._asked.clear()
        self._committed.update(self._referenced)
        self._referenced.clear()

    def safe_row(self) -> int:
        """Return the row after which a restart would have to begin."""
        return min(self._committed.get(shard, 0) for shard in range(self.shards))
