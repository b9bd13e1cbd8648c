"""What is known of areas, devices and sensors, in columns, looked up by number.

A million devices are a few columns here, not a million objects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.area import Area
from sentinel.domain.metric import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A time in which a device had an address; `None` is open-ended. Milliseconds since 1970."""

    device: int
    valid_from: int | None = None
    valid_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of device. title: By language. metrics: Numbers of what it measures as a rule."""

    title: Mapping[str, str]
    metrics: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Registry:
    """Immutable. Devices and sensors are numbered from 0; numbers are only ever appended.

    areas: By number. area_number: code to number. area_parent: int32, -1 for the city.
    metrics: By number (position). metric_number: id to number.
    device_ids: By number. device_number: id to number.
    device_area: int32, number of the area; -1: none. device_kind: the kind's name, by device.
    device_retired: bool; kept so that numbers stay, no longer judged.
    attributes: Further device columns as written, by column name, one text a device ("" = none).
    sensor_device, sensor_metric: int32, by sensor number. sensor_offset: float64, added to
        every value, canonical unit. A sensor that its device no longer has keeps its number and has
        the metric -1: no look-up finds it. sensor_keys: int64, device << 20 | metric, sorted;
        sensor_order: int32, the sensor numbers in that order.
    addresses: Format name to (address to its spells); a device without one is addressed by its
        id in every format.
    kinds: Every kind of device there may be, by name; those without a device too.
    """

    areas: Sequence[Area]
    area_number: Mapping[str, int]
    area_parent: NDArray[np.int32]
    metrics: Sequence[Metric]
    metric_number: Mapping[str, int]
    device_ids: Sequence[str]
    device_number: Mapping[str, int]
    device_area: NDArray[np.int32]
    device_kind: Sequence[str]
    device_retired: NDArray[np.bool_]
    attributes: Mapping[str, Sequence[str]]
    sensor_device: NDArray[np.int32]
    sensor_metric: NDArray[np.int32]
    sensor_offset: NDArray[np.float64]
    addresses: Mapping[str, Mapping[str, Sequence[Address]]] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    sensor_keys: NDArray[np.int64] = field(init=False)
    sensor_order: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        keys = self.sensor_device.astype(np.int64) << 20 | self.sensor_metric
        order = np.argsort(keys, kind="stable").astype(np.int32)
        object.__setattr__(self, "sensor_order", order)
        object.__setattr__(self, "sensor_keys", keys[order])

    def sensor(self, device: int, metric: int) -> int:
        """Return the sensor's number, or -1 if the device has no such metric."""
        key = device << 20 | metric
        at = int(self.sensor_keys.searchsorted(key))
        if at < len(self.sensor_keys) and self.sensor_keys[at] == key:
            return int(self.sensor_order[at])
        return -1

    def sensors(
        self, devices: NDArray[np.int32], metric: int | NDArray[np.int32]
    ) -> NDArray[np.int32]:
        """Return the sensor of `metric`, one or one each, on each device; -1: there is none."""
        keys = devices.astype(np.int64) << 20 | metric
        at = np.searchsorted(self.sensor_keys, keys)
        at[at == len(self.sensor_keys)] = 0
        if not len(self.sensor_keys):
            return np.full(len(devices), -1, np.int32)
        return np.where(self.sensor_keys[at] == keys, self.sensor_order[at], -1).astype(np.int32)

    def area_code(self, device: int) -> str:
        """Return the code of the device's area, empty if it has none."""
        area = int(self.device_area[device])
        return self.areas[area].code if area >= 0 else ""

    def within(self, area: int) -> NDArray[np.bool_]:
        """Return by area number whether an area is `area` or lies inside it."""
        inside = np.zeros(len(self.areas), np.bool_)
        for number in range(len(self.areas)):
            at = number
            while at >= 0 and at != area:
                at = int(self.area_parent[at])
            inside[number] = at == area
        return inside


def device_name(registry: Registry, device: int, language: str) -> str:
    """Return what people who speak a language call a device; its id where it has no name.

    Its `name_zh` counts in Chinese, then `name`, then its name in another language.
    """
    for column in (f"name_{language}", "name", "name_en", "name_zh"):
        texts = registry.attributes.get(column)
        if texts and texts[device]:
            return texts[device]
    return registry.device_ids[device]
