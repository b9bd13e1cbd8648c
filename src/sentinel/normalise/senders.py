"""Whose a plain message is, worked out once for each topic, or each pair of words in a payload."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.metric import MetricKind
from sentinel.domain.registry import Registry
from sentinel.domain.rejection import Reason
from sentinel.normalise.addresses import Addresses
from sentinel.normalise.batch import Batch
from sentinel.normalise.format import Format
from sentinel.normalise.known import BY_CONTENT, UNKNOWN, Known, Senders
from sentinel.normalise.linear import Linear
from sentinel.normalise.routes import Routes
from sentinel.normalise.settings import Settings
from sentinel.normalise.shape import Shape, Word, plain_root
from sentinel.normalise.topictable import TopicTable
from sentinel.normalise.units import Conversions
from sentinel.normalise.words import Words, read_device, resolve

Content = tuple[int, str | None, Word | None, Word | None]
"""Number of the format, topic if it matters, device and metric as the payload names them."""

_SPARE = 10_000


class SenderBook:
    """Finds the senders of plain messages and remembers them.

    by_content: A content's sender, or UNKNOWN. senders: What they are.
    """

    def __init__(
        self,
        settings: Settings,
        addresses: Addresses,
        routes: Routes,
        shapes: Mapping[int, Shape],
    ) -> None:
        self._formats = settings.formats
        self._registry: Registry = settings.registry
        self._addresses = addresses
        self._routes = routes
        self._shapes = shapes
        self._conversions = Conversions(settings.registry.metrics)
        self._most = _SPARE + 2 * len(settings.registry.sensor_device)
        self.senders = Senders()
        self._by_topic = TopicTable()
        self.by_content: Known[Content] = Known(self._of_content)

    def forget(self) -> None:
        """Between batches: start anew when more is remembered than the registry accounts for."""
        if len(self._by_topic) + len(self.by_content) > self._most:
            self._by_topic.clear()
            self.by_content.clear()
            self.senders.clear()

    def of_topics(self, batch: Batch) -> NDArray[np.int32]:
        """Return by message the sender that its topic tells, or UNKNOWN."""
        found = self._by_topic.find(batch.data, batch.topic)
        strange = np.flatnonzero(found < 0)
        if len(strange):
            self._meet(batch, strange, found)
        return found

    def _meet(self, batch: Batch, strange: NDArray[np.intp], found: NDArray[np.int32]) -> None:
        """Work out the senders of topics not seen before."""
        numbers: dict[str, int] = {}
        new: list[int] = []
        for at in strange.tolist():
            topic = batch.topic_at(at)
            number = numbers.get(topic)
            if number is None:
                number = numbers[topic] = self._of_topic(topic)
                if number != UNKNOWN:
                    new.append(at)
            found[at] = number
        self._by_topic.add(batch.data, batch.topic[new], found[new])

    def _of_topic(self, topic: str) -> int:
        route = self._routes.search(topic)
        shape = None if route is None or route.is_alive else self._shapes.get(route.format)
        if route is None or shape is None:
            return UNKNOWN
        if shape.by_content:
            return self.senders.add(BY_CONTENT, (route.format, Linear()), None, None)
        return self._sender(route.format, [None], route.words)

    def _of_content(self, content: Content) -> int:
        number, topic, device, metric = content
        route = None if topic is None else self._routes.search(topic)
        words = {} if route is None else route.words
        return self._sender(number, [plain_root(self._formats[number], device, metric)], words)

    def _sender(self, number: int, scope: list[object], words: Words) -> int:
        form = self._formats[number]
        device = read_device(form, scope, words)
        metric = resolve(form.measures[0].metric, scope, words, Reason.UNKNOWN_METRIC)
        if not isinstance(device, str) or not isinstance(metric, str):
            return UNKNOWN
        spells = self._addresses.spells(form.name, device)
        at = self._registry.metric_number.get(metric, -1)
        if len(spells) != 1 or at < 0 or self._registry.metrics[at].kind is MetricKind.STATE:
            return UNKNOWN
        spell = spells[0]
        sensor = self._registry.sensor(spell.device, at)
        linear = self._linear(form, at)
        if sensor < 0 or linear is None or self._registry.device_retired[spell.device]:
            return UNKNOWN
        return self.senders.add(sensor, (number, linear), spell.valid_from, spell.valid_to)

    def _linear(self, form: Format, metric: int) -> Linear | None:
        measure = form.measures[0]
        unit = None if measure.unit is None else measure.unit.constant
        found = self._conversions.find(unit, measure.form, metric)
        return found if isinstance(found, Linear) else None
