"""The listener with the embedded broker: MQTT 3.1.1 without a receive maximum."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sentinel.app.broker import EmbeddedBroker
from sentinel.app.ports import free_port
from sentinel.domain.rows import RowKind

Listen = Callable[..., Any]
Publish = Callable[..., None]
Wait = Callable[[Callable[[], object]], None]


@pytest.fixture
def embedded(eventually: Wait) -> Iterator[int]:
    """Return the port of a broker in this process."""
    port = free_port()
    broker, stop = EmbeddedBroker(port), threading.Event()
    thread = threading.Thread(target=broker.run, args=(stop,))
    thread.start()
    eventually(lambda: broker.started)
    yield port
    stop.set()
    thread.join()


@pytest.mark.parametrize("qos", [0, 1])
def test_messages_come_through(
    embedded: int, listening: Listen, publish: Publish, eventually: Wait, qos: int
) -> None:
    one = listening(embedded, version="3.1.1")
    payloads = [b"%d" % number for number in range(300)]
    publish(embedded, "s/a", *payloads, qos=qos)
    eventually(lambda: len(one.taken()) == 300)

    assert one.payloads() == payloads
    assert one.kinds()[0] is RowKind.LINK_UP


def test_what_comes_while_the_listener_is_away_waits_at_the_broker(
    embedded: int, listening: Listen, publish: Publish, eventually: Wait
) -> None:
    first = listening(embedded, version="3.1.1", username="sentinel")
    publish(embedded, "s/a", b"1")
    eventually(first.taken)
    first.end()
    publish(embedded, "s/a", b"2", b"3")
    second = listening(embedded, version="3.1.1", username="sentinel")
    eventually(lambda: len(second.taken()) == 3)

    assert sorted(second.payloads()) == [b"1", b"2", b"3"]
