"""Scores of trained models reach the rules that ask for them."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sentinel.detect.engine import Engine, scoring
from sentinel.detect.models import FeatureState, Recipe, featurise
from sentinel.detect.program import Func
from sentinel.domain.rank import Rank
from sentinel.testing.builders import (
    MINUTE,
    START,
    Rows,
    SmallBundle,
    at_least,
    build_leaf,
    build_metric,
    build_program,
    build_registry,
)  # fmt: skip

RECIPE = Recipe(window=3, gap_ms=10 * MINUTE)


class StepBank:
    """Scores how far a reading is from the one before, by the real features."""

    def __init__(self, models: Mapping[str, bytes]) -> None:
        self.models = models

    def metric(self, _model: str) -> str:
        return "level"

    def state(self, _model: str, size: int = 0) -> FeatureState:
        return FeatureState.empty(RECIPE, size)

    def featurise(
        self, state: FeatureState, _model: str, sensors: NDArray[np.int32],
        values: NDArray[np.float64], times: NDArray[np.int64],
    ) -> NDArray[np.float64]:  # fmt: skip
        return featurise(state, RECIPE, sensors, values, times)

    def score(self, _model: str, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.minimum(np.abs(rows[:, 1]), 1.0)


@pytest.fixture(autouse=True)
def bank(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "bank_of", lambda bundle: StepBank(bundle.models))


def bundle(data: bytes = b"1", devices: int = 2) -> SmallBundle:
    metrics = [build_metric("level"), build_metric("rain")]
    program = build_program(
        {Rank.BLUE: at_least(0.5)}, clear_hold_ms=0, models=("pump",),
        leaves=[build_leaf(Func.ANOMALY, model=0)],
    )  # fmt: skip
    return SmallBundle(
        registry=build_registry(devices, metrics), programs=(program,), models={"pump": data}
    )


def series(*values: float, begin: int = 0) -> Rows:
    rows = Rows()
    for k, value in enumerate(values, begin):
        rows.add(0, k * MINUTE, value).add(1, k * MINUTE, 9.0 * k)
    return rows


def test_a_model_s_score_raises_and_clears() -> None:
    found = Engine(bundle(), 0, 1, started_at=START).judge(
        series(1.0, 1.0, 1.0, 1.0, 2.0, 2.0).build()
    )

    assert [(f.rank, f.decided_at - START) for f in found] == [
        (Rank.BLUE, 4 * MINUTE), (Rank.NONE, 5 * MINUTE),
    ]  # fmt: skip
    assert found[0].evidence[0].value == 1.0


def test_a_model_that_stays_the_same_remembers_over_a_change() -> None:
    engine = Engine(bundle(), 0, 1, started_at=START)
    engine.judge(series(1.0, 1.0, 1.0).build())
    engine.change(bundle(devices=3), START + 3 * MINUTE, 9)

    assert len(engine.judge(series(2.0, begin=3).build())) == 1


def test_another_model_of_the_name_learns_anew() -> None:
    engine = Engine(bundle(), 0, 1, started_at=START)
    engine.judge(series(1.0, 1.0, 1.0).build())
    engine.change(bundle(b"2"), START + 3 * MINUTE, 9)

    assert engine.judge(series(2.0, begin=3).build()) == []


@given(st.lists(st.integers(0, 8), min_size=1, max_size=30), st.data())
def test_batches_and_restarts_change_no_score(values: list[int], data: st.DataObject) -> None:
    readings = series(*[v / 4 for v in values]).build()
    cut = data.draw(st.integers(0, len(readings)))
    city = bundle()
    first = Engine(city, 0, 1, started_at=START)
    found = first.judge(readings.take(slice(0, cut)))
    second = Engine.restore(city, 0, 1, first.snapshot())
    found += second.judge(readings.take(slice(cut, None)))

    assert found == Engine(city, 0, 1, started_at=START).judge(readings)
