"""All that leaves the desk: the sender, the outward dead-man and the trail's head, on threads."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

from sqlalchemy import Engine

from sentinel.desk.channels.channel import Channel
from sentinel.desk.channels.open import open_channels
from sentinel.desk.outside.deadman import Deadman, Faults
from sentinel.desk.outside.heads import HeadKeeper
from sentinel.desk.sending import Sender
from sentinel.desk.settings import DeskSettings
from sentinel.domain.clock import Clock
from sentinel.domain.errors import ServiceError
from sentinel.observe.events.notices import SenderFailed
from sentinel.observe.sentences import Words

_LOOK_SECONDS = 1.0
"""How often the regular messages are thought of; they are due by the minute or the day."""


class Delivery:
    """Runs beside the desk's intake and pages until it is stopped.

    Args:
        engine: The desk's database.
        settings: Of the desk.
        clock: The desk's time.
        folder: The desk's, for channels that write files.
        name: Of the deployment.
        who: Different for each desk and each of its lives.
        jitter: Returns 0..1.
        faults: What is wrong elsewhere; what is wrong with delivery itself is known here.

    Raises:
        ServiceError: A channel's secret or certificate is not where the settings say.
    """

    def __init__(
        self,
        engine: Engine,
        settings: DeskSettings,
        clock: Clock,
        *,
        folder: Path,
        name: str,
        who: str,
        jitter: Callable[[], float],
        faults: Faults = tuple,
    ) -> None:
        self._clock = clock
        self._faults = faults
        opened = open_channels(settings.channels, clock, folder, settings.publish.site)
        channels: dict[str, tuple[Channel, int]] = {
            channel: (opened[channel], one.concurrency)
            for channel, one in settings.channels.items()
        }
        self._sender = Sender(engine, channels, settings.outbox, clock, who=who, jitter=jitter)
        self._regular: list[Deadman | HeadKeeper] = []
        if settings.deadman:
            self._regular.append(Deadman(engine, settings.deadman, name, self._all_faults))
        if settings.heads:
            self._regular.append(HeadKeeper(engine, settings.heads, name))

    def wake(self) -> None:
        """Send at once what was put into the outbox; else it goes with the next look."""
        self._sender.wake()

    def troubles(self) -> Iterator[Words]:
        """Yield what is wrong, one sentence each; nothing if all is well."""
        return self._sender.troubles()

    def figures(self) -> dict[str, Any]:
        """Return how it goes, for `/health`."""
        return self._sender.figures()

    def run(self, stop: Event) -> None:
        """Deliver until `stop` is set, then end what is under way; sets it if it has to give up.

        Raises:
            ServiceError: A thread died of a mistake of our own.
        """
        died: list[BaseException] = []
        regular = Thread(target=self._run_regular, args=(stop, died), name="regular")
        regular.start()
        try:
            self._sender.run(stop)
        finally:
            stop.set()
            regular.join()
        if died:
            message = f"desk: what is sent regularly stopped: {died[0]!r}"
            raise ServiceError(message) from died[0]

    def _run_regular(self, stop: Event, died: list[BaseException]) -> None:
        try:
            while not stop.is_set():
                self._step()
                stop.wait(_LOOK_SECONDS)
        except BaseException as error:  # noqa: BLE001 -- raised again by run()
            died.append(error)
            stop.set()

    def _step(self) -> None:
        for one in self._regular:
            try:
                one.step(self._clock.now())
            except ServiceError as error:
                SenderFailed(reason=str(error)).emit()

    def _all_faults(self) -> list[str]:
        return [*self._faults(), *(words["en"] for words in self.troubles())]
