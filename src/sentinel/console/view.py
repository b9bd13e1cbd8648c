"""What pages and machines ask of the city: one method a question of the API."""

import operator
from typing import Any

import numpy as np

from sentinel.console.areas import Gazetteer, standing_shape
from sentinel.console.city_shapes import (
    AreasShape,
    DevicesShape,
    SeriesShape,
    ServiceShape,
    StatusShape,
)
from sentinel.console.devices import Devices
from sentinel.console.fresh import Fresh
from sentinel.console.lines import detail, line, order_shape
from sentinel.console.ports import ServiceState, Sources
from sentinel.console.shapes import Acceptance, Detail, Line, ListShape, OrderShape, TakenShape
from sentinel.console.thin import thin
from sentinel.domain.area import Area
from sentinel.domain.errors import SentinelError
from sentinel.domain.rank import Rank
from sentinel.domain.registry import Registry
from sentinel.warn.listing import Chosen, Place, place_of
from sentinel.warn.order import AlreadyAccepted, How
from sentinel.warn.picture import CITY, Picture, paint

_PICTURE_SECONDS = 30.0
"""The picture is made anew with every change anyway; this only bounds its age."""
_STATUS_SECONDS = 2.0
_DIGITS_OF_A_TIME = 15
"""Milliseconds to the year 33658; no database takes numbers of any length."""
_MOST_READINGS = 200_000
"""Of one sensor for one chart, before they are thinned: a week at a reading every three seconds."""


class NotFoundError(SentinelError):
    """What was asked for is not there."""


class View:
    """Answers from the desk, the registry, the store and the services; any thread may ask.

    Args:
        sources: What it asks.
        heartbeat_ms: How often streams say that they live, so that pages know when one does not.
    """

    def __init__(self, sources: Sources, *, heartbeat_ms: int = 5_000) -> None:
        self._sources = sources
        self._heartbeat_ms = heartbeat_ms
        self.desk = sources.desk
        self._gazetteer = Fresh(
            self._read_gazetteer, seconds=1e9, version=self._registry, same=operator.is_
        )
        self._devices = Fresh(
            lambda: Devices(self._registry()),
            seconds=1e9,
            version=self._registry,
            same=operator.is_,
        )
        self._picture: Fresh[Picture] = Fresh(
            lambda: paint(self.desk.tallies()),
            seconds=_PICTURE_SECONDS,
            version=lambda: self.desk.revision,
        )
        self._services = Fresh(sources.status, seconds=_STATUS_SECONDS)

    def page(self, chosen: Chosen) -> ListShape:
        """Return one page of warnings."""
        revision = self.desk.revision  # before the list is read: what changes meanwhile comes again
        chosen = self._located(chosen)
        found = self.desk.warnings(chosen)
        gazetteer, devices = self._gazetteer(), self._devices()
        return ListShape.model_construct(
            warnings=[line(one, gazetteer, devices) for one in found],
            total=self.desk.count(chosen),
            next=write_place(place_of(found[-1])) if len(found) == chosen.limit else None,
            revision=revision,
        )

    def detail(self, warning: str) -> Detail:
        """Return one warning with all that belongs to it."""
        opened = self.desk.warning(warning)
        if opened is None:
            message = f"there is no warning {warning!r}"
            raise NotFoundError(message)
        return detail(opened, self._sources.city(), self._gazetteer(), self._devices())

    def accept(self, warning: str, acceptance: Acceptance) -> OrderShape | TakenShape:
        """Accept a warning's order, once."""
        answer = self.desk.accept(warning, by=acceptance.by, how=How(acceptance.how))
        if answer is None:
            message = f"there is no warning {warning!r} with an order to accept"
            raise NotFoundError(message)
        if isinstance(answer, AlreadyAccepted):
            by = answer.order.accepted_by
            return TakenShape(
                error=f"{by} has accepted this already", order=order_shape(answer.order)
            )
        return order_shape(answer)

    def changes(self, after: int, limit: int) -> tuple[list[Line], int]:
        """Return warnings that changed after a revision, and the last revision among them."""
        found = self.desk.changes(after, limit)
        gazetteer, devices = self._gazetteer(), self._devices()
        told = [line(one, gazetteer, devices) for one in found if one.order]
        return told, found[-1].revision if found else after

    def areas(self, within: str, depth: int) -> AreasShape:
        """Return an area, the way to it and what is below it, with how each stands."""
        return self._gazetteer().tree(self._area(within), self._picture(), depth)

    def geojson(self, within: str, depth: int) -> dict[str, Any]:
        """Return what lies below an area, to be drawn."""
        return self._gazetteer().geojson(self._area(within), self._picture(), depth)

    def devices(self, within: str, limit: int) -> DevicesShape:
        """Return the devices in an area and below it, at most so many."""
        area = self._area(within)
        return DevicesShape(devices=self._devices().within(area.code, limit))

    def readings(self, device: str, metric: str, start: int, end: int, points: int) -> SeriesShape:
        """Return the readings of one sensor in start <= time < end, about `points` at most."""
        unit = self._unit(device, metric)
        series = self._sources.readings(device, metric, start, end, _MOST_READINGS)
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

    def status(self) -> StatusShape:
        """Return how the system itself is."""
        city = self._sources.city()
        return StatusShape.model_construct(
            now=self._sources.clock.now(),
            zone=city.zone if city else "UTC",
            city=self._gazetteer().city.name,
            revision=self.desk.revision,
            heartbeat_ms=self._heartbeat_ms,
            services=[_service(state) for state in self._services()],
            standing=standing_shape(self._picture()[CITY]),
        )

    def _located(self, chosen: Chosen) -> Chosen:
        area = self._gazetteer().key(chosen.area)
        return Chosen(
            which=chosen.which,
            least=chosen.least,
            area=area,
            limit=chosen.limit,
            after=chosen.after,
        )

    def _area(self, code: str) -> Area:
        area = self._gazetteer().area(code)
        if area is None:
            message = f"there is no area {code!r} in the registry"
            raise NotFoundError(message)
        return area

    def _unit(self, device: str, metric: str) -> str:
        registry = self._registry()
        number = registry.metric_number.get(metric) if registry else None
        if registry is None or number is None or device not in registry.device_number:
            message = f"there is no metric {metric!r} of a device {device!r} in the registry"
            raise NotFoundError(message)
        return registry.metrics[number].unit

    def _registry(self) -> Registry | None:
        city = self._sources.city()
        return city.registry if city else None

    def _read_gazetteer(self) -> Gazetteer:
        return Gazetteer.of(self._registry())


def write_place(place: Place) -> str:
    """Return a place in a list as the API hands it out.

    >>> write_place(Place(rank=Rank.RED, changed_at=1781740800000, warning="ab12"))
    '4.1781740800000.ab12'
    """
    return f"{int(place.rank)}.{place.changed_at}.{place.warning}"


def read_place(text: str) -> Place | None:
    """Return the place that `write_place` wrote; None if it is none.

    >>> read_place("4.1781740800000.ab12").rank
    <Rank.RED: 4>
    >>> read_place("page 2") is None
    True
    """
    rank, _, rest = text.partition(".")
    changed_at, _, warning = rest.partition(".")
    if len(changed_at) > _DIGITS_OF_A_TIME:
        return None
    try:
        return Place(rank=Rank(int(rank)), changed_at=int(changed_at), warning=warning)
    except ValueError:
        return None


def _service(state: ServiceState) -> ServiceShape:
    return ServiceShape(
        service=state.service,
        state=state.state,
        words=state.words,
        lag_seconds=state.lag_seconds,
    )
