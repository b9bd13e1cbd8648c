"""Features are the same however readings are cut into batches and mixed between sensors."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.models import FEATURES, FeatureState, Recipe, featurise

RECIPE = Recipe(window=3, gap_ms=10_000)


def rows(
    values: list[float], times: list[int] | None = None, sensors: list[int] | None = None
) -> np.ndarray:
    found = np.array(values, np.float64)
    at = np.array(times if times is not None else range(0, len(found) * 1000, 1000), np.int64)
    who = np.array(sensors if sensors is not None else [0] * len(found), np.int32)
    return featurise(FeatureState.empty(RECIPE), RECIPE, who, found, at)


def test_features_are_unknown_until_the_window_is_full() -> None:
    found = rows([1, 2, 3, 7])

    assert np.isnan(found[:3]).all()
    assert dict(zip(FEATURES, found[3].tolist(), strict=True)) == {
        "value": 7,
        "step": 4,
        "mean": 2,
        "spread": 1,
        "deviation": 5,
    }


def test_after_a_long_silence_the_window_fills_anew() -> None:
    found = rows([1, 2, 3, 4, 5, 6, 7], [0, 1000, 2000, 12_001, 13_000, 14_000, 15_000])

    assert np.isnan(found[:6]).all()
    assert found[6].tolist() == [7, 1, 5, 1, 2]


def test_an_unknown_value_is_passed_over() -> None:
    found = rows([1, 2, 3, np.nan, 7])

    assert np.isnan(found[3]).all()
    assert found[4, 0] == 7


def test_no_readings_give_no_rows() -> None:
    assert rows([]).shape == (0, len(FEATURES))


def test_a_snapshot_is_the_state_again() -> None:
    state = FeatureState.empty(RECIPE)
    one, times = np.zeros(3, np.int32), np.arange(3, dtype=np.int64)
    featurise(state, RECIPE, one, np.array([1.0, 2, 3]), times)
    again = FeatureState(**state.snapshot())  # type: ignore[arg-type]  # by name, each its own type

    for kept in (state, again):
        found = featurise(kept, RECIPE, one[:1], np.array([7.0]), times[:1] + 3)
        assert found[0].tolist() == [7, 4, 2, 1, 5]


@given(
    readings=st.lists(st.tuples(st.integers(0, 3), st.floats(-1e6, 1e6)), max_size=40),
    cuts=st.lists(st.integers(0, 40), max_size=5),
)
def test_batches_and_other_sensors_change_nothing(
    readings: list[tuple[int, float]], cuts: list[int]
) -> None:
    sensors = np.array([sensor for sensor, _ in readings], np.int32)
    values = np.array([value for _, value in readings], np.float64)
    times = np.arange(len(readings), dtype=np.int64) * 1000

    whole = featurise(FeatureState.empty(RECIPE), RECIPE, sensors, values, times)
    state = FeatureState.empty(RECIPE)
    pieces = [
        featurise(state, RECIPE, sensors[piece], values[piece], times[piece])
        for piece in np.split(np.arange(len(readings)), sorted(cuts))
    ]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)
    for sensor in range(4):
        own = sensors == sensor
        alone = np.zeros(own.sum(), np.int32)
        found = featurise(FeatureState.empty(RECIPE), RECIPE, alone, values[own], times[own])
        np.testing.assert_array_equal(found, whole[own])
