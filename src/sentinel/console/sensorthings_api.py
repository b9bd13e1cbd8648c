"""SensorThings 1.1 under `/sta/v1.1`: devices, series and readings for other programs."""

import operator
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, HTTPException, Path, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from sentinel.console.fresh import Fresh
from sentinel.console.shapes import Refusal
from sentinel.console.who import Asking
from sentinel.domain.clock import Clock
from sentinel.domain.person import Person
from sentinel.domain.registry import Registry
from sentinel.publish.sensorthings.answer import Answerer, Plain
from sentinel.publish.sensorthings.catalogue import Catalogue, Sight
from sentinel.publish.sensorthings.pages import Pages
from sentinel.publish.sensorthings.refusal import BadQueryError, NotThereError
from sentinel.publish.sensorthings.series import ReadSeries

PREFIX = "/sta/v1.1"
_MOST_SIGHTS = 64
"""Different sets of areas that people hold; a sight is made anew in a few milliseconds."""
_REFUSED: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal} for status in (400, 401, 404, 503)
}
_NOT_KEPT = {"cache-control": "no-store"}


class City(Protocol):
    """What is in force."""

    @property
    def registry(self) -> Registry:
        """Areas, devices, metrics."""
        ...


def sensorthings_router(
    city: Callable[[], City | None], read: ReadSeries, clock: Clock, site: str = ""
) -> APIRouter:
    """Return the routes; everybody sees what lies in their areas.

    city: What is in force; None before the first bundle. read: The store.
    site: Where others reach this server, without a slash at its end; empty: as each caller did.
    """
    router = APIRouter(prefix=PREFIX, tags=["sensorthings"], responses=_REFUSED)
    shelf = _Shelf(city)

    @router.get("", response_class=JSONResponse)
    def show_sets(request: Request, asking: Asking) -> Response:
        return answer(request, asking, "")

    @router.get("/{path:path}", response_class=JSONResponse)
    def show(
        request: Request,
        asking: Asking,
        path: Annotated[str, Path(max_length=1_000, description="Things('lj-01')/Datastreams")],
    ) -> Response:
        return answer(request, asking, path)

    def answer(request: Request, asking: Person, path: str) -> Response:
        base = (site or str(request.base_url).rstrip("/")) + PREFIX
        catalogue, sight = shelf.of(asking)
        answerer = Answerer(Pages(catalogue, sight, read, base, clock.now()))
        try:
            found = answerer.answer(path, request.query_params.multi_items())
        except BadQueryError as error:
            raise HTTPException(400, str(error)) from None
        except NotThereError as error:
            raise HTTPException(404, str(error)) from None
        if isinstance(found, Plain):
            return PlainTextResponse(found.text, headers=_NOT_KEPT)
        return JSONResponse(found, headers=_NOT_KEPT)

    return router


class _Shelf:
    """Keeps the columns of the registry in force, and what people see of it."""

    def __init__(self, city: Callable[[], City | None]) -> None:
        self._city = city
        self._catalogue = Fresh(self._made, seconds=1e9, version=self._registry, same=operator.is_)
        self._sights: OrderedDict[tuple[str, ...], Sight] = OrderedDict()
        self._turn = Lock()

    def of(self, person: Person) -> tuple[Catalogue, Sight]:
        """Return the sets, and what of them somebody sees."""
        catalogue = self._catalogue()
        if catalogue is None:
            raise HTTPException(503, "there is no registry in force yet")
        with self._turn:
            sight = self._sights.get(person.areas)
            if sight is None or sight.catalogue is not catalogue:
                sight = self._sights[person.areas] = Sight(catalogue, person)
            self._sights.move_to_end(person.areas)
            if len(self._sights) > _MOST_SIGHTS:
                self._sights.popitem(last=False)
        return catalogue, sight

    def _registry(self) -> Registry | None:
        found = self._city()
        return found.registry if found else None

    def _made(self) -> Catalogue | None:
        registry = self._registry()
        return Catalogue(registry) if registry else None
