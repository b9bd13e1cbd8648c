"""An isolation forest trained on the readings of one metric."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import sklearn
import skops
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest

from sentinel.detect.models.features import FEATURES, FeatureState, Recipe, featurise
from sentinel.detect.models.forest import flatten, raw_scores
from sentinel.detect.models.kept import keep
from sentinel.detect.models.record import ModelRecord, Span
from sentinel.domain.errors import SentinelError

FEWEST_ROWS = 500
"""With fewer, the 95th percentile hangs on two dozen readings."""

GAP_INTERVALS = 10
"""A silence of so many intervals starts a sensor's window anew."""


class TrainingRefused(SentinelError):  # noqa: N818 -- named after what happened
    """The readings do not make a model; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Readings of one sensor, oldest first, no time twice.

    times: int64, milliseconds since 1970 UTC. values: float64, finite, canonical unit.
    """

    sensor: str
    times: NDArray[np.int64]
    values: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be trained. The same wish and the same readings give the same scores.

    interval_ms: The metric's reporting interval. samples: of rows, for each tree.
    contamination: The part of the readings that is taken to be odd.
    """

    name: str
    metric: str
    unit: str
    interval_ms: int
    trees: int = 100
    samples: int = 256
    contamination: float = 0.05
    seed: int = 0


def train_forest(
    wanted: Wanted, series: Sequence[Series], *, trained_at: int
) -> tuple[bytes, ModelRecord]:
    """Return the model's file and its record.

    Raises:
        TrainingRefused: There is too little to learn from, or nothing ever changes.
    """
    recipe = Recipe(gap_ms=GAP_INTERVALS * wanted.interval_ms)
    rows = _rows(recipe, series)
    _refuse_if_poor(rows, recipe)
    forest = IsolationForest(
        n_estimators=wanted.trees,
        max_samples=min(wanted.samples, len(rows)),
        contamination=wanted.contamination,
        random_state=wanted.seed,
        n_jobs=1,
    ).fit(rows)
    raw = raw_scores(flatten(forest), rows)
    record = ModelRecord(
        name=wanted.name,
        metric=wanted.metric,
        unit=wanted.unit,
        features=FEATURES,
        window=recipe.window,
        gap_ms=recipe.gap_ms,
        span=_span(series, len(rows)),
        parameters={"trees": wanted.trees, "samples": min(wanted.samples, len(rows))},
        seed=wanted.seed,
        contamination=wanted.contamination,
        score_knots=score_knots(raw, wanted.contamination),
        data_sha256=_fingerprint(series),
        sklearn=sklearn.__version__,
        skops=skops.__version__,
        trained_at=trained_at,
    )
    return keep(record, forest), record


def score_knots(raw: NDArray[np.float64], contamination: float) -> tuple[tuple[float, float], ...]:
    """Return how raw scores become scores; `detect.models.forest.Scorer` says what they mean."""
    shares = (0.0, 0.5, 1 - contamination, 1 - contamination / 10, 1.0)
    scores = (0.0, 0.2, 0.5, 0.7, 0.9)
    knots: dict[float, float] = {}
    for at, score in zip([*np.quantile(raw, shares).tolist(), 1.0], [*scores, 1.0], strict=True):
        knots.setdefault(at, score)  # where many rows are alike, the milder score
    return tuple(knots.items())


def _rows(recipe: Recipe, series: Sequence[Series]) -> NDArray[np.float64]:
    """Return the features of all readings with a full window before them."""
    found = [np.empty((0, len(FEATURES)))]
    for one in series:
        sensors = np.zeros(len(one.values), np.int32)
        state = FeatureState.empty(recipe)
        rows = featurise(state, recipe, sensors, one.values, one.times)
        found.append(rows[~np.isnan(rows[:, 0])])
    return np.concatenate(found)


def _refuse_if_poor(rows: NDArray[np.float64], recipe: Recipe) -> None:
    if len(rows) < FEWEST_ROWS:
        message = (
            f"training needs {FEWEST_ROWS} readings that each have {recipe.window} before them "
            f"without a long silence; got {len(rows)}"
        )
        raise TrainingRefused(message)
    if np.ptp(rows[:, 0]) == 0:
        message = f"training needs readings that change; all are {rows[0, 0]:g}"
        raise TrainingRefused(message)


def _span(series: Sequence[Series], rows: int) -> Span:
    heard = [one for one in series if len(one.times)]
    return Span(
        first=min(int(one.times[0]) for one in heard),
        last=max(int(one.times[-1]) for one in heard),
        readings=sum(len(one.times) for one in heard),
        rows=rows,
        sensors=len(heard),
    )


def _fingerprint(series: Sequence[Series]) -> str:
    digest = sha256()
    for one in series:
        digest.update(one.sensor.encode() + b"\x00")
        digest.update(one.times.astype("<i8").tobytes())
        digest.update(one.values.astype("<f8").tobytes())
    return digest.hexdigest()
