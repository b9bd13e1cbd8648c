"""What pages and machines ask of areas and readings, each within what the asker sees."""

from typing import Any

import numpy as np

from sentinel.console.areas import AreaFilter
from sentinel.console.city_shapes import AreasShape, PlacedDevicesShape, SeriesShape
from sentinel.console.ground import Ground
from sentinel.console.plainly import NotFoundError
from sentinel.console.thin import thin
from sentinel.domain.area import Area
from sentinel.domain.person import Person
from sentinel.domain.registry import Registry

_MOST_READINGS = 200_000
"""Of one sensor for one chart, before they are thinned: a week at a reading every three seconds."""


class CityView:
    """Answers from the registry and the store; any thread may ask."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def areas(self, who: Person, within: str, depth: int) -> AreasShape:
        """Return an area, the way to it and what is below it, with how each stands."""
        area, gazetteer = self._ground.area(who, within), self._ground.gazetteer()
        return gazetteer.tree(area, self._ground.picture(who), depth, self._is_shown(who))

    def geojson(self, who: Person, within: str, depth: int) -> dict[str, Any]:
        """Return what lies below an area, to be drawn."""
        area, gazetteer = self._ground.area(who, within), self._ground.gazetteer()
        return gazetteer.geojson(area, self._ground.picture(who), depth, self._is_shown(who))

    def devices(self, who: Person, within: str, limit: int) -> PlacedDevicesShape:
        """Return the devices in an area and below it, at most so many; only what they see."""
        area = self._ground.area(who, within)
        found = self._ground.devices().within(area.code, limit)
        return PlacedDevicesShape(devices=[one for one in found if who.sees(one.area)])

    def readings(
        self, who: Person, device: str, metric: str, start: int, end: int, points: int
    ) -> SeriesShape:
        """Return the readings of one sensor in start <= time < end, about `points` at most."""
        unit = self._unit(who, device, metric)
        series = self._ground.sources.readings(device, metric, start, end, _MOST_READINGS)
        kept = thin(series.value, points)
        value = series.value[kept]
        return SeriesShape.model_construct(
            device=device,
            metric=metric,
            unit=unit,
            time=series.time[kept].tolist(),
            value=[None if np.isnan(one) else one for one in value.tolist()],
            quality=series.quality[kept].tolist(),
            thinned=len(kept) < len(series.value),
        )

    def _is_shown(self, who: Person) -> AreaFilter:
        gazetteer = self._ground.gazetteer()

        def shown(area: Area) -> bool:
            key = gazetteer.key(area.code)
            return who.sees(key) or who.passes(key)

        return shown

    def _unit(self, who: Person, device: str, metric: str) -> str:
        registry = self._ground.registry()
        number = registry.metric_number.get(metric) if registry else None
        if registry is None or number is None or not _sees_device(who, device, registry):
            message = f"there is no metric {metric!r} of a device {device!r} in the registry"
            raise NotFoundError(message)
        return registry.metrics[number].unit


def _sees_device(who: Person, device: str, registry: Registry) -> bool:
    number = registry.device_number.get(device)
    return number is not None and who.sees(registry.area_code(number))
