"""Server-sent events: what changed, and a sign of life."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from anyio import to_thread
from starlette.types import Receive, Send

from sentinel.console.ports import Limits
from sentinel.console.view import View
from sentinel.domain.errors import SentinelError

_AT_ONCE = 200
"""Warnings in one event."""
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


class EventStream:
    """One client's stream.

    It remembers one number, the revision that the client has, and reads on from there; a client
    that is slow finds each changed warning once, as it is now. Nothing piles up for anyone.

    Events: `warnings`, a list of `Line`, its id the revision to resume from; `beat`, a
    `StatusShape`; `reset`, when the client knows a revision that never was: it must read anew.

    Args:
        after: The revision the client has; None: it begins now.
        closing: Asked often; true ends the stream.
    """

    def __init__(
        self, view: View, limits: Limits, after: int | None, closing: Callable[[], bool]
    ) -> None:
        self._view = view
        self._limits = limits
        self._after = view.desk.revision if after is None else after
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
                status = await to_thread.run_sync(self._view.status)
                await self._send(send, "beat", status.model_dump())
            if not told:
                await asyncio.wait({gone}, timeout=self._limits.look_seconds)

    async def _tell_changes(self, send: Send) -> bool:
        """Send the next changes; return whether there were any."""
        newest = self._view.desk.revision
        if self._after == newest:
            return False
        if self._after > newest:
            self._after = newest
            await self._send(send, "reset", {}, newest)
            return True
        lines, self._after = await to_thread.run_sync(self._view.changes, self._after, _AT_ONCE)
        if lines:
            changed = [line.model_dump() for line in lines]
            await self._send(send, "warnings", changed, self._after)
        return bool(lines)

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
