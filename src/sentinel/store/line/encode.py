"""Line protocol, a batch at a time: text is put together once a series, not once a reading."""

import re
from collections.abc import Mapping, Sequence

import numpy as np

from sentinel.domain.finding import Finding
from sentinel.domain.rank import Sight
from sentinel.domain.readings import Readings
from sentinel.domain.registry import Registry
from sentinel.store.names import SensorNames

READING = "reading"
FINDING = "finding"

_SPECIAL = re.compile(r"([,= ])")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f%\\\x85\u2028\u2029]")
"""What no server reads the same way: control characters, line ends, a backslash before a comma."""


def tag_value(text: str) -> str:
    r"""Return a name as databases keep it: what cannot be written is percent-encoded.

    Names of letters, digits, spaces and most signs stay as they are; no two become the same.

    >>> tag_value("main gate, 2"), tag_value("50%"), tag_value("a\nb")
    ('main gate, 2', '50%25', 'a%0Ab')
    """
    return _UNWRITABLE.sub(lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), text)


def line_head(measurement: str, tags: Mapping[str, str]) -> str:
    r"""Return a line up to its fields; empty tags are left out, as the protocol demands.

    >>> line_head("reading", {"device": "main gate", "area": ""})
    'reading,device=main\\ gate '
    """
    named = [f",{key}={_escaped(tag_value(value))}" for key, value in tags.items() if value]
    return f"{measurement}{''.join(named)} "


class LineEncoder:
    """Readings and findings as lines.

    Args:
        tags: On every line; VictoriaMetrics has no buckets and takes the label `db` instead.
    """

    def __init__(self, tags: Mapping[str, str]) -> None:
        self._tags = dict(tags)
        self._names: SensorNames | None = None
        self._heads: list[str] = []

    def readings(self, readings: Readings, registry: Registry) -> list[str]:
        """Return one line a reading: `v` (left out if NaN), `q`, `lag_ms`, and `flags` if any."""
        heads = self._heads_of(readings, registry)
        lag = readings.received - readings.time
        columns = (readings.value, readings.quality, lag, readings.flags, readings.time)
        plain = bool(np.isfinite(readings.value).all()) and not readings.flags.any()
        line = _plain if plain else _full
        return list(map(line, heads, *(column.tolist() for column in columns)))

    def findings(self, findings: Sequence[Finding]) -> list[str]:
        """Return one line a finding: the condition from `decided_at` on."""
        return [
            self._finding_head(one)
            + f"rank={int(one.rank)}i,blind={int(one.sight is Sight.BLIND)}i {one.decided_at}"
            for one in findings
        ]

    def _finding_head(self, one: Finding) -> str:
        tags = {"rule": one.rule, "subject": one.subject, "area": one.area}
        return line_head(FINDING, self._tags | tags)

    def _heads_of(self, readings: Readings, registry: Registry) -> list[str]:
        if self._names is None or not self._names.is_of(registry):
            self._names = SensorNames(registry)
            self._heads = [""] * len(self._names)
        sensors = readings.sensor.tolist()
        heads = [self._heads[sensor] for sensor in sensors]
        if not all(heads):
            for sensor in set(sensors):
                self._heads[sensor] = self._heads[sensor] or self._head(self._names, sensor)
            heads = [self._heads[sensor] for sensor in sensors]
        return heads

    def _head(self, names: SensorNames, sensor: int) -> str:
        device, metric, area = names.of(sensor)
        tags = {"device": device, "metric": metric, "area": area}
        return line_head(READING, self._tags | tags)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _plain(head: str, value: float, quality: int, lag: int, flags: int, time: int) -> str:  # noqa: ARG001
    return f"{head}v={value!r},q={quality}i,lag_ms={lag}i {time}"


def _full(head: str, value: float, quality: int, lag: int, flags: int, time: int) -> str:
    known = f"v={value!r}," if np.isfinite(value) else ""
    also = f",flags={flags}i" if flags else ""
    return f"{head}{known}q={quality}i,lag_ms={lag}i{also} {time}"
