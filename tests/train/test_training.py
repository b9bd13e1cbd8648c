"""Training: what it takes, what it refuses, and that it is the same twice."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.models import FEATURES, ModelRecord, Scorer
from sentinel.train import Series, TrainingRefused, Wanted, train_forest
from sentinel.train.forest import score_knots

WANTED = Wanted(name="river", metric="water_level", unit="m", interval_ms=60_000, trees=30)


def test_the_record_says_where_the_model_comes_from(
    trained: tuple[bytes, ModelRecord],
) -> None:
    record = trained[1]
    assert (record.name, record.metric, record.unit) == ("river", "water_level", "m")
    assert (record.features, record.window, record.gap_ms) == (FEATURES, 12, 600_000)
    assert record.parameters == {"trees": 30, "samples": 256}
    assert (record.span.readings, record.span.rows, record.span.sensors) == (4000, 3976, 2)
    assert (record.span.first, record.span.last) == (0, 1999 * 60_000)
    assert (record.seed, record.contamination, record.trained_at) == (0, 0.05, 5)
    assert len(record.data_sha256) == 64


def test_the_same_readings_and_seed_give_the_same_scores(
    trained: tuple[bytes, ModelRecord], series: list[Series]
) -> None:
    again, record = train_forest(WANTED, series, trained_at=5)
    rows = np.random.default_rng(4).normal(3, 1, (100, len(FEATURES)))

    assert record == trained[1]
    assert Scorer(again).score(rows).tobytes() == Scorer(trained[0]).score(rows).tobytes()


def test_other_readings_give_another_fingerprint(
    trained: tuple[bytes, ModelRecord], series: list[Series]
) -> None:
    other = replace(series[0], values=series[0].values + 1e-9)
    record = train_forest(WANTED, [other, series[1]], trained_at=5)[1]
    assert record.data_sha256 != trained[1].data_sha256


def test_too_few_readings_are_refused(series: list[Series]) -> None:
    few = replace(series[0], times=series[0].times[:100], values=series[0].values[:100])
    with pytest.raises(TrainingRefused, match=r"needs 500 readings .* silence; got 88"):
        train_forest(WANTED, [few], trained_at=0)


def test_readings_with_gaps_only_are_refused(series: list[Series]) -> None:
    apart = replace(series[0], times=series[0].times * 100)
    with pytest.raises(TrainingRefused, match="got 0"):
        train_forest(WANTED, [apart], trained_at=0)


def test_no_readings_are_refused() -> None:
    with pytest.raises(TrainingRefused, match="got 0"):
        train_forest(WANTED, [], trained_at=0)


def test_readings_that_never_change_are_refused(series: list[Series]) -> None:
    still = replace(series[0], values=np.full(2000, 3.0))
    with pytest.raises(TrainingRefused, match="needs readings that change; all are 3"):
        train_forest(WANTED, [still], trained_at=0)


@given(
    raw=st.lists(st.floats(0.3, 0.9), min_size=1, max_size=50),
    contamination=st.floats(0.001, 0.5),
)
def test_scores_grow_with_raw_scores(raw: list[float], contamination: float) -> None:
    knots = np.array(score_knots(np.array(raw), contamination))
    assert (np.diff(knots, axis=0) > 0).all()
    assert knots[-1].tolist() == [1, 1]
    assert len(knots) >= 2


def test_what_most_rows_are_like_is_never_odd() -> None:
    knots = dict(score_knots(np.array([0.4] * 10 + [0.6] * 90), 0.05))
    assert knots[0.6] == 0.2
