"""Whose kept values mean nothing any more under another registry."""

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.rules.meaning import scale_of
from sentinel.domain.metric import Metric
from sentinel.domain.registry import Registry

SAME, OTHER_VALUES, OTHER_SENSOR = 0, 1, 2
"""What has become of a sensor: nothing; its values are of another unit, kind or set of states; its
device has the metric no longer, or has it now and had it not."""
_LOW = (1 << 32) - 1


def renewed(before: Registry, registry: Registry, sensors: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return what has become of each of the sensors, which both registries have."""
    old, new = before.sensor_metric[sensors], registry.sensor_metric[sensors]
    keys = (old.astype(np.int64) + 1) << 32 | (new.astype(np.int64) + 1)
    pairs, which = np.unique(keys, return_inverse=True)
    found = [_become(before, registry, (k >> 32) - 1, (k & _LOW) - 1) for k in pairs.tolist()]
    return np.array(found, np.uint8)[which]


def _become(before: Registry, registry: Registry, old: int, new: int) -> int:
    if old < 0 and new < 0:
        return SAME
    if old < 0 or new < 0:
        return OTHER_SENSOR
    return OTHER_VALUES if _is_other(before.metrics[old], registry.metrics[new]) else SAME


def _is_other(old: Metric, new: Metric) -> bool:
    """Whether a value of old would be misread; a state added beside the others does no harm."""
    states = new.states or {}
    renumbered = any(states.get(name) != number for name, number in (old.states or {}).items())
    return renumbered or scale_of(old) != scale_of(new)
