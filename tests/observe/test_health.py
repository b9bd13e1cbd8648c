"""What answers `/health`."""

import socket
import struct
from threading import Event

import pytest

from sentinel.observe.health import HealthServer


def test_a_caller_that_hangs_up_leaves_no_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    """`sentinel status` waits two seconds for a service that was stopped, and leaves."""
    hung_up, asked = Event(), Event()

    def slow() -> dict[str, object]:
        asked.set()
        hung_up.wait(10)
        return {"state": "ok", "much": "x" * 5_000_000}

    server = HealthServer(slow)
    caller = socket.create_connection(("127.0.0.1", server.port))
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    caller.sendall(b"GET /health HTTP/1.0\r\n\r\n")
    asked.wait(10)
    caller.close()
    hung_up.set()
    server.close()

    assert capfd.readouterr().err == ""
