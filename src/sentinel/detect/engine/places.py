"""Which shard a device belongs to, and a sensor's place within its shard."""

import weakref
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.registry import Registry


def shard_of_device(registry: Registry, shards: int) -> NDArray[np.int32]:
    """Return the shard of each device, by number: the number modulo `shards`.

    Numbers are stable and only ever appended, so a device keeps its shard as the city grows;
    all sensors of a device are in one shard.
    """
    return (np.arange(len(registry.device_ids)) % shards).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Places:
    """sensors: By shard, its sensors' numbers, ascending. place: int32, a sensor's place there."""

    sensors: tuple[NDArray[np.int64], ...]
    place: NDArray[np.int32]


def places_of(registry: Registry, shards: int) -> Places:
    """Return the places of a registry's sensors; shards of one process share one table."""
    for known, count, places in _kept:
        if known() is registry and count == shards:
            return places
    places = _place(registry, shards)
    _kept[:] = [kept for kept in _kept[-3:] if kept[0]() is not None]
    _kept.append((weakref.ref(registry), shards, places))
    return places


def _place(registry: Registry, shards: int) -> Places:
    shard = shard_of_device(registry, shards)[registry.sensor_device]
    order = np.argsort(shard, kind="stable")
    bounds = np.searchsorted(shard[order], np.arange(shards + 1))
    place = np.empty(len(shard), np.int32)
    place[order] = np.arange(len(shard)) - bounds[shard[order]]
    parts = tuple(order[bounds[k] : bounds[k + 1]] for k in range(shards))
    return Places(parts, place)


_kept: list[tuple[weakref.ref[Registry], int, Places]] = []
