"""A small city and its readings, and somebody who asks about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import numpy as np

from sentinel.domain.area import Area, Level
from sentinel.domain.metric import Metric, MetricKind
from sentinel.domain.person import EVERYWHERE, Grant, Person, Role
from sentinel.domain.registry import Kind, Registry
from sentinel.publish.sensorthings.answer import Answerer
from sentinel.publish.sensorthings.catalogue import Catalogue, Sight
from sentinel.publish.sensorthings.pages import Pages
from sentinel.store import StoredReadings

BASE = "http://localhost:8080/sta/v1.1"
NOW = 1_781_723_520_000
"""2026-06-17T19:12:00Z."""
MINUTE = 60_000
SQUARE = [[121.0, 31.0], [122.0, 31.0], [122.0, 32.0], [121.0, 31.0]]
AREAS = [
    ("lancheng", "", Level.CITY, "澜城", "Lancheng"),
    ("pudong", "", Level.DISTRICT, "浦东", "Pudong"),
    ("pudong/hq", "pudong", Level.STREET, "花桥", "Huaqiao"),
    ("jiading", "", Level.DISTRICT, "嘉定", "Jiading"),
]
DEVICES: list[tuple[str, str, str, dict[str, str], bool]] = [
    ("lv-01", "river", "pudong/hq", {"name": "O'Brien weir", "owner": "water"}, False),
    ("lv-02", "river", "pudong/hq", {"lon": "121.5", "lat": "31.2", "owner": "water"}, False),
    ("lv-03", "river", "jiading", {"owner": "city"}, False),
    ("pump-1", "pump", "pudong", {}, False),
    ("old-1", "river", "pudong", {}, True),
    ("free-1", "pump", "", {}, False),
]
METRICS = [
    Metric(
        id="level",
        title={"zh": "水位", "en": "water level"},
        kind=MetricKind.GAUGE,
        unit="m",
        interval_ms=MINUTE,
    ),
    Metric(
        id="state",
        title={"en": "pump"},
        kind=MetricKind.STATE,
        unit="",
        interval_ms=MINUTE,
        states={"IDLE": 0.0, "RUN": 1.0},
    ),
]
SENSORS = [(0, 0), (1, 0), (2, 0), (3, 1), (3, 0), (4, 0), (5, 1)]
"""Device and metric of each; the last two are of a retired device and one without an area."""


def registry() -> Registry:
    """Return the city."""
    columns = ("name", "lon", "lat", "owner")
    areas = [
        Area(
            code=code,
            parent=parent,
            level=level,
            name={"zh": zh, "en": en},
            geometry={"type": "Polygon", "coordinates": [SQUARE]} if code == "pudong/hq" else None,
            attributes={},
        )
        for code, parent, level, zh, en in AREAS
    ]
    numbers = {area.code: number for number, area in enumerate(areas)}
    return Registry(
        areas=areas,
        area_number=numbers,
        area_parent=np.array([-1, 0, 1, 0], np.int32),
        metrics=METRICS,
        metric_number={metric.id: number for number, metric in enumerate(METRICS)},
        device_ids=[one[0] for one in DEVICES],
        device_number={one[0]: number for number, one in enumerate(DEVICES)},
        device_area=np.array([numbers.get(one[2], -1) for one in DEVICES], np.int32),
        device_kind=[one[1] for one in DEVICES],
        device_retired=np.array([one[4] for one in DEVICES]),
        attributes={name: [one[3].get(name, "") for one in DEVICES] for name in columns},
        sensor_device=np.array([device for device, _ in SENSORS], np.int32),
        sensor_metric=np.array([metric for _, metric in SENSORS], np.int32),
        sensor_offset=np.zeros(len(SENSORS)),
        kinds={"river": Kind(title={"zh": "河道", "en": "river gauge"}, metrics=(0,))},
    )


def readings(count: int, **columns: Sequence[float]) -> StoredReadings:
    """Return a reading a minute, the newest at NOW: 0, 1, 2, ... metres."""
    time = NOW - MINUTE * np.arange(count)[::-1].astype(np.int64)
    given = {name: np.array(values) for name, values in columns.items()}
    return StoredReadings(
        time=time,
        received=time + 400,
        value=given.get("value", np.arange(count, dtype=np.float64)).astype(np.float64),
        quality=given.get("quality", np.ones(count)).astype(np.uint8),
        flags=given.get("flags", np.zeros(count)).astype(np.uint16),
    )


@dataclass
class Store:
    """Readings by `device/metric`; notes how many were handed out."""

    kept: dict[str, StoredReadings]
    handed: int = 0
    asked: list[tuple[int, int]] = field(default_factory=list)

    def __call__(
        self, device: str, metric: str, start_ms: int, end_ms: int, limit: int | None = None
    ) -> StoredReadings:
        """Return the readings of start <= time < end; of more than `limit`, the newest."""
        found = self.kept.get(f"{device}/{metric}", StoredReadings.empty())
        found = found.take((found.time >= start_ms) & (found.time < end_ms))
        if limit is not None:
            found = found.take(slice(max(0, len(found) - limit), None))
        self.handed += len(found)
        self.asked.append((start_ms, end_ms))
        return found


def holder(area: str) -> Person:
    """Somebody who looks at an area."""
    return Person(id="x", name="X", grants=(Grant(role=Role.VIEWER, area=area),))


class Asker:
    """Somebody who sees an area, and asks with addresses."""

    def __init__(
        self, area: str = EVERYWHERE, store: Store | None = None, city: Registry | None = None
    ) -> None:
        catalogue = Catalogue(city or registry())
        self.store = store or Store({"lv-01/level": readings(10)})
        sight = Sight(catalogue, holder(area))
        self._answerer = Answerer(Pages(catalogue, sight, self.store, BASE, NOW))

    def ask(self, address: str) -> Any:  # noqa: ANN401 -- JSON
        """Return what is at an address, whole or from the version on."""
        parts = urlsplit(address.removeprefix(BASE).lstrip("/"))
        pairs = parse_qsl(parts.query, keep_blank_values=True)
        return self._answerer.answer(unquote(parts.path), pairs)

    def ids(self, address: str) -> list[str]:
        """Return the ids at an address."""
        return [one["@iot.id"] for one in self.ask(address)["value"]]

    def pages(self, address: str) -> list[str]:
        """Return the ids at an address and behind every further page of it."""
        found: list[str] = []
        following: str | None = address
        while following:
            answer = self.ask(following)
            found += [one["@iot.id"] for one in answer["value"]]
            following = answer.get("@iot.nextLink")
        return found


Ask = Callable[[str], Any]
