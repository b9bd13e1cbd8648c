"""The trained models of a bundle, as the engine asks them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.models.features import FeatureState, featurise
from sentinel.detect.models.forest import Scorer


class ModelBank:
    """All models of a bundle, read once; pure, and may be shared between shards.

    Args:
        models: Name to the bytes of its file.

    Raises:
        ModelRefused: One of the files cannot be used; a checked bundle has none such.
    """

    def __init__(self, models: Mapping[str, bytes]) -> None:
        self._scorers = {name: Scorer(data) for name, data in models.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The models' names, in the order given."""
        return tuple(self._scorers)

    def metric(self, model: str) -> str:
        """Return the id of the metric that a model judges."""
        return self._scorers[model].record.metric

    def state(self, model: str, size: int = 0) -> FeatureState:
        """Return what a model remembers of `size` sensors before the first reading."""
        return FeatureState.empty(self._scorers[model].recipe, size)

    def featurise(
        self,
        state: FeatureState,
        model: str,
        sensors: NDArray[np.int32],
        values: NDArray[np.float64],
        times: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        """Return float64[readings, features] and move `state` on; see `features.featurise`."""
        return featurise(state, self._scorers[model].recipe, sensors, values, times)

    def score(self, model: str, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return float64[rows] in 0..1, higher is odder; NaN (unknown) where a feature is."""
        return self._scorers[model].score(rows)
