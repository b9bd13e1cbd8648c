"""A connected socket, as paho sees it: everything but the messages."""

import socket
import ssl
import time
from contextlib import suppress

from sentinel.ingest.frames import Budget, Frames, MalformedStream

_CHUNK = 256 * 1024
_FAREWELL_SECONDS = 1.0
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Wire:
    """Receives whole chunks and hands paho what its loop is for.

    paho reads a packet in three or four calls of `recv`, and writes each acknowledgement by
    itself; here a receive brings hundreds of messages, and a send takes all acknowledgements.

    Args:
        sock: Connected, and past its TLS handshake.
        frames: Takes the messages out of the stream.
    """

    def __init__(self, sock: socket.socket, frames: Frames) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        self._frames = frames
        self._control = b""
        self._out = bytearray()
        self._is_tls = isinstance(sock, ssl.SSLSocket)  # gives a record at a time
        self.lost = ""

    def receive(self, most: Budget) -> bool:
        """Take in what is there, until about `most` waits; False: there may be more."""
        while self._frames.has_room(most):
            try:
                data = self._sock.recv(_CHUNK)
                self._control += self._frames.feed(data)
            except _NOT_NOW:
                return True
            except (OSError, MalformedStream) as error:
                self.lost = str(error)
                return True
            if not data:
                self.lost = "the broker closed the connection"
                return True
            if len(data) < _CHUNK and not self._is_tls:
                return True
        return False

    def write(self, data: bytes) -> None:
        """Queue whole packets, after those already queued, and send what the socket takes."""
        self._out += data
        self.flush()

    def flush(self) -> None:
        """Send what the socket takes."""
        while self._out:
            try:
                sent = self._sock.send(self._out)
            except _NOT_NOW:
                return
            except OSError as error:
                self.lost = str(error)
                self._out.clear()
                return
            del self._out[:sent]

    def wants_write(self) -> bool:
        """Say whether packets wait for the socket."""
        return bool(self._out)

    def has_control(self) -> bool:
        """Say whether paho has something to read, be it the end of the connection."""
        return bool(self._control or self.lost)

    def recv(self, size: int) -> bytes:
        """Hand paho bytes of packets that are no messages; nothing at all once all is lost."""
        if not self._control:
            if self.lost:
                return b""
            raise BlockingIOError
        taken, self._control = self._control[:size], self._control[size:]
        return taken

    def send(self, data: bytes | bytearray) -> int:
        """Take a packet from paho."""
        self.write(bytes(data))
        return len(data)

    def close(self) -> None:
        """Say farewell so that what was sent arrives: unread data would reset the connection."""
        if self._sock.fileno() < 0:
            return
        if not self.lost:
            with suppress(OSError):
                self._farewell()
        self._sock.close()

    def _farewell(self) -> None:
        until = time.monotonic() + _FAREWELL_SECONDS
        self._sock.settimeout(_FAREWELL_SECONDS)
        self._sock.sendall(self._out)
        self._sock.shutdown(socket.SHUT_WR)
        while time.monotonic() < until and self._sock.recv(_CHUNK):
            pass

    def fileno(self) -> int:
        """Return the socket's number, for poll."""
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:
        """Stay as it is: never blocking."""
