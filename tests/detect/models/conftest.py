import numpy as np
import pytest

from sentinel.detect.models import ModelRecord
from sentinel.train import Series, Wanted, train_forest

MINUTE = 60_000


def wave(seed: int, length: int = 2000) -> Series:
    rng = np.random.default_rng(seed)
    step = np.arange(length)
    return Series(
        sensor=f"s{seed}",
        times=step.astype(np.int64) * MINUTE,
        values=3 + np.sin(step / 100) + rng.normal(0, 0.05, length),
    )


@pytest.fixture(scope="session")
def series() -> list[Series]:
    """Two gauges that go up and down slowly."""
    return [wave(1), wave(2)]


@pytest.fixture(scope="session")
def trained(series: list[Series]) -> tuple[bytes, ModelRecord]:
    """A small model of the two."""
    wanted = Wanted(name="river", metric="water_level", unit="m", interval_ms=MINUTE, trees=30)
    return train_forest(wanted, series, trained_at=5)


@pytest.fixture(scope="session")
def model(trained: tuple[bytes, ModelRecord]) -> bytes:
    return trained[0]
