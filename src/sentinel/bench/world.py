"""A made-up city for benches: so many sensors, so many rules, and what its sensors say."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

START = 1_781_740_800_000
"""2026-06-18 00:00 UTC, in milliseconds."""
INTERVAL_MS = 60_000

_METRICS = """
metrics:
  level:
    title: {zh: 水位, en: water level}
    kind: gauge
    unit: m
    sensor_span: [-5, 20]
    interval: 1m
kinds:
  gauge: {title: {zh: 水位计, en: level gauge}, metrics: [level]}
"""
_FORMATS = """
formats:
  plain:
    topic: "b/{device}/level"
    metric: level
    value: {path: v}
    time: {path: t, as: epoch_ms}
"""
_AREAS = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
    '{"code": "city", "level": "city", "name_zh": "城", "name_en": "City"}, "geometry": null}]}'
)
_RULES = (
    """
  - id: ladder-{n}
    title: {{zh: "水位", en: "level"}}
    watch: {{x: {{metric: level}}}}
    per: device
    raise: {{blue: "x >= {a}", yellow: "x >= {b}", orange: "x >= {c}", red: "x >= {d}"}}
    hold: 2m
""",
    """
  - id: slope-{n}
    title: {{zh: "涨速", en: "rise"}}
    watch: {{x: {{metric: level}}}}
    per: device
    raise: {{yellow: "slope(x, over=10m) > {a}[m/h]"}}
""",
    """
  - id: outlier-{n}
    title: {{zh: "异常", en: "outlier"}}
    watch: {{x: {{metric: level}}}}
    per: device
    raise: {{blue: "x > mean(x, over=10m) + {k} * stddev(x, over=10m)"}}
""",
    """
  - id: compound-{n}
    title: {{zh: "组合", en: "compound"}}
    watch: {{x: {{metric: level}}}}
    per: device
    raise: {{orange: "x > {a} and (delta(x, over=10m) > 0.5 or not max(x, over=5m) < {c})"}}
""",
)


@dataclass(frozen=True, slots=True)
class World:
    """So many devices with one sensor each, and so many rules on each of them.

    odd: Share of the messages whose level is half as high again.
    """

    sensors: int
    rules: int = 4
    odd: float = 0.001

    def files(self) -> dict[str, bytes]:
        """Return the files of its bundle."""
        ids = "\n".join(f"{self.device(n)},gauge,city" for n in range(self.sensors))
        return {
            "settings.yaml": b"zone: Asia/Shanghai\nbuiltin: true\npast: 36500d\n",
            "registry/areas.geojson": _AREAS.encode(),
            "registry/devices.csv": f"id,kind,area\n{ids}\n".encode(),
            "registry/metrics.yaml": _METRICS.encode(),
            "formats/bench.yaml": _FORMATS.encode(),
            "rules/bench.yaml": self._rules().encode(),
        }

    def device(self, number: int) -> str:
        """Return the id of device `number`."""
        return f"d{number:07d}"

    def _rules(self) -> str:
        bodies = [
            _RULES[n % len(_RULES)].format(
                n=n, a=8 + n / 10, b=8.3 + n / 10, c=8.6 + n / 10, d=9 + n / 10, k=4 + n
            )
            for n in range(self.rules)
        ]
        return "scenario: bench\nrules:" + "".join(bodies)

    def messages(self, count: int, *, batch: int, seed: int = 1) -> Iterator["Said"]:
        """Yield what the sensors say in `count` messages, in batches, devices in random order.

        Levels wander about 5 m.
        """
        random = np.random.default_rng(seed)
        level = random.normal(5.0, 0.2, self.sensors)
        done = 0
        while done < count:
            order = random.permutation(self.sensors)[: count - done]
            at = START + done * INTERVAL_MS // self.sensors
            level[order] += random.normal(0, 0.02, len(order))
            value = level[order] * np.where(random.random(len(order)) < self.odd, 1.5, 1.0)
            for start in range(0, len(order), batch):
                part = order[start : start + batch]
                time = at + start * INTERVAL_MS // self.sensors
                yield Said(part, value[start : start + batch], time)
            done += len(order)


@dataclass(frozen=True, slots=True)
class Said:
    """One batch: devices by number, their values in metres, and when (milliseconds)."""

    devices: np.ndarray[tuple[int], np.dtype[np.int64]]
    values: np.ndarray[tuple[int], np.dtype[np.float64]]
    time: int

    def topics(self) -> list[str]:
        """Return each message's topic."""
        return [f"b/d{number:07d}/level" for number in self.devices.tolist()]

    def payloads(self) -> list[bytes]:
        """Return each message's payload."""
        return [b'{"v":%.3f,"t":%d}' % (value, self.time) for value in self.values.tolist()]
