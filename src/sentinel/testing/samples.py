"""Small registries, readings, findings and rejections, for tests of what keeps them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.finding import Change, Finding, finding_id, warning_id
from sentinel.domain.metric import Metric, MetricKind
from sentinel.domain.quality import Quality
from sentinel.domain.rank import Rank, Sight
from sentinel.domain.readings import Readings
from sentinel.domain.registry import Registry
from sentinel.domain.rejection import Reason, Rejection

NOON = 1_781_784_000_000
"""2026-06-18T12:00:00Z, when everything here takes place."""

ODD_NAMES = [
    "main gate",
    "a,b=c",
    'quo"ted',
    "it's",
    "back\\slash",
    "ends in\\",
    "two\nlines",
    "two\\nlines",
    "50%",
    "50%25",
    "水位计-01",
    "tab\tand\rreturn",
    "${r.device}",
    ".*",
    " leading",
    "🌊",
]
"""Names that quoting, escaping or patterns may get wrong."""


def stored_registry(devices: Sequence[str], metrics: Sequence[str] = ("water_level",)) -> Registry:
    """Return a registry without areas in which each device has each metric; sensors in order."""
    count = len(devices) * len(metrics)
    return Registry(
        areas=(),
        area_number={},
        area_parent=np.empty(0, np.int32),
        metrics=[
            Metric(id=name, title={}, kind=MetricKind.GAUGE, unit="m", interval_ms=60_000)
            for name in metrics
        ],
        metric_number={name: number for number, name in enumerate(metrics)},
        device_ids=list(devices),
        device_number={name: number for number, name in enumerate(devices)},
        device_area=np.full(len(devices), -1, np.int32),
        device_kind=[""] * len(devices),
        device_retired=np.zeros(len(devices), np.bool_),
        attributes={},
        sensor_device=np.arange(count, dtype=np.int32) // len(metrics),
        sensor_metric=np.arange(count, dtype=np.int32) % len(metrics),
        sensor_offset=np.zeros(count),
    )


def readings_of(
    sensors: Sequence[int],
    times: Sequence[int],
    values: Sequence[float],
    *,
    quality: Quality = Quality.PASS,
    flags: Sequence[int] | int = 0,
    lag_ms: int = 250,
) -> Readings:
    """Return readings, one a row of the journal, received `lag_ms` after they were measured."""
    count = len(sensors)
    time: NDArray[np.int64] = np.array(times, np.int64)
    return Readings(
        sensor=np.array(sensors, np.int32),
        time=time,
        received=time + lag_ms,
        value=np.array(values, np.float64),
        quality=np.full(count, quality, np.uint8),
        flags=np.broadcast_to(np.array(flags, np.uint16), (count,)).copy(),
        row=np.arange(1, count + 1, dtype=np.int64),
        index=np.zeros(count, np.int32),
    )


def a_rejection(row: int, reason: Reason = Reason.UNKNOWN_DEVICE, part: int = 0) -> Rejection:
    """Return a rejection as the formats make them."""
    return Rejection(
        row=row,
        index=0,
        part=part,
        received_at=NOON + row,
        reason=reason,
        topic="v/9/up",
        payload=b'{"sn": "?", "v": 1}',
        format="vendor",
        device="?",
        metric="",
        found="no device has the address '?'",
    )


def a_finding(
    number: int, rank: Rank, *, at: int, sight: Sight = Sight.SEEN, subject: str = "lv-01"
) -> Finding:
    """Return a finding on the subject under the rule `river-level`."""
    warning = warning_id("river-level", subject, NOON)
    return Finding(
        id=finding_id(warning, number),
        warning=warning,
        number=number,
        rule="river-level",
        subject=subject,
        area="",
        scenario="flood-control",
        change=Change.RANK,
        rank=rank,
        previous_rank=Rank.NONE,
        sight=sight,
        blind_since=None,
        onset=NOON,
        decided_at=at,
        received_at=at,
        title={},
        evidence=(),
        bundle="",
        row=number,
        index=0,
    )
