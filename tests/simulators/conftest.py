"""A broker of a few lines that takes what it is told to, and forgets nothing."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from simulators.city import City, lancheng

CONNECT, PUBLISH, DISCONNECT = 0x10, 0x30, 0xE0


@dataclass(frozen=True, slots=True)
class Got:
    """One PUBLISH as it came."""

    topic: str
    payload: bytes
    packet_id: int
    is_dup: bool


@dataclass(slots=True)
class FakeBroker:
    """Takes one MQTT 3.1.1 connection after the other on loopback, and acknowledges.

    breaks_after: After so many messages the connection is cut, once, with nothing acknowledged
        since the last whole read; 0: never.
    """

    breaks_after: int = 0
    got: list[Got] = field(default_factory=list)
    connections: int = 0
    server: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        port: int = self.server.getsockname()[1]
        return port

    def start(self) -> "FakeBroker":
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def close(self) -> None:
        with suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self.server.close()
        if self.thread:
            self.thread.join()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self.server.accept()
            except OSError:
                return
            self.connections += 1
            with link, suppress(OSError):
                self._talk(link)

    def _talk(self, link: socket.socket) -> None:
        data = b""
        while piece := link.recv(1 << 16):
            data += piece
            answers = b""
            while (found := _packet(data)) is not None:
                head, body, data = found
                if head & 0xF0 == CONNECT:
                    answers += b"\x20\x02\x00\x00"
                elif head & 0xF0 == PUBLISH:
                    answers += self._take(head, body)
                    if len(self.got) == self.breaks_after:
                        return
                elif head & 0xF0 == DISCONNECT:
                    return
            link.sendall(answers)

    def _take(self, head: int, body: bytes) -> bytes:
        size = int.from_bytes(body[:2], "big")
        topic, rest = body[2 : 2 + size].decode(), body[2 + size :]
        has_id = head & 0x06
        packet_id = int.from_bytes(rest[:2], "big") if has_id else 0
        payload = rest[2:] if has_id else rest
        self.got.append(Got(topic, payload, packet_id, bool(head & 0x08)))
        return b"\x40\x02" + rest[:2] if has_id else b""


def _packet(data: bytes) -> tuple[int, bytes, bytes] | None:
    """Split the first packet off: its first byte, its body, what follows; None: not whole yet."""
    length = shift = 0
    for at, byte in enumerate(data[1:5], start=1):
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            end = at + 1 + length
            return (data[0], data[at + 1 : end], data[end:]) if len(data) >= end else None
    return None


@pytest.fixture
def make_broker() -> Iterator[Callable[[int], FakeBroker]]:
    """Return a maker of brokers: `make_broker(breaks_after)`."""
    made: list[FakeBroker] = []

    def make(breaks_after: int = 0) -> FakeBroker:
        made.append(FakeBroker(breaks_after=breaks_after).start())
        return made[-1]

    yield make
    for broker in made:
        broker.close()


@pytest.fixture(scope="session")
def city() -> City:
    return lancheng()
