"""Sends messages over one raw socket, and over the next one if that breaks."""

import select
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from simulators.wire import DISCONNECT, AckReader, Acks, connect, connect_packet

BLOCK = 2_000
"""Messages encoded and written at once, at most."""
PACE_SECONDS = 0.004
"""With a rate, what falls due within this goes together."""
SLIP_SECONDS = 0.05
"""What could not be sent for longer than this is not caught up: a rate stays a rate."""
PATIENCE_SECONDS = 60.0
"""How long a broker that went away, or does not answer, is waited for."""
FIRST_SECONDS = 5.0
"""How long one is waited for that was never there: who mistyped a port wants to know."""
RETRY_SECONDS = 0.2


class Book(Protocol):
    """What is to be sent, and what became of it; messages are numbered from 0."""

    @property
    def left(self) -> int:
        """How many messages are still to come, as far as is known; 0: no more."""
        ...

    @property
    def in_flight(self) -> int:
        """Messages sent and not yet answered."""
        ...

    @property
    def free_ids(self) -> int:
        """How many messages can be sent before a packet id in flight would come again."""
        ...

    def next(self, count: int, now_ms: int) -> bytes:
        """Return at most so many next packets; none if nothing is due yet."""
        ...

    def again(self) -> bytes:
        """Return the packets in flight once more, marked as duplicates."""
        ...

    def take(self, acks: Acks) -> None:
        """Tick off what was answered."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How messages go to the broker.

    version: 4 is MQTT 3.1.1, 5 is MQTT 5.
    window: Messages in flight at QoS 1; a broker's receive maximum lowers it.
    rate: Messages a second; None: as fast as they are taken.
    seconds: End after this long even if not all are sent; None: all are.
    is_timed: The book says when its messages are due.
    """

    host: str
    port: int
    client_id: str
    qos: int = 1
    version: int = 4
    window: int = 10_000
    rate: float | None = None
    seconds: float | None = None
    is_timed: bool = False


class Pacer:
    """Says how many messages are due, evenly; time that was lost stays lost.

    >>> pacer = Pacer(1000, now=0.0)
    >>> pacer.due(now=0.01), pacer.due(now=0.01), pacer.due(now=5.0)
    (10, 0, 50)
    """

    def __init__(self, rate: float | None, *, now: float) -> None:
        self._rate = rate
        self._paid_until = now

    def due(self, now: float) -> int:
        """Return how many may be sent now, which are taken as sent."""
        if self._rate is None:
            return BLOCK
        self._paid_until = max(self._paid_until, now - SLIP_SECONDS)
        waited = now - self._paid_until
        count = int(waited * self._rate + 1e-6) if waited >= PACE_SECONDS else 0
        self._paid_until += count / self._rate
        return count


class Generator:
    """Sends a book; run once."""

    def __init__(self, book: Book, way: Way, stop: Event) -> None:
        self._book, self._way, self._stop = book, way, stop
        self._end = None if way.seconds is None else time.perf_counter() + way.seconds
        self._is_paced = way.is_timed or way.rate is not None
        self._pending = memoryview(b"")
        self.reconnects = 0

    def run(self) -> None:
        """Connect and send until all is answered, or until stopped while there is no broker.

        Raises:
            OSError: No broker for `FIRST_SECONDS` at the start, or `PATIENCE_SECONDS` later on.
        """
        while (connected := self._connect()) is not None:
            link, maximum = connected
            try:
                with link:
                    self._send_all(link, min(self._way.window, maximum))
                    return
            except OSError:
                self.reconnects += 1

    def _connect(self) -> tuple[socket.socket, int] | None:
        way = self._way
        packet = connect_packet(way.client_id, version=way.version, clean=False)
        patience = PATIENCE_SECONDS if self.reconnects else FIRST_SECONDS
        give_up = time.perf_counter() + patience
        while True:
            try:
                return connect(way.host, way.port, packet)
            except OSError:
                if self._stop.wait(RETRY_SECONDS):
                    return None
                if time.perf_counter() > give_up:
                    raise

    def _send_all(self, link: socket.socket, window: int) -> None:
        acks, pacer = AckReader(), Pacer(self._way.rate, now=time.perf_counter())
        self._pending = memoryview(self._book.again())
        heard = time.perf_counter()
        while self._pending or self._book.in_flight or not self._is_over():
            if not self._pending and not self._is_over():
                self._encode(pacer, window)
            if self._pending:
                self._write(link)
            if self._read(link, acks, window):
                heard = time.perf_counter()
            elif self._book.in_flight and time.perf_counter() - heard > PATIENCE_SECONDS:
                message = f"no answer from the broker for {PATIENCE_SECONDS:g} s"
                raise ConnectionError(message)
        link.setblocking(True)
        link.sendall(DISCONNECT)

    def _is_over(self) -> bool:
        late = self._end is not None and time.perf_counter() >= self._end
        return self._stop.is_set() or late or self._book.left == 0

    def _encode(self, pacer: Pacer, window: int) -> None:
        """Encode what may be sent now; rather a good block soon than a small one at once."""
        room = self._room(window)
        left = self._book.left
        if room < min(left, self._enough(window)):
            return
        count = min(pacer.due(time.perf_counter()), room, left, BLOCK)
        if count > 0:
            now_ms = time.time_ns() // 1_000_000
            self._pending = memoryview(self._book.next(count, now_ms))

    def _room(self, window: int) -> int:
        if not self._way.qos:
            return BLOCK
        return min(window - self._book.in_flight, self._book.free_ids)

    def _enough(self, window: int) -> int:
        return 1 if self._is_paced else max(1, min(BLOCK, window) // 4)

    def _write(self, link: socket.socket) -> None:
        with suppress(BlockingIOError):  # the broker is behind: its answers are read first
            self._pending = self._pending[link.send(self._pending) :]

    def _read(self, link: socket.socket, acks: AckReader, window: int) -> bool:
        """Wait until there is something to do, and take in the answers that came."""
        readable, _, _ = select.select(
            [link], [link] if self._pending else [], [], self._wait(window)
        )
        if not readable:
            return False
        data = link.recv(1 << 18)
        if not data:
            message = "the broker closed the connection"
            raise ConnectionError(message)
        self._book.take(acks.feed(data))
        return True

    def _wait(self, window: int) -> float:
        """Return how long to wait for the socket, seconds."""
        if not self._is_over() and self._is_paced:
            return PACE_SECONDS
        can_send = not self._is_over() and self._room(window) >= self._enough(window)
        return 0.0 if can_send and not self._pending else 1.0
