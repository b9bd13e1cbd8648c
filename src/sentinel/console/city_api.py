"""Areas, readings and how the system is."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import JSONResponse, Response

from sentinel.console.answers import NOT_KEPT, REFUSED, answer
from sentinel.console.city_shapes import AreasShape, PlacedDevicesShape, SeriesShape, StatusShape
from sentinel.console.city_view import CityView
from sentinel.console.view import View
from sentinel.console.who import Asking

_LATEST = 10**14
"""Milliseconds to the year 5138; stores count in other units, and would overflow."""
_Code = Annotated[str, Query(max_length=200, description="code of an area; empty: the city")]
_Name = Annotated[str, Query(max_length=200)]
_Start = Annotated[
    int, Query(alias="from", ge=0, le=_LATEST, description="milliseconds since 1970")
]
_End = Annotated[int, Query(alias="to", ge=0, le=_LATEST, description="not included")]


def city_router(city: CityView, view: View) -> APIRouter:
    """Return the routes of areas, readings and the system."""
    router = APIRouter(tags=["city"], responses=REFUSED)

    @router.get("/areas", response_model=AreasShape)
    def list_areas(
        asking: Asking,
        within: _Code = "",
        depth: Annotated[int, Query(ge=0, le=4)] = 4,
    ) -> Response:
        return answer(city.areas(asking, within, depth))

    @router.get("/areas.geojson", response_class=GeoJson)
    def draw_areas(
        asking: Asking,
        within: _Code = "",
        depth: Annotated[int, Query(ge=1, le=4)] = 1,
    ) -> Response:
        return GeoJson(city.geojson(asking, within, depth), headers=NOT_KEPT)

    @router.get("/devices/placed", response_model=PlacedDevicesShape)
    def place_devices(
        asking: Asking,
        within: _Code = "",
        limit: Annotated[int, Query(ge=1, le=5_000)] = 1_000,
    ) -> Response:
        return answer(city.devices(asking, within, limit))

    @router.get("/readings", response_model=SeriesShape)
    def list_readings(
        asking: Asking,
        device: _Name,
        metric: _Name,
        start: _Start,
        end: _End,
        points: Annotated[int, Query(ge=10, le=10_000)] = 2_000,
    ) -> Response:
        if end <= start:
            raise HTTPException(400, f"`to` must lie after `from`; got {start} and {end}")
        return answer(city.readings(asking, device, metric, start, end, points))

    @router.get("/status", response_model=StatusShape)
    def show_status(asking: Asking) -> Response:
        return answer(view.status(asking))

    return router


class GeoJson(JSONResponse):
    """Areas to be drawn."""

    media_type = "application/geo+json"
