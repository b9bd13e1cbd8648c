"""A bundle laid out for one shard: which rule watches which sensors, and where their state is.

A function of (bundle, shard, shards) alone, so that state which was kept fits again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.arrays import DEVICE, Plan
from sentinel.detect.engine.places import places_of
from sentinel.detect.engine.subjects import subjects_of
from sentinel.detect.engine.tables import Tables, ranks_of, tabulate
from sentinel.detect.engine.windows import WindowSets, window_sets
from sentinel.detect.engine.zone import offset_table
from sentinel.detect.program import Func, Program
from sentinel.domain.registry import Registry

Ints = NDArray[np.int64]
PROFILED = frozenset({Func.USUAL, Func.UNUSUAL})


class BundleLike(Protocol):
    """What the engine needs of a bundle; `sentinel.bundle.Bundle` has more."""

    @property
    def hash(self) -> str:
        """Name of the bundle."""
        ...

    @property
    def zone(self) -> str:
        """IANA name of the city's zone."""
        ...

    @property
    def registry(self) -> Registry:
        """Devices, sensors, metrics, areas."""
        ...

    @property
    def programs(self) -> tuple[Program, ...]:
        """The rules, compiled."""
        ...

    @property
    def builtin(self) -> bool:
        """Whether the built-in device checks run."""
        ...

    @property
    def models(self) -> Mapping[str, bytes]:
        """Trained models by name."""
        ...


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where everything of one shard is.

    sensors: Numbers in the registry, by place. links_at: where each sensor's links begin, and one
    more. program, device: by instance; device as a place (number // shards). levels_at,
    inputs_at, params_at: where each instance's begin, and one more. profiled, scored: by sensor,
    whether it has a profile, or model scores.
    """

    bundle: BundleLike
    shard: int
    shards: int
    plan: Plan
    tables: Tables
    sensors: Ints
    program: Ints
    device: Ints
    levels_at: Ints
    inputs_at: Ints
    params_at: Ints
    links_at: Ints
    windows: WindowSets
    profiled: NDArray[np.bool_]
    scored: NDArray[np.bool_]

    def device_number(self, instance: int) -> int:
        """Return the registry's number of an instance's device."""
        return int(self.device[instance]) * self.shards + self.shard

    @cached_property
    def keys(self) -> dict[tuple[str, str], int]:
        """Return program numbers by what gives state its identity: rule and meaning."""
        return {(p.rule, p.meaning): k for k, p in enumerate(self.bundle.programs)}


def lay_out(bundle: BundleLike, shard: int, shards: int) -> Layout:
    """Lay a bundle out for one of `shards`."""
    registry = bundle.registry
    tables = tabulate(bundle.programs, registry.metrics)
    sensors = places_of(registry, shards).sensors[shard]
    program, device, inputs_by_watch = _instances(bundle, shard, shards)
    counts = [(len(ranks_of(p)) + (p.clear_code is not None)) for p in bundle.programs]
    levels_at = _starts(np.array(counts, np.int64)[program])
    widths = np.array([len(p.watches) for p in bundle.programs], np.int64)[program]
    inputs_at = _starts(widths)
    inputs = np.zeros(inputs_at[-1], np.int32)
    for number, watched in enumerate(inputs_by_watch):
        where = np.flatnonzero(program == number)
        for k, places in enumerate(watched):
            inputs[inputs_at[where] + k] = places
    params_at, params = _params(bundle, program, device, shard, shards)
    links_at, links = _links(inputs, widths, len(sensors))
    windows = window_sets(bundle.programs, registry, sensors, inputs_by_watch)
    devices, device_sensors = _devices(registry, sensors, device, shard, shards)
    plan = Plan(
        *tables[:6], links=links, inputs=inputs, params=params, devices=devices,
        device_sensors=device_sensors, offsets=offset_table(bundle.zone), sets=windows.sets,
        overs=windows.overs,
        intervals=np.array([m.interval_ms for m in registry.metrics] or [1], np.int64),
    )  # fmt: skip
    return Layout(
        bundle=bundle, shard=shard, shards=shards, plan=plan, tables=tables, sensors=sensors,
        program=program, device=device, levels_at=levels_at, inputs_at=inputs_at,
        params_at=params_at, links_at=links_at, windows=windows,
        profiled=_using(bundle, len(sensors), inputs_by_watch, trained=False),
        scored=_using(bundle, len(sensors), inputs_by_watch, trained=True),
    )  # fmt: skip


Watched = list[list[NDArray[np.int32]]]
"""By program, by watch: the places of the sensors, one a device, devices ascending."""


def _instances(bundle: BundleLike, shard: int, shards: int) -> tuple[Ints, Ints, Watched]:
    """Return program and device of each instance, devices together, and what each watches."""
    registry = bundle.registry
    subjects, place = subjects_of(registry), places_of(registry, shards).place
    programs, devices, watched = [], [], Watched()
    for number, program in enumerate(bundle.programs):
        chosen = np.flatnonzero(subjects.devices(program)[shard::shards])
        numbers = (chosen * shards + shard).astype(np.int32)
        watched.append([place[registry.sensors(numbers, w.metric)] for w in program.watches])
        programs.append(np.full(len(chosen), number))
        devices.append(chosen)
    if not programs:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), []
    program_, device = np.concatenate(programs), np.concatenate(devices)
    order = np.lexsort((program_, device))
    return program_[order], device[order], watched


def _starts(counts: Ints) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])


def _params(
    bundle: BundleLike, program: Ints, device: Ints, shard: int, shards: int
) -> tuple[Ints, NDArray[np.float64]]:
    """Return each instance's parameters: `device.NAME` and `area.NAME` as numbers."""
    counts = np.array([len(p.params) for p in bundle.programs], np.int64)[program]
    at = _starts(counts)
    values = np.zeros(at[-1])
    for number, one in enumerate(bundle.programs):
        where = np.flatnonzero(program == number) if one.params else ()
        for k, param in enumerate(one.params):
            known = subjects_of(bundle.registry).values(param)
            values[at[where] + k] = known[device[where] * shards + shard]
    return at, values


def _links(inputs: NDArray[np.int32], widths: Ints, sensors: int) -> tuple[Ints, NDArray[np.int32]]:
    """Return the instances of each sensor, ascending, each once."""
    pairs = inputs.astype(np.int64) << 32 | np.repeat(np.arange(len(widths)), widths)
    pairs = np.unique(pairs)
    at = np.searchsorted(pairs >> 32, np.arange(sensors + 1))
    return at, (pairs & 0xFFFF_FFFF).astype(np.int32)


def _devices(
    registry: Registry, sensors: Ints, instance_device: Ints, shard: int, shards: int
) -> tuple[NDArray[np.void], NDArray[np.int32]]:
    """Return the instances and the sensors of each device."""
    n = len(range(shard, len(registry.device_ids), shards))
    own = registry.sensor_device[sensors] // shards
    order = np.argsort(own, kind="stable")
    devices = np.zeros(n, DEVICE)
    bounds = np.searchsorted(own[order], np.arange(n + 1))
    devices["sensor"], devices["sensor_end"] = bounds[:-1], bounds[1:]
    bounds = np.searchsorted(instance_device, np.arange(n + 1))
    devices["instance"], devices["end"] = bounds[:-1], bounds[1:]
    return devices, order.astype(np.int32)


def _using(
    bundle: BundleLike, sensors: int, watched: Sequence[Sequence[NDArray[np.int32]]], *,
    trained: bool,
) -> NDArray[np.bool_]:  # fmt: skip
    """Return by sensor whether a rule asks for its profile, or for a trained model's score."""
    using = np.zeros(sensors, np.bool_)
    for program, places in zip(bundle.programs, watched, strict=True):
        for leaf in program.leaves:
            is_model = leaf.func is Func.ANOMALY and leaf.model >= 0
            is_profile = leaf.func in PROFILED or (leaf.func is Func.ANOMALY and leaf.model < 0)
            if is_model if trained else is_profile:
                using[places[leaf.watch]] = True
    return using
