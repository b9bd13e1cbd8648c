import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sentinel.console.thin import thin

VALUES = arrays(np.float64, st.integers(0, 300), elements=st.floats(-1e6, 1e6) | st.just(np.nan))


@given(value=VALUES, points=st.integers(10, 60))
def test_no_peak_is_lost_and_few_points_are_left(value: np.ndarray, points: int) -> None:
    kept = thin(value, points)

    assert len(kept) <= max(points, 0) + 4 if len(value) > points else len(kept) == len(value)
    assert list(kept) == sorted(set(kept))
    known = value[~np.isnan(value)]
    if len(known):
        assert np.nanmax(value[kept]) == known.max()
        assert np.nanmin(value[kept]) == known.min()
