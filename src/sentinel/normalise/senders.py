"""Whose a plain message is, worked out once for each topic, or each pair of words in a payload."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.metric import MetricKind
from sentinel.domain.registry import Registry
from sentinel.domain.rejection import Reason
from sentinel.normalise.addresses import Addresses
from sentinel.normalise.batch import Batch
from sentinel.normalise.direct import Direct, direct_patterns
from sentinel.normalise.known import ALWAYS, BY_CONTENT, UNKNOWN, Known, Senders
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
_PIECE = 500
"""Of new topics: with more objects alive at a time, Python would go through all of the registry to
see what it can free."""


class Named(NamedTuple):
    """A sender by its format, device and metric, and the time in which it was addressed so."""

    form: int
    metric: int
    device: int
    since: int | None
    until: int | None


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
        plain = {number for number, shape in shapes.items() if not shape.by_content}
        found = direct_patterns(routes.patterns, settings.formats, plain, settings.registry)
        self._direct = tuple(found)
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
        texts = batch.topics_at(strange)
        first: dict[str, int] = {}
        for at, text in zip(strange.tolist(), texts, strict=True):
            first.setdefault(text, at)
        numbers = self._of_new_topics(list(first))
        if len(first) == len(texts):
            found[strange] = numbers
        else:
            known = dict(zip(first, numbers.tolist(), strict=True))
            found[strange] = [known[text] for text in texts]
        at = np.fromiter(first.values(), np.intp, len(first))[numbers >= 0]
        self._by_topic.add(batch.data, batch.topic[at], found[at])

    def _of_new_topics(self, topics: list[str]) -> NDArray[np.int32]:
        numbers = np.full(len(topics), UNKNOWN, np.int32)
        left = np.arange(len(topics))
        for direct in self._direct:
            found = direct.devices(topics, self._registry.device_number)
            own = np.array([number is not None for number in found], np.bool_)
            devices = np.array([number for number in found if number is not None], np.int32)
            numbers[left[own]] = self._enter_direct(direct, devices)
            left = left[~own]
            topics = [topic for topic, number in zip(topics, found, strict=True) if number is None]
        for start in range(0, len(topics), _PIECE):
            piece = [self._of_topic(topic) for topic in topics[start : start + _PIECE]]
            numbers[left[start : start + _PIECE]] = self._enter(piece)
        return numbers

    def _enter_direct(self, direct: Direct, devices: NDArray[np.int32]) -> NDArray[np.int32]:
        numbers = np.full(len(devices), UNKNOWN, np.int32)
        plan = self._plan((direct.form, direct.metric, False))
        sensor = self._registry.sensors(devices, direct.metric)
        there = np.flatnonzero((sensor >= 0) & (plan >= 0))
        there = there[~self._registry.device_retired[devices[there]]]
        every = np.ones(len(there), np.int64)
        plans = np.full(len(there), plan, np.int32)
        numbers[there] = self.senders.add(sensor[there], plans, -ALWAYS * every, ALWAYS * every)
        return numbers

    def _of_topic(self, topic: str) -> Named | None:
        route = self._routes.search(topic)
        shape = None if route is None or route.is_alive else self._shapes.get(route.format)
        if route is None or shape is None:
            return None
        if shape.by_content:
            return Named(route.format, 0, BY_CONTENT, None, None)
        return self._named(route.format, [None], route.words)

    def _of_content(self, content: Content) -> int:
        number, topic, device, metric = content
        route = None if topic is None else self._routes.search(topic)
        words = {} if route is None else route.words
        root = plain_root(self._formats[number], device, metric)
        return int(self._enter([self._named(number, [root], words)])[0])

    def _named(self, number: int, scope: list[object], words: Words) -> Named | None:
        form = self._formats[number]
        device = read_device(form, scope, words)
        metric = resolve(form.measures[0].metric, scope, words, Reason.UNKNOWN_METRIC)
        if not isinstance(device, str) or not isinstance(metric, str):
            return None
        at = self._registry.metric_number.get(metric)
        sole = self._addresses.sole(form.name, device)
        return None if at is None or sole is None else Named(number, at, *sole)

    def _enter(self, named: list[Named | None]) -> NDArray[np.int32]:
        """Return senders of those who are named and have the sensor, UNKNOWN for the others."""
        numbers = np.full(len(named), UNKNOWN, np.int32)
        there = [at for at, one in enumerate(named) if one is not None]
        if not there:
            return numbers
        form, metric, device, since, until = zip(*filter(None, named), strict=True)
        plans = Known(self._plan)
        owner = np.array(device, np.int32)
        by_content = owner == BY_CONTENT
        kinds = zip(form, metric, by_content.tolist(), strict=True)
        plan = np.array([plans[kind] for kind in kinds], np.int32)
        sensor = self._registry.sensors(owner, np.array(metric, np.int32))
        sensor[by_content] = BY_CONTENT
        good = (plan >= 0) & (sensor != UNKNOWN)
        good[~by_content] &= ~self._registry.device_retired[owner[~by_content]]
        columns = sensor, plan, _times(since, -ALWAYS), _times(until, ALWAYS)
        numbers[np.array(there)[good]] = self.senders.add(*(column[good] for column in columns))
        return numbers

    def _plan(self, kind: tuple[int, int, bool]) -> int:
        """Return the plan of a format, a metric, and whether by content; -1: it is not plain."""
        form, metric, by_content = kind
        if by_content:
            return self.senders.plan_of(form, Linear())
        if self._registry.metrics[metric].kind is MetricKind.STATE:
            return -1
        measure = self._formats[form].measures[0]
        unit = None if measure.unit is None else measure.unit.constant
        found = self._conversions.find(unit, measure.form, metric)
        return self.senders.plan_of(form, found) if isinstance(found, Linear) else -1


def _times(said: Sequence[int | None], never: int) -> NDArray[np.int64]:
    return np.array([never if time is None else time for time in said], np.int64)
