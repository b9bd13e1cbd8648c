"""An HTTP server that answers as it was told and remembers what it was asked."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override


@dataclass(slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Asked], tuple[int, str, bytes]]
"""Status, content type and body of the answer to a request."""


@dataclass(slots=True)
class Recorded:
    """The server; `answer` may be exchanged while it runs."""

    answer: Answer = lambda _: (204, "text/plain", b"")
    asked: list[Asked] = field(default_factory=list)
    url: str = ""


@contextmanager
def recorded_server() -> Iterator[Recorded]:
    """Give a server on a free port of this machine; it is stopped at the end."""
    state = Recorded()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(state: Recorded) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            self._answer(Asked("POST", self.path, dict(self.headers), body))

        def do_GET(self) -> None:
            self._answer(Asked("GET", self.path, dict(self.headers), b""))

        def _answer(self, asked: Asked) -> None:
            state.asked.append(asked)
            status, content_type, body = state.answer(asked)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
