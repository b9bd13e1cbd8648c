"""The stream of what changes, as a route that counts those who listen."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from typing_extensions import override

from sentinel.console.ports import Limits
from sentinel.console.shapes import Refusal
from sentinel.console.stream import Changes, EventStream
from sentinel.console.who import Asking
from sentinel.observe.events.desk import RequestRefused

_LATEST = 10**15
"""No desk has that many changes, and no database takes numbers of any length."""


def stream_router(changes: Changes, limits: Limits, closing: Callable[[], bool]) -> APIRouter:
    """Return the route of the stream. closing: True ends those that are open."""
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
        responses={
            200: {"content": {"text/event-stream": {}}},
            400: {"model": Refusal},
            401: {"model": Refusal},
            503: {"model": Refusal},
        },
    )
    async def stream_changes(
        request: Request,
        asking: Asking,
        after: Annotated[
            int | None, Query(ge=0, le=_LATEST, description="the revision you have")
        ] = None,
        last_event_id: Annotated[str, Header(max_length=40)] = "",
    ) -> Response:
        if len(is_open) >= limits.streams:
            message = f"{limits.streams} streams are open, and no more are allowed; try again later"
            RequestRefused(reason="too_many_streams", path=request.url.path, found=message).emit()
            raise HTTPException(503, message)
        resumed = min(int(last_event_id), _LATEST) if _is_number(last_event_id) else after
        return Counted(EventStream(changes, asking, limits, resumed, closing))

    return router


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
