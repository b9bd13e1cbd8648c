"""The JSON API under `/api/v1`: what the pages use, and what any machine may."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Header, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from sentinel.console.city_shapes import AreasShape, DevicesShape, SeriesShape, StatusShape
from sentinel.console.guard import Guard
from sentinel.console.ports import Limits, Sources
from sentinel.console.shapes import (
    PREFIX,
    Acceptance,
    Detail,
    ListShape,
    OrderShape,
    RankWord,
    Refusal,
    TakenShape,
)
from sentinel.console.stream import EventStream
from sentinel.console.view import NotFoundError, View, read_place
from sentinel.domain.errors import SentinelError
from sentinel.domain.rank import RANK_WORDS
from sentinel.observe.events.desk import RequestFailed, RequestRefused
from sentinel.observe.sentences import plain_reason
from sentinel.warn.listing import Chosen, Which

_MOST_LISTED = 500
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal},
    404: {"model": Refusal},
    503: {"model": Refusal},
}


def build_api(
    sources: Sources, limits: Limits, closing: Callable[[], bool] = lambda: False
) -> FastAPI:
    """Return the application with the API on it and its guard before it.

    closing: Asked by open streams; true ends them.
    """
    app = FastAPI(
        title="sentinel",
        version="1",
        description="Early warnings of a city. Ranks are words, instants milliseconds since 1970.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # both load their scripts from elsewhere
        redoc_url=None,
    )
    view = View(sources, heartbeat_ms=round(limits.heartbeat_seconds * 1000))
    app.include_router(_warnings(view), prefix=PREFIX)
    app.include_router(_city(view), prefix=PREFIX)
    app.include_router(_stream(view, limits, closing), prefix=PREFIX)
    app.add_middleware(Guard, hosts=limits.hosts, body_bytes=limits.body_bytes)
    _speak_plainly(app)
    return app


def _warnings(view: View) -> APIRouter:
    router = APIRouter(tags=["warnings"], responses=_REFUSED)

    @router.get("/warnings", response_model=ListShape)
    def list_warnings(
        state: Which = Which.OPEN,
        rank: Annotated[RankWord, Query(description="not below this rank")] = "none",
        area: Annotated[str, Query(max_length=200, description="in it or below it")] = "",
        limit: Annotated[int, Query(ge=1, le=_MOST_LISTED)] = 100,
        after: Annotated[str, Query(max_length=200, description="`next` of the page before")] = "",
    ) -> Response:
        place = read_place(after) if after else None
        if after and place is None:
            raise HTTPException(400, f"`after` must be the `next` of a page; got {after!r}")
        least = RANK_WORDS[rank]
        chosen = Chosen(which=state, least=least, area=area, limit=limit, after=place)
        return _json(view.page(chosen))

    @router.get("/warnings/{warning}", response_model=Detail)
    def show_warning(warning: str) -> Response:
        return _json(view.detail(warning))

    @router.post(
        "/warnings/{warning}/accept",
        response_model=OrderShape,
        responses={409: {"model": TakenShape, "description": "Someone was first."}},
    )
    def accept_warning(warning: str, acceptance: Acceptance) -> Response:
        answer = view.accept(warning, acceptance)
        return _json(answer, 409 if isinstance(answer, TakenShape) else 200)

    return router


def _city(view: View) -> APIRouter:
    router = APIRouter(tags=["city"], responses=_REFUSED)
    within = Query(max_length=200, description="code of an area; empty: the city")

    @router.get("/areas", response_model=AreasShape)
    def list_areas(
        within: Annotated[str, within] = "", depth: Annotated[int, Query(ge=0, le=4)] = 4
    ) -> Response:
        return _json(view.areas(within, depth))

    @router.get("/areas.geojson")
    def draw_areas(
        within: Annotated[str, within] = "", depth: Annotated[int, Query(ge=1, le=4)] = 1
    ) -> Response:
        return JSONResponse(
            view.geojson(within, depth), media_type="application/geo+json", headers=_NOT_KEPT
        )

    @router.get("/devices", response_model=DevicesShape)
    def list_devices(
        within: Annotated[str, within] = "", limit: Annotated[int, Query(ge=1, le=5_000)] = 1_000
    ) -> Response:
        return _json(view.devices(within, limit))

    @router.get("/readings", response_model=SeriesShape)
    def list_readings(
        device: Annotated[str, Query(max_length=200)],
        metric: Annotated[str, Query(max_length=200)],
        start: Annotated[int, Query(alias="from", ge=0, description="milliseconds since 1970")],
        end: Annotated[int, Query(alias="to", ge=0, description="not included")],
        points: Annotated[int, Query(ge=10, le=10_000)] = 2_000,
    ) -> Response:
        if end <= start:
            raise HTTPException(400, f"`to` must lie after `from`; got {start} and {end}")
        return _json(view.readings(device, metric, start, end, points))

    @router.get("/status", response_model=StatusShape)
    def show_status() -> Response:
        return _json(view.status())

    return router


def _stream(view: View, limits: Limits, closing: Callable[[], bool]) -> APIRouter:
    router = APIRouter(tags=["stream"])
    is_open: set[EventStream] = set()

    class Counted(Response):
        """An answer that is a stream and counts while it is open."""

        def __init__(self, stream: EventStream) -> None:
            super().__init__(media_type="text/event-stream")
            self._stream = stream

        @override
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            is_open.add(self._stream)
            try:
                await self._stream(receive, send)
            finally:
                is_open.discard(self._stream)

    @router.get(
        "/stream",
        response_class=StreamingResponse,
        responses={503: {"model": Refusal}, 200: {"content": {"text/event-stream": {}}}},
    )
    async def stream_changes(
        request: Request,
        after: Annotated[int | None, Query(ge=0, description="the revision you have")] = None,
        last_event_id: Annotated[str, Header(max_length=40)] = "",
    ) -> Response:
        if len(is_open) >= limits.streams:
            message = f"{limits.streams} streams are open, and no more are allowed; try again later"
            RequestRefused(reason="too_many_streams", path=request.url.path, found=message).emit()
            raise HTTPException(503, message)
        resumed = int(last_event_id) if last_event_id.isdecimal() else after
        return Counted(EventStream(view, limits, resumed, closing))

    return router


_NOT_KEPT = {"cache-control": "no-store"}


def _json(shape: Any, status: int = 200) -> Response:  # noqa: ANN401 -- any shape
    body = shape.model_dump_json()
    return Response(body, status, media_type="application/json", headers=_NOT_KEPT)


def _speak_plainly(app: FastAPI) -> None:
    @app.exception_handler(NotFoundError)
    def not_found(_request: Request, error: NotFoundError) -> Response:
        return JSONResponse({"error": str(error)}, 404)

    @app.exception_handler(SentinelError)
    def not_now(_request: Request, error: SentinelError) -> Response:
        return JSONResponse({"error": plain_reason(str(error))}, 503)

    @app.exception_handler(StarletteHTTPException)
    def refused(_request: Request, error: StarletteHTTPException) -> Response:
        return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    def not_understood(_request: Request, error: RequestValidationError) -> Response:
        problems = "; ".join(_problem(problem) for problem in error.errors())
        return JSONResponse({"error": problems}, 400)

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> Response:
        RequestFailed(path=request.url.path, reason=repr(error)).emit()
        return JSONResponse({"error": "a mistake of our own; it is in the desk's log"}, 500)


def _problem(problem: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in problem["loc"][1:]) or "body"
    return f"`{where}`: {problem['msg'].lower()}; got {problem.get('input')!r:.80}"
