"""Scores of trained models: a column between grading and judging, a batch at a time."""

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.grade import Graded
from sentinel.detect.engine.layout import BundleLike, Layout
from sentinel.detect.engine.renewed import SAME
from sentinel.domain.quality import Quality
from sentinel.domain.readings import ReadingFlag, Readings

if TYPE_CHECKING:
    from sentinel.detect.models import ModelBank

Columns = NDArray[np.float64]
EXCLUDED = (
    ReadingFlag.HISTORICAL
    | ReadingFlag.CLOCK_OFF
    | ReadingFlag.DEADLINE
    | ReadingFlag.ALIVE
    | ReadingFlag.EXERCISE
    | ReadingFlag.LATE
    | ReadingFlag.REPEAT
)


class Scoring:
    """What the models of a bundle remember of one shard's sensors.

    A score is of a reading that arrives in order and is usable; others leave the models as they
    are. The state does not depend on how readings are cut into batches.
    """

    def __init__(self, layout: Layout) -> None:
        self.models = layout.tables.models
        self.rows = np.where(layout.scored, np.cumsum(layout.scored) - 1, -1)
        self._none = np.zeros((0, max(len(self.models), 1)))
        if not self.models:
            return
        bank = bank_of(layout.bundle)
        registry, size = layout.bundle.registry, int(layout.scored.sum())
        metric = registry.sensor_metric[layout.sensors]
        self._bank = bank
        self._judged = [
            (metric == registry.metric_number.get(bank.metric(m), -1)) & layout.scored
            for m in self.models
        ]
        self.states = [bank.state(model, size) for model in self.models]

    def score(self, readings: Readings, graded: Graded, place: NDArray[np.int32]) -> Columns:
        """Return float64[readings, models], NaN where there is no score; no rows without models."""
        if not self.models:
            return self._none
        usable = (graded.quality < Quality.FAIL) & (graded.flags & int(EXCLUDED) == 0)
        at = np.flatnonzero((graded.newest != 0) & usable)
        places = place[readings.sensor[at]]
        scores = np.full((len(readings), len(self.models)), np.nan)
        for number, model in enumerate(self.models):
            mine = self._judged[number][places]
            chosen = at[mine]
            features = self._bank.featurise(
                self.states[number],
                model,
                self.rows[places[mine]].astype(np.int32),
                readings.value[chosen],
                graded.time[chosen],
            )
            scores[chosen, number] = self._bank.score(model, features)
        return scores

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Return what each model remembers, by its name."""
        if not self.models:
            return {}
        return {m: s.snapshot() for m, s in zip(self.models, self.states, strict=True)}

    def restore(self, snapshot: dict[str, dict[str, Any]]) -> None:
        """Take over what `snapshot` gave under the same layout."""
        for number, model in enumerate(self.models):
            state = self.states[number]
            for name, column in snapshot[model].items():
                setattr(state, name, np.array(column))

    def carry(
        self, before: "Scoring", old: Layout, new: BundleLike, become: NDArray[np.uint8]
    ) -> None:
        """Take over what models that stayed the same remember; places only ever grow."""
        n = len(before.rows)
        both = (before.rows >= 0) & (self.rows[:n] >= 0) & (become == SAME)
        source, target = before.rows[both], self.rows[:n][both]
        for number, model in enumerate(self.models):
            if model not in before.models or old.bundle.models[model] != new.models[model]:
                continue
            state, was = self.states[number], before.states[before.models.index(model)]
            size = int((self.rows >= 0).sum())
            state.grow(size)
            was.grow(int((before.rows >= 0).sum()))
            for column, kept in (
                (state.recent, was.recent), (state.count, was.count), (state.last, was.last),
            ):  # fmt: skip
                column[target] = kept[source]


def bank_of(bundle: BundleLike) -> "ModelBank":
    """Return a bundle's models, read once for all shards of the process."""
    from sentinel.detect.models import ModelBank  # noqa: PLC0415 -- scikit-learn loads slowly

    for known, bank in _kept:
        if known() is bundle:
            return bank
    bank = ModelBank(bundle.models)
    _kept[:] = _kept[-1:]
    _kept.append((weakref.ref(bundle), bank))
    return bank


_kept: "list[tuple[weakref.ref[BundleLike], ModelBank]]" = []
