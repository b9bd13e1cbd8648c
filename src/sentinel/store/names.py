"""Sensor numbers as the names that outlive them."""

from sentinel.domain.registry import Registry


class SensorNames:
    """What a store calls the sensors of one registry."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def __len__(self) -> int:
        return len(self._registry.sensor_device)

    def of(self, sensor: int) -> tuple[str, str, str]:
        """Return device id, metric id and area code (empty: none) of a sensor."""
        registry = self._registry
        device = int(registry.sensor_device[sensor])
        metric = registry.metrics[int(registry.sensor_metric[sensor])]
        return registry.device_ids[device], metric.id, registry.area_code(device)

    def is_of(self, registry: Registry) -> bool:
        """Return whether these are the names of this very registry object."""
        return self._registry is registry
