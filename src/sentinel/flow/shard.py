"""One shard of a flow: its state, what it has seen, and when its checkpoint is due."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from bytewax.operators import StatefulBatchLogic
from typing_extensions import override

from sentinel.flow.checkpoint import Checkpoints
from sentinel.flow.ports import Keyed
from sentinel.flow.progress import Progress, Reference
from sentinel.flow.slices import Work

State = TypeVar("State", bound=Keyed)
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True)
class Turns:
    """Whose turn it is to write a checkpoint: one shard after the other, each once a cycle.

    cycle_seconds: How long a cycle takes; what a restart must judge again is at most that.
    monotonic: Seconds that only grow.
    """

    shards: int
    cycle_seconds: float
    monotonic: Callable[[], float]

    def due(self, last: float) -> bool:
        """Return whether a shard that was last written at `last` is to be written now."""
        return self.monotonic() - last >= self.cycle_seconds

    def first(self, shard: int) -> float:
        """Return a made-up last time that spreads the shards over the cycle."""
        share = self.cycle_seconds / self.shards
        return self.monotonic() - self.cycle_seconds + share * shard


class Shard(StatefulBatchLogic[Work, list[Out], Reference], Generic[State, Out]):
    """Keeps a state alive over slices, restarts and bundles.

    Subclasses say how a state begins, does its work, changes bundle and is restored. Bytewax does
    not tell a logic its key: the shard's number comes with its first work, or its reference.
    """

    def __init__(
        self,
        reference: Reference | None,
        *,
        checkpoints: Checkpoints,
        progress: Progress,
        turns: Turns,
    ) -> None:
        self.shard = reference["shard"] if reference else -1
        self.state: State | None = None
        self._checkpoints = checkpoints
        self._progress = progress
        self._turns = turns
        self._reference = reference
        self._row = 0
        self._bundle = ""
        self._writing: Future[str] | None = None
        self._writing_row = 0
        self._last_written = turns.first(max(self.shard, 0))
        if reference is not None:
            self._restore(reference)

    def begin(self, bundle: str, at: int) -> State:
        """Return the state of a shard that has seen nothing."""
        raise NotImplementedError

    def restore(self, bundle: str, snapshot: dict[str, Any]) -> State:
        """Return the state that `snapshot` was taken of."""
        raise NotImplementedError

    def change(self, state: State, work: Work) -> list[Out]:
        """Go over to another bundle."""
        raise NotImplementedError

    def do(self, state: State, work: Work) -> list[Out]:
        """Take in the readings of a slice."""
        raise NotImplementedError

    @override
    def on_batch(self, values: list[Work]) -> tuple[list[list[Out]], bool]:
        if self.shard < 0:
            self.shard = values[0].shard
            self._last_written = self._turns.first(self.shard)
        done = [out for work in values if work.row > self._row for out in self._one(work)]
        return ([done] if done else []), StatefulBatchLogic.RETAIN

    @override
    def snapshot(self) -> Reference:
        self._progress.stands_still()
        self._take_over_written()
        if self.state is not None and self._is_due() and self._progress.may_copy(self.shard):
            snapshot = {**self.state.snapshot(), "flow.bundle": self._bundle}
            self._writing = self._checkpoints.save(self.shard, self._row, snapshot)
            self._writing_row = self._row
            self._last_written = self._turns.monotonic()
        reference = self._reference or Reference(shard=self.shard, file="", row=0)
        self._progress.refer(self.shard, reference["row"])
        return reference

    def _is_due(self) -> bool:
        at = self._reference["row"] if self._reference else 0
        is_free = self._writing is None and self._row > at
        return is_free and self._turns.due(self._last_written)

    def _take_over_written(self) -> None:
        """Refer to the file being written as soon as it is durable; drop those before the last.

        One that found no room is tried again when it is this shard's turn again.
        """
        if self._writing is None or not self._writing.done():
            return
        file, self._writing = self._writing.result(), None
        if not file:
            return
        before = self._reference["row"] if self._reference else 0
        self._reference = Reference(shard=self.shard, file=file, row=self._writing_row)
        self._checkpoints.prune(self.shard, before)

    def _restore(self, reference: Reference) -> None:
        if not reference["file"]:
            self._reference = None
            return
        snapshot = self._checkpoints.load(reference["file"])
        self._bundle = snapshot.pop("flow.bundle")
        self._row = reference["row"]
        self.state = self.restore(self._bundle, snapshot)

    def _one(self, work: Work) -> list[Out]:
        if len(work.readings) and work.readings.row[0] <= self._row:
            work = _not_before(work, self._row)
        self._row = work.row
        if work.changed_at is not None:
            self._bundle = work.bundle
            if self.state is None:
                self.state = self.begin(work.bundle, work.changed_at)
                return []
            return self.change(self.state, work)
        return self.do(self.state, work) if self.state is not None else []


def _not_before(work: Work, row: int) -> Work:
    """Return the work without the rows up to `row`: slices are cut anew after a restart."""
    return replace(work, readings=work.readings.take(work.readings.row > row))
