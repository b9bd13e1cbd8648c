"""What is subscribed at the broker, brought to what is configured."""

from collections.abc import Sequence

import paho.mqtt.client as mqtt
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from sentinel.ingest.memory import SessionMemory
from sentinel.ingest.probe import Probe
from sentinel.observe.events.ingest import SubscriptionRefused, SubscriptionsReconciled


class Subscriptions:
    """The session outlives the listener, and so do subscriptions that nobody wants any more.

    Args:
        wanted: Topics with their QoS.
        optional: Those of them that may be refused without harm.
        probe: Its topic is wanted, too, until it is given up.
        memory: Knows what was subscribed before.
        version5: Whether the broker can be asked to send retained messages only once.
    """

    def __init__(
        self,
        wanted: dict[str, int],
        *,
        optional: frozenset[str],
        probe: Probe,
        memory: SessionMemory,
        version5: bool,
    ) -> None:
        self._others = wanted
        self._optional = optional
        self._probe = probe
        self._memory = memory
        self._version5 = version5
        self._asked: dict[int, tuple[str, ...]] = {}
        self.refused: dict[str, str] = {}

    def want(self, wanted: dict[str, int]) -> None:
        """Change what is wanted; it holds from the next `reconcile`."""
        self._others = wanted

    def reconcile(self, client: mqtt.Client, *, resumed: bool) -> None:
        """Ask the broker for what is missing and to drop what is too much.

        MQTT 5 is asked for everything again, which mends whatever the broker forgot. MQTT 3.1.1
        would send every retained message again, so there only what is not confirmed is asked for.
        """
        self._asked.clear()
        self.refused.clear()
        memory = self._memory
        gone = tuple(topic for topic in memory.topics if topic not in self._wanted)
        is_known = set(memory.confirmed) if resumed and not self._version5 else set()
        missing = tuple(topic for topic in self._wanted if topic not in is_known)
        memory.note(topics={*memory.topics, *missing}, confirmed=memory.confirmed)
        if missing:
            self._ask(client, missing)
        if gone:
            client.unsubscribe(list(gone))
        SubscriptionsReconciled(wanted=len(self._wanted), dropped=list(gone)).emit()

    def answered(self, packet_id: int, codes: Sequence[ReasonCode]) -> None:
        """Take note of a SUBACK."""
        topics = self._asked.pop(packet_id, ())
        granted = {topic for topic, code in zip(topics, codes, strict=False) if not code.is_failure}
        for topic, code in zip(topics, codes, strict=False):
            if code.is_failure and topic == self._probe.wanted:
                self._probe.refused(str(code))
            elif code.is_failure and topic not in self._optional:
                self.refused[topic] = str(code)
                SubscriptionRefused(topic=topic, why=str(code)).emit()
        self._memory.note(topics=self._memory.topics, confirmed={*self._memory.confirmed, *granted})

    def dropped(self) -> None:
        """Take note of the UNSUBACK: nothing but the wanted is left."""
        self._memory.note(
            topics=(topic for topic in self._memory.topics if topic in self._wanted),
            confirmed=(topic for topic in self._memory.confirmed if topic in self._wanted),
        )

    @property
    def _wanted(self) -> dict[str, int]:
        topic = self._probe.topic
        return {**self._others, topic: 1} if topic else self._others

    def _ask(self, client: mqtt.Client, topics: tuple[str, ...]) -> None:
        if self._version5:
            asked = client.subscribe([(topic, self._options(topic)) for topic in topics])
        else:
            asked = client.subscribe([(topic, self._wanted[topic]) for topic in topics])
        if asked[1] is not None:
            self._asked[asked[1]] = topics

    def _options(self, topic: str) -> SubscribeOptions:
        return SubscribeOptions(
            qos=self._wanted[topic],
            retainHandling=SubscribeOptions.RETAIN_SEND_IF_NEW_SUB,
        )
