"""Sends a load over one raw socket, and over the next one if that breaks."""

import select
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event

from simulators.content import Content
from simulators.ledger import Ledger
from simulators.wire import DISCONNECT, AckReader, connect, connect_packet

BLOCK = 2_000
"""Messages encoded and written at once, at most."""
PACE_SECONDS = 0.002
"""With a rate, what falls due within this goes together."""
SLIP_SECONDS = 0.05
"""What could not be sent for longer than this is not caught up: a rate is never exceeded."""
PATIENCE_SECONDS = 60.0
"""How long a broker that went away, or does not answer, is waited for."""
RETRY_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What is to be sent, and how.

    messages: How many in all. rate: Messages a second; None: as fast as they are taken.
    seconds: End after this long even if not all are sent; None: all are.
    window: Messages in flight at QoS 1; a broker's receive maximum lowers it.
    version: 4 is MQTT 3.1.1, 5 is MQTT 5.
    interval_ms: None: readings carry the time at which they are sent. Otherwise a sensor's are
        so far apart, from the start on, as if time ran with the load.
    """

    messages: int
    content: Content = field(default_factory=Content)
    qos: int = 1
    version: int = 4
    rate: float | None = None
    seconds: float | None = None
    window: int = 10_000
    client_id: str = "load"
    interval_ms: int | None = None


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
    """Sends one load; run once. `ledger` knows what became of each message."""

    def __init__(self, load: Load, host: str, port: int, stop: Event) -> None:
        self._load = load
        self._host, self._port = host, port
        self._stop = stop
        self._end = None if load.seconds is None else time.perf_counter() + load.seconds
        self._pending = memoryview(b"")
        self.reconnects = 0
        self.ledger = Ledger(
            load.content,
            load.messages,
            qos=load.qos,
            version=load.version,
            interval_ms=load.interval_ms,
        )

    def run(self) -> None:
        """Connect and send until all is answered."""
        while True:
            link, maximum = self._connect()
            try:
                with link:
                    self._send_all(link, min(self._load.window, maximum))
                    return
            except OSError:
                self.reconnects += 1

    def _connect(self) -> tuple[socket.socket, int]:
        packet = connect_packet(self._load.client_id, version=self._load.version, clean=False)
        give_up = time.perf_counter() + PATIENCE_SECONDS
        while True:
            try:
                return connect(self._host, self._port, packet)
            except OSError:
                if time.perf_counter() > give_up or self._stop.wait(RETRY_SECONDS):
                    raise

    def _send_all(self, link: socket.socket, window: int) -> None:
        acks, pacer = AckReader(), Pacer(self._load.rate, now=time.perf_counter())
        self._pending = memoryview(self.ledger.again())
        heard = time.perf_counter()
        while self._pending or self.ledger.in_flight or not self._is_over():
            if not self._pending and not self._is_over():
                self._encode(pacer, window)
            if self._pending:
                self._write(link)
            if self._read(link, acks, window):
                heard = time.perf_counter()
            elif self.ledger.in_flight and time.perf_counter() - heard > PATIENCE_SECONDS:
                message = f"no answer from the broker for {PATIENCE_SECONDS:g} s"
                raise ConnectionError(message)
        link.setblocking(True)
        link.sendall(DISCONNECT)

    def _is_over(self) -> bool:
        late = self._end is not None and time.perf_counter() >= self._end
        return self._stop.is_set() or late or self.ledger.sent == self._load.messages

    def _encode(self, pacer: Pacer, window: int) -> None:
        """Encode what may be sent now; rather a good block soon than a small one at once."""
        room = self._room(window)
        left = self._load.messages - self.ledger.sent
        if room < min(left, self._enough(window)):
            return
        count = min(pacer.due(time.perf_counter()), room, left, BLOCK)
        if count > 0:
            now_ms = time.time_ns() // 1_000_000
            self._pending = memoryview(self.ledger.next(count, now_ms))

    def _room(self, window: int) -> int:
        if not self._load.qos:
            return BLOCK
        return min(window - self.ledger.in_flight, self.ledger.free_ids)

    def _enough(self, window: int) -> int:
        return max(1, min(BLOCK, window) // 4) if self._load.rate is None else 1

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
        self.ledger.take(acks.feed(data))
        return True

    def _wait(self, window: int) -> float:
        """Return how long to wait for the socket, seconds."""
        if not self._is_over() and self._load.rate is not None:
            return PACE_SECONDS
        can_send = not self._is_over() and self._room(window) >= self._enough(window)
        return 0.0 if can_send and not self._pending else 1.0
