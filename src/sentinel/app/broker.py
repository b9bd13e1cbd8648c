"""The embedded broker: for trying things out on one machine, with nothing else installed.

amqtt speaks MQTT 3.1.1 and keeps its sessions in memory. A deployment has mosquitto.
"""

import asyncio
import socket
from contextlib import suppress
from threading import Event

from amqtt.broker import Broker

ALLOW_ALL = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
"""Loopback only: whoever reaches it is on this machine."""


class EmbeddedBroker:
    """A broker on loopback, in this process."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.started = False

    def run(self, stop: Event) -> None:
        """Serve until stopped."""
        asyncio.run(self._serve(stop))

    def health(self) -> dict[str, object]:
        """Return the broker's state for `/health`."""
        return {"state": "ok" if self.started else "starting", "port": self._port}

    async def _serve(self, stop: Event) -> None:
        listeners = {"default": {"type": "tcp", "bind": f"127.0.0.1:{self._port}"}}
        broker = Broker({"listeners": listeners, "plugins": ALLOW_ALL})
        await broker.start()
        self.started = True
        while not stop.is_set():
            await asyncio.sleep(0.1)
        with suppress(Exception):  # it complains of clients that are still there
            await broker.shutdown()


def free_port() -> int:
    """Return a port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
