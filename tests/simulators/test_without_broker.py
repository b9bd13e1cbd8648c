"""Where there is no broker, who simulates is told soon."""

import socket
from threading import Event

import pytest

import simulators.generator
import simulators.publish
from simulators.generator import Way
from simulators.load import Load, send_load
from simulators.publish import Publisher


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> int:
    """A port at which nobody listens, and no patience."""
    monkeypatch.setattr(simulators.generator, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(simulators.generator, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(simulators.publish, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(simulators.publish, "RETRY_SECONDS", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_load_without_a_broker_is_refused(nowhere: int) -> None:
    with pytest.raises(ConnectionRefusedError):
        send_load(Load(messages=10), Way(host="127.0.0.1", port=nowhere, client_id="x"))


def test_a_storm_without_a_broker_is_refused(nowhere: int) -> None:
    publisher = Publisher("127.0.0.1", nowhere, client_id="x", stop=Event())

    with pytest.raises(ConnectionRefusedError), publisher:
        pass
