"""Scores: in range, ordered as oddity is, and of the row alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.models import ModelBank, Scorer, read_kept
from sentinel.detect.models.features import FEATURES
from sentinel.detect.models.forest import average_path, flatten, raw_scores
from sentinel.train import Series


@pytest.fixture(scope="module")
def scorer(model: bytes) -> Scorer:
    return Scorer(model)


def test_the_forest_scores_as_scikit_learn_does(model: bytes) -> None:
    forest = read_kept(model).forest
    rows = np.random.default_rng(3).normal(3, 2, (500, len(FEATURES)))

    ours = raw_scores(flatten(forest), rows)

    np.testing.assert_allclose(ours, -forest.score_samples(rows), rtol=1e-12)


def test_half_is_the_edge_of_what_training_took_to_be_odd(
    model: bytes, series: list[Series]
) -> None:
    bank = ModelBank({"river": model})
    scores = []
    for one in series:
        sensors = np.zeros(len(one.values), np.int32)
        rows = bank.featurise(bank.state("river"), "river", sensors, one.values, one.times)
        scores.append(bank.score("river", rows))
    known = np.concatenate(scores)
    known = known[~np.isnan(known)]

    assert (known > 0.5).mean() == pytest.approx(0.05, abs=0.005)
    assert known.min() == 0
    assert known.max() == pytest.approx(0.9)
    assert np.median(known) == pytest.approx(0.2, abs=0.01)


def test_a_jump_is_odder_than_all_before_it(model: bytes, series: list[Series]) -> None:
    bank = ModelBank({"river": model})
    state = bank.state("river")
    values = series[0].values[:30].copy()
    values[20] += 40
    rows = bank.featurise(state, "river", np.zeros(30, np.int32), values, series[0].times[:30])
    scores = bank.score("river", rows)

    assert np.isnan(scores[:12]).all()
    assert scores[20] > np.nanmax(scores[:20])
    assert scores[20] > 0.7


def test_a_row_with_an_unknown_feature_has_no_score(scorer: Scorer) -> None:
    rows = np.full((2, len(FEATURES)), 3.0)
    rows[1, 4] = np.nan
    scores = scorer.score(rows)
    assert not np.isnan(scores[0])
    assert np.isnan(scores[1])


def test_no_rows_have_no_scores(scorer: Scorer) -> None:
    assert scorer.score(np.empty((0, len(FEATURES)))).shape == (0,)


@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(0, 200), max_size=8))
def test_a_score_does_not_depend_on_its_batch(scorer: Scorer, seed: int, cuts: list[int]) -> None:
    rows = np.random.default_rng(seed).normal(3, 2, (200, len(FEATURES)))
    whole = scorer.score(rows)
    pieces = [scorer.score(piece) for piece in np.split(rows, sorted(cuts))]
    shuffled = np.random.default_rng(seed).permutation(200)

    assert np.concatenate(pieces).tobytes() == whole.tobytes()
    assert scorer.score(rows[shuffled]).tobytes() == whole[shuffled].tobytes()
    assert ((whole >= 0) & (whole <= 1)).all()


@given(st.lists(st.floats(width=64), min_size=len(FEATURES), max_size=len(FEATURES)))
def test_any_row_has_a_score_in_range_or_none(scorer: Scorer, row: list[float]) -> None:
    (score,) = scorer.score(np.array([row])).tolist()
    assert np.isnan(score) or 0 <= score <= 1


def test_average_paths_are_those_of_the_paper() -> None:
    assert average_path(np.array([0, 1, 2])).tolist() == [0, 0, 1]
    assert average_path(np.array([256]))[0] == pytest.approx(10.2448, abs=1e-3)
