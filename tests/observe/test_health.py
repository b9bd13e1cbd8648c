"""What answers `/health`."""

import re
import socket
import struct
import threading
from contextlib import closing
from http.client import HTTPConnection
from pkgutil import iter_modules
from threading import Event

import pytest

import sentinel.observe.events
from sentinel.app.service import STAGES
from sentinel.cli.told import told_reference
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


def metrics(server: HealthServer) -> set[str]:
    """Return the stages whose metrics the server shows."""
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
    return set(re.findall(r"^sentinel_([a-z]+)_", text, re.MULTILINE))


def test_a_service_shows_its_own_metrics_and_no_zeros_of_others() -> None:
    told_reference()  # imports every stage
    with closing(HealthServer(lambda: {"state": "ok"}, stages={"ingest", "journal"})) as server:
        assert metrics(server) == {"ingest", "journal"}


def test_every_stage_is_shown_by_some_service() -> None:
    stages = {found.name for found in iter_modules(sentinel.observe.events.__path__)}

    assert {stage for own in STAGES.values() for stage in own} == stages


def test_a_caller_that_says_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each has a thread of the service, and ten thousand connections cost a stranger nothing."""
    monkeypatch.setattr("sentinel.observe.health._PATIENCE_SECONDS", 0.05)
    server = HealthServer(lambda: {"state": "ok"})
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as mute:
        assert mute.recv(1) == b""
    server.close()

    assert capfd.readouterr().err == ""


def test_a_caller_that_does_not_take_the_answer_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sentinel.observe.health._PATIENCE_SECONDS", 0.05)
    asked = Event()

    def much() -> dict[str, object]:
        asked.set()
        return {"state": "ok", "much": "x" * 20_000_000}

    server = HealthServer(much)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as slow:
        slow.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        asked.wait(30)
        while any(thread.name.startswith("Thread-") for thread in threading.enumerate()):
            Event().wait(0.01)
    server.close()

    assert capfd.readouterr().err == ""
