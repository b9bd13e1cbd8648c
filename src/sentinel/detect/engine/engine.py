"""One shard of judging: readings in, findings out, all that is remembered in plain arrays."""

from typing import Any, Self

import numpy as np

from sentinel.detect.engine.arrays import Columns, State
from sentinel.detect.engine.change import carry
from sentinel.detect.engine.checks import N_CHECKS
from sentinel.detect.engine.grade import Grader
from sentinel.detect.engine.jit import seal
from sentinel.detect.engine.layout import BundleLike, lay_out
from sentinel.detect.engine.memory import empty_state, grow_blocks, grow_checks, grow_found
from sentinel.detect.engine.places import places_of
from sentinel.detect.engine.plain import plain
from sentinel.detect.engine.renewed import renewed
from sentinel.detect.engine.report import findings
from sentinel.detect.engine.scoring import Scoring
from sentinel.detect.engine.walk import DONE, FULL_BLOCKS, FULL_CHECKS, walk
from sentinel.domain.finding import Finding
from sentinel.domain.readings import Readings

SCHEMA = 2
"""Of snapshots; one of another schema is refused, by `detect` with what to do about it."""


class Engine:
    """Judges the readings of one shard's devices.

    started_at: When the sensors were registered: a sensor that never reports is missing from
    then on. The same rows in the same order give the same findings, to the bit, however they are
    cut into batches and devices into shards.
    """

    def __init__(self, bundle: BundleLike, shard: int, shards: int, *, started_at: int) -> None:
        self._layout = lay_out(bundle, shard, shards)
        self._state = empty_state(self._layout, started_at)
        self._grader = Grader(bundle.registry, builtin=bundle.builtin, shard=shard, shards=shards)
        self._scoring = Scoring(self._layout)
        self._settle()

    @property
    def bundle(self) -> BundleLike:
        """The bundle in force."""
        return self._layout.bundle

    @property
    def counts(self) -> dict[str, int]:
        """What became of the rows so far, by word."""
        shard = self._state.shard[0]
        own = {name: int(shard[name]) for name in ("judged", "unlisted", "exercise")}
        return own | self._grader.counts

    @property
    def nbytes(self) -> int:
        """Bytes of all state and tables of this shard."""
        arrays = (*self._state, *self._layout.plan, self._grader.table)
        return sum(array.nbytes for array in arrays)

    def judge(self, readings: Readings) -> list[Finding]:
        """Judge rows of this shard's sensors, and marks, in order; return what they decide."""
        graded = self._grader.grades(readings)
        columns = Columns(
            plain(readings.sensor),
            graded.time,
            plain(readings.received),
            plain(readings.value),
            graded.quality,
            graded.flags,
            plain(readings.row),
            plain(readings.index),
            graded.tripped,
            self._scoring.score(readings, graded, self._place),
            self._place,
        )
        self._state.shard["at"] = 0
        with np.errstate(all="ignore"):
            self._walk(columns)
        return findings(self._layout, self._state) if self._state.shard[0]["found"] else []

    def change(self, bundle: BundleLike, at: int, row: int) -> list[Finding]:
        """Go over to another bundle at a journal row; return what ends with it."""
        before = self._layout
        layout = lay_out(bundle, before.shard, before.shards)
        become = renewed(before.bundle.registry, bundle.registry, before.sensors)
        self._state, ended = carry(before, self._state, layout, become, at, row)
        scoring = Scoring(layout)
        scoring.carry(self._scoring, before, bundle, become)
        self._layout, self._scoring = layout, scoring
        self._grader.change(
            bundle.registry, builtin=bundle.builtin, shard=layout.shard, shards=layout.shards,
            become=become,
        )  # fmt: skip
        self._settle()
        return ended

    def snapshot(self) -> dict[str, Any]:
        """Return all that is remembered: arrays (not copies) and plain values."""
        return {
            "schema": SCHEMA,
            "bundle": self._layout.bundle.hash,
            "counts": self._grader.counts,
            "grades": self._grader.snapshot(),
            "models": self._scoring.snapshot(),
            "state": self._state._asdict(),
        }

    @classmethod
    def restore(cls, bundle: BundleLike, shard: int, shards: int, snapshot: dict[str, Any]) -> Self:
        """Return an engine that goes on where the snapshot was taken, under the same bundle."""
        if (snapshot["schema"], snapshot["bundle"]) != (SCHEMA, bundle.hash):
            message = (
                f"a snapshot must be of schema {SCHEMA} and bundle {bundle.hash}; got "
                f"{snapshot['schema']} and {snapshot['bundle']}"
            )
            raise ValueError(message)
        engine = cls(bundle, shard, shards, started_at=0)
        engine._state = State(**{n: np.array(a) for n, a in snapshot["state"].items()})
        engine._grader.restore(snapshot["grades"], snapshot["counts"])
        engine._scoring.restore(snapshot["models"])
        return engine

    def _settle(self) -> None:
        registry = self._layout.bundle.registry
        self._place = places_of(registry, self._layout.shards).place
        self._seal = seal()

    def _walk(self, columns: Columns) -> None:
        plan = self._layout.plan
        while (full := walk(plan, self._state, columns, self._seal)) != DONE:
            if full == FULL_CHECKS and self._state.shard[0]["free_checks"] < N_CHECKS:
                self._state = grow_checks(self._state)
            elif full == FULL_BLOCKS:
                self._state = grow_blocks(self._state, int(np.diff(plan.sets).max()))
            else:
                self._state = grow_found(self._state)
