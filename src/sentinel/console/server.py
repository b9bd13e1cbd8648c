"""Pages and API on one server."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from threading import Event

import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

from sentinel.console.api import build_api
from sentinel.console.page import add_page
from sentinel.console.ports import Limits, Sources
from sentinel.domain.errors import ServiceError

_GRACE_SECONDS = 3
"""What is being answered may be finished; then connections are cut."""
_LOOK_SECONDS = 0.2


class Server:
    """Serves an application until it is asked to stop. Its port is taken when it is made.

    `host` and `port` tell where it answers; a port of 0 became a free one.

    Args:
        app: What answers.
        host: Address to bind.
        port: 0 chooses a free one.
        closing: Set when it begins to stop, so that open streams end.

    Raises:
        ServiceError: The port is taken, or the host is not of this machine.
    """

    def __init__(self, app: ASGIApp, *, host: str, port: int, closing: Event) -> None:
        self._app = app
        self._closing = closing
        self._socket = _bind(host, port)
        self.host = host
        self.port: int = self._socket.getsockname()[1]

    def run(self, stop: Event) -> None:
        """Serve until `stop` is set, on the caller's thread. Once: it cannot be run again."""
        try:
            asyncio.run(self._serve(stop))
        finally:
            self.close()

    def close(self) -> None:
        """Free the port; for a server that is never run."""
        self._socket.close()

    async def _serve(self, stop: Event) -> None:
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            server_header=False,
            ws="websockets-sansio",
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = _Unsignalled(config)
        serving = asyncio.create_task(server.serve([self._socket]))
        while not stop.is_set() and not serving.done():
            await asyncio.wait({serving}, timeout=_LOOK_SECONDS)
        self._closing.set()
        server.should_exit = True
        await serving


class _Unsignalled(uvicorn.Server):
    """Signals are the business of the service around us."""

    @override
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def build_server(
    sources: Sources, *, host: str = "127.0.0.1", port: int = 8080, limits: Limits | None = None
) -> Server:
    """Return the server of pages and API, listening but not yet answering.

    Once a process: NiceGUI, which makes the page, is one of a kind.

    Raises:
        ServiceError: The port is taken, or the host is not of this machine.
    """
    closing = Event()
    app = build_api(sources, limits or Limits(), closing.is_set)
    server = Server(app, host=host, port=port, closing=closing)
    add_page(app)
    return server


def _bind(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        message = (
            f"desk: cannot answer at {host}:{port}: {error.strerror or error}; "
            "choose another `desk.port`, or 0 for a free one"
        )
        raise ServiceError(message) from error
