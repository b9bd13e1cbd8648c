"""Builders of what the pure core works on: small registries, programs and readings, in a line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sentinel.detect.program import Code, Func, Leaf, MissingThen, Op, Program, Watch
from sentinel.domain.area import Area, Level
from sentinel.domain.metric import Metric, MetricKind
from sentinel.domain.rank import Rank
from sentinel.domain.readings import Readings
from sentinel.domain.registry import Registry

START = 1_781_740_800_000
"""18 June 2026, 8:00 in Shanghai; milliseconds since 1970."""
MINUTE = 60_000

CITY = Area(
    code="city", parent="", level=Level.CITY, name={"zh": "本市", "en": "the city"},
    geometry=None, attributes={},
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SmallBundle:
    """What the engine needs of a bundle."""

    registry: Registry
    programs: tuple[Program, ...]
    hash: str = "bundle-1"
    zone: str = "Asia/Shanghai"
    builtin: bool = False
    models: Mapping[str, bytes] = field(default_factory=dict)


def build_metric(id: str = "level", **more: Any) -> Metric:  # noqa: A002, ANN401 -- its fields
    """Return a gauge in metres, reported once a minute unless told otherwise."""
    plain = Metric(
        id=id, title={"en": id}, kind=MetricKind.GAUGE, unit="m", interval_ms=MINUTE
    )  # fmt: skip
    return replace(plain, **more)


def build_registry(
    devices: Sequence[str] | int = 1,
    metrics: Sequence[Metric] | None = None,
    *,
    retired: Iterable[str] = (),
    attributes: Mapping[str, Sequence[str]] | None = None,
    kinds: Sequence[str] | None = None,
) -> Registry:
    """Return a registry in which each device has a sensor of each metric, device by device."""
    ids = [f"d{k}" for k in range(devices)] if isinstance(devices, int) else list(devices)
    metrics = metrics or [build_metric()]
    gone = set(retired)
    return Registry(
        areas=[CITY],
        area_number={"city": 0},
        area_parent=np.array([-1], np.int32),
        metrics=metrics,
        metric_number={metric.id: k for k, metric in enumerate(metrics)},
        device_ids=ids,
        device_number={one: k for k, one in enumerate(ids)},
        device_area=np.zeros(len(ids), np.int32),
        device_kind=kinds or ["gauge"] * len(ids),
        device_retired=np.array([one in gone for one in ids], np.bool_),
        attributes=attributes or {},
        sensor_device=np.repeat(np.arange(len(ids), dtype=np.int32), len(metrics)),
        sensor_metric=np.tile(np.arange(len(metrics), dtype=np.int32), len(ids)),
        sensor_offset=np.zeros(len(ids) * len(metrics)),
    )


def build_leaf(func: Func = Func.VALUE, over: int = 0, *, watch: int = 0, **more: Any) -> Leaf:  # noqa: ANN401
    """Return a leaf; `over` in ms."""
    need = {Func.STDDEV: 3, Func.SLOPE: 3, Func.COUNT: 0}.get(func, 1)
    text = f"{func.name.lower()}({watch}, {over})"
    plain = Leaf(func=func, watch=watch, over_ms=over, need=need, text=text, unit="m")
    return replace(plain, **more)


def build_code(*terms: float | Op | tuple[str, int]) -> Code:
    """Return a condition in postfix order: numbers, operations, and `("leaf", n)`."""
    ops: list[tuple[Op, int]] = []
    consts: list[float] = []
    for term in terms:
        if isinstance(term, Op):
            ops.append((term, 0))
        elif isinstance(term, tuple):
            ops.append((Op.LEAF, term[1]))
        else:
            ops.append((Op.CONST, len(consts)))
            consts.append(float(term))
    return Code(tuple(ops), tuple(consts), len(terms))


def at_least(threshold: float, leaf: int = 0) -> Code:
    """Return the condition that a leaf is at or above a threshold."""
    return build_code(("leaf", leaf), threshold, Op.GE)


def below(threshold: float, leaf: int = 0) -> Code:
    """Return the condition that a leaf is below a threshold."""
    return build_code(("leaf", leaf), threshold, Op.LT)


def build_program(
    raises: Mapping[Rank, Code] | None = None,
    *,
    rule: str = "river-level",
    leaves: Sequence[Leaf] | None = None,
    hold: int | Mapping[Rank, int] = 0,
    watches: Sequence[Watch] | None = None,
    **more: Any,  # noqa: ANN401
) -> Program:
    """Return a rule: by default blue from 3 metres on, no hold, 5 minutes of clear hold."""
    raises = raises or {Rank.BLUE: at_least(3.0)}
    holds = {rank: hold if isinstance(hold, int) else hold.get(rank, 0) for rank in raises}
    plain = Program(
        rule=rule,
        file="rules/flood.yaml",
        scenario="flood-control",
        watches=tuple(watches or [Watch(name="level", metric=0)]),
        params=(),
        leaves=tuple(leaves or [build_leaf()]),
        raise_code=dict(raises),
        hold_ms=holds,
        clear_code=None,
        clear_hold_ms=5 * MINUTE,
        missing_after_ms=0,
        missing_then=MissingThen.BLIND,
        meaning=rule,
        title={"en": "{device.id}: river at {level.value:.2f} m"},
    )
    return replace(plain, **more)


@dataclass(slots=True)
class Rows:
    """Rows in the making; times in ms after `START` unless given whole.

    >>> rows = Rows().add(0, 0, 3.1).tick(1000)
    >>> rows.build().sensor
    array([ 0, -1], dtype=int32)
    """

    rows: list[tuple[int, int, int, float, int, int]] = field(default_factory=list)

    def add(
        self, sensor: int, time: int, value: float, *, received: int | None = None,
        quality: int = 1, flags: int = 0,
    ) -> "Rows":  # fmt: skip
        """Append a reading, received when it was measured unless told otherwise."""
        got = time if received is None else received
        self.rows.append((sensor, START + time, START + got, value, quality, int(flags)))
        return self

    def tick(self, time: int, mark: int = -1) -> "Rows":
        """Append a tick or another mark."""
        self.rows.append((mark, START + time, START + time, 0.0, 2, 0))
        return self

    def build(self) -> Readings:
        """Return the rows as columns; each is a journal row of its own."""
        columns: list[Sequence[float]] = list(zip(*self.rows, strict=True)) or [()] * 6
        n = len(self.rows)
        return Readings(
            sensor=np.array(columns[0], np.int32),
            time=np.array(columns[1], np.int64),
            received=np.array(columns[2], np.int64),
            value=np.array(columns[3], np.float64),
            quality=np.array(columns[4], np.uint8),
            flags=np.array(columns[5], np.uint16),
            row=np.arange(1, n + 1),
            index=np.zeros(n, np.int32),
        )
