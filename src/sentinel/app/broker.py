"""The embedded broker: for trying things out on one machine, with nothing else installed.

amqtt speaks MQTT 3.1.1 and keeps its sessions in memory. A deployment has mosquitto.
"""

import asyncio
from contextlib import suppress
from threading import Event

from amqtt.broker import Broker
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session
from typing_extensions import override

LOOK_SECONDS = 0.1


class LetLoopbackIn(BaseAuthPlugin):  # type: ignore[misc]  # amqtt brings no types
    """Lets everyone in: whoever reaches loopback is on this machine.

    amqtt's own plugin for that marks sessions as anonymous, and then keeps nothing for a listener
    that is away.
    """

    @override
    async def authenticate(self, *, session: Session) -> bool:
        return True


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
        plugins: dict[str, dict[str, object]] = {f"{__name__}.{LetLoopbackIn.__name__}": {}}
        broker = Broker({"listeners": listeners, "plugins": plugins})
        await broker.start()
        self.started = True
        while not await asyncio.to_thread(stop.wait, LOOK_SECONDS):
            pass
        with suppress(Exception):  # it complains of clients that are still there
            await broker.shutdown()
