"""An HTTP server that keeps what is posted to it, for tests of what sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from typing_extensions import override

_LONGEST_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """What was posted, and what is answered.

    answers: Status, headers and body of the next answers; when there are none left, 200.
    open: While it is clear, requests are kept but not answered.
    """

    port: int
    received: list[Received] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    open: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        """Where to post."""
        return f"http://127.0.0.1:{self.port}/hook"

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Return the next answer, once answers are given."""
        self.open.wait(_LONGEST_SECONDS)
        return self.answers.pop(0) if self.answers else (200, {}, b"ok")


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """Run one on loopback and a free port for as long as the block lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.receiver = Receiver(server.server_address[1])
    server.receiver.open.set()
    thread = Thread(target=server.serve_forever, args=(0.01,), name="receiver")
    thread.start()
    try:
        yield server.receiver
    finally:
        server.receiver.open.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Who is killed or gives up before the answer has none."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:  # who sent it was killed
            return
        receiver = self.server.receiver
        receiver.received.append(Received(path=self.path, headers=dict(self.headers), body=body))
        status, headers, said = receiver.answer()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
