"""Server-sent events: what changed, and a sign of life."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from anyio import to_thread
from starlette.types import Receive, Send

from sentinel.console.city_shapes import StatusShape
from sentinel.console.ports import Limits
from sentinel.console.shapes import Shape
from sentinel.domain.errors import SentinelError
from sentinel.domain.person import Person

_AT_ONCE = 200
"""Things in one event."""
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class Changes(Protocol):
    """What streams are made of; any thread may ask."""

    @property
    def revision(self) -> int:
        """The number of the last change; cheap."""
        ...

    def since(self, who: Person, after: int, most: int) -> "News":
        """Return what somebody sees of what changed after a revision, in order of change."""
        ...

    def status(self, who: Person) -> StatusShape:
        """Return how the system itself is."""
        ...


@dataclass(frozen=True, slots=True)
class News:
    """What changed, by the name of its event, and the revision up to which that is all."""

    by_event: Mapping[str, Sequence[Shape]]
    revision: int


class EventStream:
    """One client's stream.

    It remembers one number, the revision that the client has, and reads on from there; a client
    that is slow finds each changed warning once, as it is now. Nothing piles up for anyone.

    Events: `warnings`, a list of `Line`, and `cases`, a list of `CaseLine`, their id the revision
    to resume from; `beat`, a `StatusShape`; `reset`, when the client knows a revision that never
    was: it must read anew.

    Args:
        changes: What there is to tell.
        who: Who listens; they are told what they see.
        after: The revision the client has; None: it begins now.
        closing: Asked often; true ends the stream.
    """

    def __init__(
        self,
        changes: Changes,
        who: Person,
        limits: Limits,
        after: int | None,
        closing: Callable[[], bool],
    ) -> None:
        self._changes = changes
        self._who = who
        self._limits = limits
        self._after = changes.revision if after is None else after
        self._closing = closing

    async def __call__(self, receive: Receive, send: Send) -> None:
        """Send events until the client leaves, takes nothing for too long, or the server stops."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        gone = asyncio.create_task(_gone(receive))
        try:
            await self._tell(send, gone)
            if not gone.done():
                await send({"type": "http.response.body", "body": b""})
        except (TimeoutError, OSError, SentinelError):  # the client comes again
            return
        finally:
            gone.cancel()

    async def _tell(self, send: Send, gone: "asyncio.Task[None]") -> None:
        loop = asyncio.get_running_loop()
        beat_at = loop.time()
        while not gone.done() and not self._closing():
            told = await self._tell_changes(send)
            if loop.time() >= beat_at:
                beat_at = loop.time() + self._limits.heartbeat_seconds
                status = await to_thread.run_sync(self._changes.status, self._who)
                await self._send(send, "beat", status.model_dump())
            if not told:
                await asyncio.wait({gone}, timeout=self._limits.look_seconds)

    async def _tell_changes(self, send: Send) -> bool:
        """Send the next changes; return whether there may be more at once."""
        newest = self._changes.revision
        if self._after == newest:
            return False
        if self._after > newest:
            self._after = newest
            await self._send(send, "reset", {}, newest)
            return True
        news = await to_thread.run_sync(self._changes.since, self._who, self._after, _AT_ONCE)
        told = [(event, shapes) for event, shapes in news.by_event.items() if shapes]
        for number, (event, shapes) in enumerate(told, start=1):
            data = [shape.model_dump() for shape in shapes]
            # Whoever is cut off between two events of one revision must hear both again.
            await self._send(send, event, data, news.revision if number == len(told) else None)
        self._after = news.revision
        return bool(told)

    async def _send(self, send: Send, event: str, data: Any, number: int | None = None) -> None:  # noqa: ANN401 -- whatever JSON takes
        numbered = "" if number is None else f"id: {number}\n"
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        body = f"event: {event}\n{numbered}data: {text}\n\n".encode()
        message = {"type": "http.response.body", "body": body, "more_body": True}
        async with asyncio.timeout(self._limits.send_seconds):
            await send(message)


async def _gone(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
