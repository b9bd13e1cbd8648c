"""A small server on loopback: `/health` for people and supervisors, `/metrics` for Prometheus."""

import json
import sys
import threading
from collections.abc import Callable, Collection, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Metric, generate_latest
from prometheus_client.registry import Collector
from typing_extensions import override

Health = Callable[[], dict[str, Any]]
"""What a service says of itself: `{"state": "ok" | a plain sentence, ...figures}`."""

_PATIENCE_SECONDS = 10.0
"""For one caller to ask and to take the answer; each has a thread while it is there."""


class HealthServer:
    """Serves until closed; starts at once, on a thread of its own.

    Args:
        health: Asked at each request, from the server's thread; must be quick and thread-safe.
        host: Address to bind; loopback unless the configuration says otherwise.
        port: 0 chooses a free one; `self.port` tells which.
        stages: Whose metrics to show, `sentinel_<stage>_...`: what others count is imported here
            too, and stays at zero.
    """

    def __init__(
        self,
        health: Health,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        stages: Collection[str] = (),
    ) -> None:
        self._server = _Server((host, port), _handler(health, _Own(stages)))
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="health")
        self._thread.daemon = True
        self._thread.start()

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up, or does not take it, has no answer; all else is a mistake of our own."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Own(Collector):
    """The metrics of some stages, and those of the process itself."""

    def __init__(self, stages: Collection[str]) -> None:
        self._shown = tuple(f"sentinel_{stage}_" for stage in stages)

    @override
    def collect(self) -> Iterable[Metric]:
        for metric in REGISTRY.collect():
            if metric.name.startswith(self._shown) or not metric.name.startswith("sentinel_"):
                yield metric


def _handler(health: Health, own: Collector) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _PATIENCE_SECONDS

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest(own))
            elif self.path == "/health":
                found = health()
                status = 200 if found.get("state") == "ok" else 503
                self._answer(status, "application/json", json.dumps(found).encode())
            else:
                self._answer(404, "text/plain", b"there is /health and /metrics\n")

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a scrape every few seconds is no news."""

    return Handler
