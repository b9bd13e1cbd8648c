"""Scores of an isolation forest, one row at a time in compiled code.

scikit-learn takes five milliseconds for a single row and sums whole batches; here a row costs
microseconds and its score does not depend on what else is in the batch.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest

from sentinel.detect.models.features import FEATURES, Recipe
from sentinel.detect.models.kept import Kept, read_kept, refused

DECIMALS = 6
"""Scores are rounded to these, so that a compiler's last bit never makes two findings differ."""


@dataclass(frozen=True, slots=True)
class Trees:
    """All trees of a forest, one node after the other.

    roots: int32, where each tree begins.
    feature: int32, -1 at a leaf. threshold: float64; up to it a row goes left.
    after: int32[nodes, 2], left and right, always further on.
    path: float64, at a leaf: how many splits isolated what ended here, on the average.
    scale: Of a forest's mean path.
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    after: NDArray[np.int32]
    path: NDArray[np.float64]
    scale: float


class Scorer:
    """Scores rows of features; the same row has the same score to the bit, always.

    0 is the most common row of the training, 0.2 its middle, 0.5 the edge of the part that it took
    to be odd (`contamination`: with 5 %, the 95th percentile), 0.9 its oddest row; more is odder
    than all of that. Between these, straight lines over the forest's raw score (Liu, Ting, Zhou
    2008, equation 2). `train.forest` sets the knots.

    Args:
        data: The model's file.

    Raises:
        ModelRefused: The file cannot be used.
    """

    def __init__(self, data: bytes) -> None:
        kept = read_kept(data)
        self.record = kept.record
        self.note = kept.note
        self.recipe = Recipe(window=kept.record.window, gap_ms=kept.record.gap_ms)
        self._trees = flatten(kept.forest)
        self._raw, self._score = _knots(kept)

    def score(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return float64[rows] in 0..1, higher is odder; NaN where a feature is NaN."""
        scores = raw_scores(self._trees, rows)
        _map(scores, self._raw, self._score)
        return np.round(scores, DECIMALS)


def raw_scores(trees: Trees, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return float64[rows], the forest's own scores in 0..1: -score_samples of scikit-learn."""
    scores = np.full(len(rows), np.nan)
    most = np.finfo(np.float32).max
    _score(
        np.clip(rows, -most, most).astype(np.float32),  # as scikit-learn's trees compare
        trees.roots,
        trees.feature,
        trees.threshold,
        trees.after,
        trees.path,
        trees.scale,
        scores,
    )
    return scores


def flatten(forest: IsolationForest) -> Trees:
    """Return the trees of a forest as arrays, every index in them checked.

    Raises:
        ModelRefused: A tree leads out of itself or in a circle: no training makes such.
    """
    try:
        return _flattened(forest)
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise refused(_NOT_OURS) from error


def _flattened(forest: IsolationForest) -> Trees:
    parts, roots, offset = [], [], 0
    everything = list(range(len(FEATURES)))
    for estimator, seen in zip(forest.estimators_, forest.estimators_features_, strict=True):
        if list(seen) != everything:
            raise refused(_NOT_OURS)
        parts.append(_nodes(estimator.tree_, offset))
        roots.append(offset)
        offset += estimator.tree_.node_count
    feature, threshold, left, right, path = map(np.concatenate, zip(*parts, strict=True))
    samples = np.array([forest.max_samples_], np.int64)
    scale = float(len(roots) * average_path(samples)[0])
    return Trees(
        np.array(roots, np.int32),
        feature.astype(np.int32),
        threshold,
        np.stack([left, right], axis=1).astype(np.int32),
        path,
        scale or 1.0,
    )


def average_path(samples: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the mean path in a tree of so many samples: Liu, Ting, Zhou 2008, equation 1."""
    n = np.maximum(samples, 3).astype(np.float64)
    long = 2.0 * (np.log(n - 1.0) + np.euler_gamma) - 2.0 * (n - 1.0) / n
    return np.where(samples <= 1, 0.0, np.where(samples == 2, 1.0, long))  # noqa: PLR2004 -- two samples part at once


def _nodes(tree: Any, offset: int) -> tuple[NDArray[Any], ...]:  # noqa: ANN401 -- scikit-learn has no types
    """Return feature, threshold, left, right and path of one tree's nodes, checked."""
    left, right = tree.children_left.astype(np.int64), tree.children_right.astype(np.int64)
    feature, own = tree.feature.astype(np.int64), np.arange(tree.node_count)
    is_leaf = left == -1
    inside = (left > own) & (right > own) & (left < len(own)) & (right < len(own))
    sees = (feature >= 0) & (feature < len(FEATURES)) & np.isfinite(tree.threshold)
    if not np.all(np.where(is_leaf, right == -1, inside & sees)):
        raise refused(_LEADS_ASTRAY)
    depth = np.zeros(len(own))
    for node in np.flatnonzero(~is_leaf):
        depth[left[node]] = depth[right[node]] = depth[node] + 1
    path = depth + average_path(tree.n_node_samples)
    feature[is_leaf] = -1
    return feature, tree.threshold, left + offset, right + offset, path


_LEADS_ASTRAY = "a tree in it leads out of itself"
_NOT_OURS = "its forest is not as training makes it"


def _knots(kept: Kept) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    knots = np.array(kept.record.score_knots, np.float64)
    if len(knots) < 2 or not (np.diff(knots, axis=0) > 0).all() or not _in_unit_range(knots):  # noqa: PLR2004 -- a line has two ends
        raise refused(_NOT_OURS)
    return np.ascontiguousarray(knots[:, 0]), np.ascontiguousarray(knots[:, 1])


def _in_unit_range(knots: NDArray[np.float64]) -> bool:
    return bool(((knots >= 0) & (knots <= 1)).all())


@njit(cache=True, nogil=True)
def _score(
    rows: NDArray[np.float32],
    roots: NDArray[np.int32],
    feature: NDArray[np.int32],
    threshold: NDArray[np.float64],
    after: NDArray[np.int32],
    path: NDArray[np.float64],
    scale: float,
    scores: NDArray[np.float64],
) -> None:
    """Go tree by tree, as one tree fits the nearest cache; each row's sum is in order of trees."""
    depths = np.zeros(len(rows))
    for root in roots:
        for i in range(len(rows)):
            node = root
            while feature[node] >= 0:
                node = after[node, int(rows[i, feature[node]] > threshold[node])]
            depths[i] += path[node]
    for i in range(len(rows)):
        if not np.isnan(rows[i].sum()):
            scores[i] = 2.0 ** (-depths[i] / scale)


@njit(cache=True, nogil=True)
def _map(scores: NDArray[np.float64], raw: NDArray[np.float64], score: NDArray[np.float64]) -> None:
    """Draw straight lines between the knots, level beyond the ends; scalar, so never batch-wise."""
    for i in range(len(scores)):
        x = scores[i]
        if np.isnan(x):
            continue
        j = min(max(np.searchsorted(raw, x), 1), len(raw) - 1)
        share = (x - raw[j - 1]) / (raw[j] - raw[j - 1])
        scores[i] = score[j - 1] + min(max(share, 0.0), 1.0) * (score[j] - score[j - 1])
