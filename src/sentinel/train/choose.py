"""Which devices a model learns from, and their readings out of a store."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sentinel.document.problems import nearest
from sentinel.domain.quality import Quality
from sentinel.domain.registry import Registry
from sentinel.train.forest import Series, TrainingRefused


class Stored(Protocol):
    """What a store keeps of one sensor, oldest first."""

    @property
    def time(self) -> NDArray[np.int64]:
        """Milliseconds since 1970 UTC."""
        ...

    @property
    def value(self) -> NDArray[np.float64]:
        """In the canonical unit."""
        ...

    @property
    def quality(self) -> NDArray[np.uint8]:
        """As `domain.quality.Quality` counts."""
        ...


class ReadingStore(Protocol):
    """Where stored readings come from."""

    def readings(
        self, device: str, metric: str, start_ms: int, end_ms: int, limit: int | None = None
    ) -> Stored:
        """Return the readings of start <= time < end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Ids of devices that have the metric. is_narrowed: not simply all of them."""

    devices: Sequence[str]
    is_narrowed: bool


def choose(
    registry: Registry, metric: str, *, devices: Collection[str] | None, kind: str | None
) -> Chosen:
    """Return the devices with the metric that are wanted.

    Raises:
        TrainingRefused: A device or the kind is not known, or none is left.
    """
    for device in devices or ():
        _refuse_unknown("device", device, registry.device_number)
    if kind is not None:
        _refuse_unknown("kind of device", kind, set(registry.device_kind))
    has = registry.sensor_device[registry.sensor_metric == registry.metric_number[metric]]
    found = [
        registry.device_ids[number]
        for number in has.tolist()
        if (kind is None or registry.device_kind[number] == kind)
        and (not devices or registry.device_ids[number] in devices)
    ]
    if not found:
        message = f"no device that is wanted has {metric!r}"
        raise TrainingRefused(message)
    return Chosen(devices=sorted(found), is_narrowed=bool(devices) or kind is not None)


def read_stored(
    store: ReadingStore, metric: str, devices: Sequence[str], start_ms: int, end_ms: int
) -> list[Series]:
    """Return the stored readings of each device that were good enough to be judged."""
    return [_series(device, store.readings(device, metric, start_ms, end_ms)) for device in devices]


def _series(device: str, stored: Stored) -> Series:
    good = (stored.quality < Quality.FAIL) & np.isfinite(stored.value)
    return Series(sensor=device, times=stored.time[good], values=stored.value[good])


def _refuse_unknown(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        message = f"there is no {what} {name!r}; {nearest(name, known)}".rstrip("; ")
        raise TrainingRefused(message)
