"""Which device a warning is about: what people call it, and where it stands."""

import math
from collections.abc import Iterator

import numpy as np

from sentinel.console.shapes import PlacedDeviceShape
from sentinel.domain.registry import Registry, device_name

_LANGUAGES = ("zh", "en")


class Devices:
    """The registry's devices as pages show them; made once a registry.

    Args:
        registry: None: there is none yet, and nothing is known but ids.
    """

    def __init__(self, registry: Registry | None) -> None:
        self._registry = registry

    def of(self, subject: str) -> PlacedDeviceShape | None:
        """Return the device that a rule judges (`up-04`, `up-04/water_depth`); None: it is none."""
        identity = subject.partition("/")[0]
        number = self._registry.device_number.get(identity) if self._registry else None
        return None if number is None else self._shape(number)

    def within(self, area: str, most: int) -> list[PlacedDeviceShape]:
        """Return devices that stand in an area or below it, retired ones left out."""
        return [self._shape(number) for number in self._numbers(area, most)]

    def _numbers(self, area: str, most: int) -> Iterator[int]:
        registry = self._registry
        number = registry.area_number.get(area) if registry else None
        if registry is None or number is None or not len(registry.device_ids):
            return
        inside = registry.within(number)[registry.device_area] & (registry.device_area >= 0)
        yield from np.flatnonzero(inside & ~registry.device_retired)[:most].tolist()

    def _shape(self, number: int) -> PlacedDeviceShape:
        assert self._registry  # noqa: S101 -- a number is of a registry
        registry = self._registry
        kind = registry.kinds.get(registry.device_kind[number])
        lon, lat = (_degrees(registry, name, number) for name in ("lon", "lat"))
        return PlacedDeviceShape.model_construct(
            id=registry.device_ids[number],
            name={language: device_name(registry, number, language) for language in _LANGUAGES},
            kind=registry.device_kind[number],
            kind_title=dict(kind.title) if kind else {},
            area=registry.area_code(number),
            lon=lon,
            lat=lat,
        )


def _degrees(registry: Registry, column: str, number: int) -> float | None:
    texts = registry.attributes.get(column)
    if not texts or not texts[number]:
        return None
    value = float(texts[number])
    return value if math.isfinite(value) else None
