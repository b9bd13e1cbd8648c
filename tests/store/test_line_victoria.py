"""A real VictoriaMetrics that goes away, comes back, and is told all kinds of numbers."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.domain.errors import StoreDown
from sentinel.store import StoreKind, StoreSettings, open_store
from sentinel.testing.samples import NOON, readings_of, stored_registry
from sentinel.testing.victoria import Victoria, find_victoria, running_victoria

pytestmark = [
    pytest.mark.victoria,
    pytest.mark.skipif(find_victoria() is None, reason="there is no victoria-metrics here"),
]
numbers = st.floats(1e-9, 1e12) | st.floats(-1e12, -1e-9) | st.just(0.0)
"""What sensors measure; of a number next to nothing, VictoriaMetrics makes nothing."""
ALWAYS = (0, NOON + 86_400_000)


@pytest.fixture(scope="module")
def victoria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victoria]:
    with running_victoria(tmp_path_factory.mktemp("victoria")) as server:
        yield server


def test_after_an_outage_the_same_call_succeeds(tmp_path: Path) -> None:
    registry = stored_registry(["lv-01"])
    batch = readings_of([0, 0], [NOON, NOON + 1], [1, 2])
    with running_victoria(tmp_path / "victoria") as server:
        kind = StoreKind.VICTORIA_METRICS
        store = open_store(StoreSettings(kind=kind, url=server.url), tmp_path)
        store.write(batch.take(slice(0, 1)), registry)
        server.stop()
        with pytest.raises(StoreDown, match="it is tried again"):
            store.write(batch, registry)

        server.start()
        store.write(batch, registry)
        server.settle()

        assert store.readings("lv-01", "water_level", *ALWAYS).value.tolist() == [1, 2]
        store.close()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(numbers, min_size=1, max_size=50), st.integers(-1000, 10**9))
def test_numbers_come_back_to_twelve_digits(
    victoria: Victoria, tmp_path: Path, values: list[float], lag_ms: int
) -> None:
    """VictoriaMetrics keeps decimals, scaled together for a block of one series."""
    url, bucket = victoria.url, f"numbers-{abs(hash((tuple(values), lag_ms)))}"
    kind = StoreKind.VICTORIA_METRICS
    store = open_store(StoreSettings(kind=kind, url=url, bucket=bucket), tmp_path)
    times = [NOON + 1000 * at for at in range(len(values))]
    store.write(
        readings_of([0] * len(values), times, values, lag_ms=lag_ms), stored_registry(["lv-01"])
    )
    victoria.settle()

    found = store.readings("lv-01", "water_level", *ALWAYS)

    assert found.time.tolist() == times
    largest = max(abs(value) for value in values)
    assert np.allclose(found.value, values, rtol=1e-12, atol=largest * 1e-12)
    assert set((found.received - found.time).tolist()) == {lag_ms}
    store.close()
