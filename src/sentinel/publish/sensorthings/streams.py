"""Metrics of devices as Datastreams, metrics as ObservedProperties, kinds as Sensors."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.registry import Registry
from sentinel.publish.sensorthings.sets import Columns, Numbered
from sentinel.publish.sensorthings.things import Things
from sentinel.publish.sensorthings.vectors import TEXT, Vector, texts
from sentinel.publish.sensorthings.words import OBSERVATION_TYPES, PLAIN, spoken


class Properties:
    """Metrics: what is observed."""

    name = "ObservedProperties"
    links: Mapping[str, str] = {"Datastreams": "Datastreams"}

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        metrics = registry.metrics
        makers: dict[str, Callable[[], Vector]] = {
            "id": lambda: texts([metric.id for metric in metrics]),
            "name": lambda: texts([self.called(row) for row in range(len(metrics))]),
            "definition": lambda: texts([_definition(metric.id) for metric in metrics]),
            "properties/unit": lambda: texts([metric.unit for metric in metrics], gaps=True),
        }
        self.column = Columns(self.name, makers)

    def ident(self, row: int) -> str:
        """Return a metric's id."""
        return self._registry.metrics[row].id

    def row(self, ident: str) -> int:
        """Return the number of a metric, -1 if there is none."""
        return self._registry.metric_number.get(ident, -1)

    def called(self, row: int) -> str:
        """Return a metric's title."""
        metric = self._registry.metrics[row]
        return spoken(metric.title) or metric.id

    def properties(self, row: int) -> dict[str, Any]:
        """Return what is known of a metric."""
        metric = self._registry.metrics[row]
        told = {"unit": metric.unit, "kind": metric.kind.value, "interval_ms": metric.interval_ms}
        return {
            "name": self.called(row),
            "definition": _definition(metric.id),
            "description": self.called(row),
            "properties": {key: value for key, value in told.items() if value},
        }


class Sensors:
    """Kinds of device: how it is observed."""

    name = "Sensors"
    links: Mapping[str, str] = {"Datastreams": "Datastreams"}

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        kinds = sorted({*registry.kinds, *registry.device_kind})
        self._numbered = Numbered(kinds)
        makers: dict[str, Callable[[], Vector]] = {
            "id": lambda: texts(kinds),
            "name": lambda: texts([self._called(kind) for kind in kinds]),
        }
        self.column = Columns(self.name, makers)
        number = self._numbered.numbers
        self.of_device: NDArray[np.int32] = np.fromiter(
            map(number.__getitem__, registry.device_kind), np.int32, len(registry.device_kind)
        )

    def ident(self, row: int) -> str:
        """Return a kind's name."""
        return self._numbered.ids[row]

    def row(self, ident: str) -> int:
        """Return the number of a kind, -1 if there is none."""
        return self._numbered.numbers.get(ident, -1)

    def properties(self, row: int) -> dict[str, Any]:
        """Return what is known of a kind."""
        called = self._called(self.ident(row))
        return {"name": called, "description": called, "encodingType": PLAIN, "metadata": called}

    def _called(self, kind: str) -> str:
        known = self._registry.kinds.get(kind)
        return (spoken(dict(known.title)) if known else "") or kind


class Streams:
    """Sensors of the registry: one metric of one device each; the id is `device/metric`."""

    name = "Datastreams"
    links: Mapping[str, str] = {
        "Thing": "Things",
        "Sensor": "Sensors",
        "ObservedProperty": "ObservedProperties",
        "Observations": "Observations",
    }

    def __init__(
        self, registry: Registry, things: Things, properties: Properties, sensors: Sensors
    ) -> None:
        self._registry = registry
        self._things = things
        self._observed = properties
        device, metric = registry.sensor_device, registry.sensor_metric
        makers: dict[str, Callable[[], Vector]] = {
            "id": lambda: self._joined("/", "id"),
            "name": lambda: self._joined(" · ", "name"),
            "observationType": lambda: texts(
                [OBSERVATION_TYPES[one.kind] for one in registry.metrics]
            ).take(metric),
            "unitOfMeasurement/name": lambda: properties.column("properties/unit").take(metric),
            "unitOfMeasurement/symbol": lambda: properties.column("properties/unit").take(metric),
        }
        prefixes: dict[str, Callable[[str], Vector]] = {
            "Thing/": lambda path: things.column(path).take(device),
            "ObservedProperty/": lambda path: properties.column(path).take(metric),
            "Sensor/": lambda path: sensors.column(path).take(sensors.of_device[device]),
            "properties/": lambda path: things.column(f"properties/{path}").take(device),
        }
        self.column = Columns(self.name, makers, prefixes)

    def ident(self, row: int) -> str:
        """Return `device/metric`."""
        device, metric = self.place(row)
        return f"{self._registry.device_ids[device]}/{self._registry.metrics[metric].id}"

    def row(self, ident: str) -> int:
        """Return the number of a sensor, -1 if there is none."""
        device_id, _, metric_id = ident.partition("/")
        device = self._registry.device_number.get(device_id, -1)
        metric = self._registry.metric_number.get(metric_id, -1)
        return self._registry.sensor(device, metric) if min(device, metric) >= 0 else -1

    def place(self, row: int) -> tuple[int, int]:
        """Return the numbers of device and metric."""
        return int(self._registry.sensor_device[row]), int(self._registry.sensor_metric[row])

    def properties(self, row: int) -> dict[str, Any]:
        """Return what is known of a series."""
        device, number = self.place(row)
        metric = self._registry.metrics[number]
        thing = self._things.properties(device)
        unit = metric.unit or None
        return {
            "name": f"{thing['name']} · {self._observed.called(number)}",
            "description": f"{self._observed.called(number)}, {self.ident(row)}",
            "observationType": OBSERVATION_TYPES[metric.kind],
            "unitOfMeasurement": {
                "name": unit,
                "symbol": unit,
                "definition": unit and f"urn:sentinel:unit:{unit}",
            },
            "properties": thing["properties"],
        }

    def _joined(self, mark: str, path: str) -> Vector:
        device = self._things.column(path).take(self._registry.sensor_device).values
        metric = self._observed.column(path).take(self._registry.sensor_metric).values
        return texts(device + np.array(mark, TEXT) + metric)


def _definition(metric: str) -> str:
    return f"urn:sentinel:metric:{metric}"
