"""What was sent and what was answered, message by message."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulators.content import Content, Encoder, Kind, Numbers, sensor_name
from simulators.wire import PACKET_IDS, Acks


class Ledger:
    """Numbers messages from 0, encodes them in turn, and ticks them off.

    Args:
        content: What is to be said.
        messages: How many in all.
        qos: At 0 a message is done with once it is encoded.
        version: 4 is MQTT 3.1.1, 5 is MQTT 5.
        interval_ms: How far a sensor's readings are apart in their own time, from the first
            `now_ms` on; None: they carry the `now_ms` at which they are encoded.
    """

    def __init__(
        self, content: Content, messages: int, *, qos: int, version: int, interval_ms: int | None
    ) -> None:
        self._content = content
        self._encoder = Encoder(content, qos=qos, version=version)
        self._qos = qos
        self._interval_ms = interval_ms
        self._start_ms = -1
        self._contents: Numbers = np.empty(messages, np.int64)
        self._times: Numbers = np.empty(messages, np.int64)
        self._newest: Numbers = np.zeros(content.sensors, np.int64)
        self._answered: NDArray[np.bool_] = np.zeros(messages, np.bool_)
        self._refused: NDArray[np.bool_] = np.zeros(messages, np.bool_)
        self._oldest = 0
        self.sent = self.answered = 0

    @property
    def left(self) -> int:
        """How many messages are still to be sent."""
        return len(self._contents) - self.sent

    @property
    def in_flight(self) -> int:
        """Messages sent and not yet answered."""
        return self.sent - self.answered

    @property
    def free_ids(self) -> int:
        """How many messages can be sent before a packet id in flight would come again."""
        while self._oldest < self.sent and self._answered[self._oldest]:
            self._oldest += 1
        return PACKET_IDS - (self.sent - self._oldest)

    def next(self, count: int, now_ms: int) -> bytes:
        """Return the next packets; at most as many as there are sensors, so that times differ."""
        first, count = self.sent, min(count, self._content.sensors)
        messages = np.arange(first, first + count, dtype=np.int64)
        last = int(self._contents[first - 1]) if first else -1
        contents = self._content.contents(first, last, count)
        times = self._stamp(contents, last, now_ms)
        self._contents[messages], self._times[messages] = contents, times
        self.sent += count
        if not self._qos:
            self._tick_off(messages)
        return self._encoder.encode(messages, contents, times).tobytes()

    def again(self) -> bytes:
        """Return the packets in flight once more, marked as duplicates."""
        messages = np.nonzero(~self._answered[: self.sent])[0].astype(np.int64)
        contents, times = self._contents[messages], self._times[messages]
        return self._encoder.encode(messages, contents, times, dup=True).tobytes()

    def take(self, acks: Acks) -> None:
        """Tick off what was answered; an answer to nothing in flight is passed over."""
        self._tick_off(self._messages_of(acks.taken))
        refused = self._messages_of(acks.refused)
        self._refused[refused] = True
        self._tick_off(refused)

    @property
    def acknowledged(self) -> Numbers:
        """The numbers of the messages that the broker took."""
        taken = self._answered[: self.sent] & ~self._refused[: self.sent]
        return np.nonzero(taken)[0].astype(np.int64)

    def count(self, kind: Kind) -> int:
        """Return how many of the messages sent are of a kind."""
        kinds = self._content.kinds(np.arange(self.sent, dtype=np.int64))
        return int((kinds == kind).sum())

    def lines(self) -> Iterator[str]:
        """Yield a table of what the broker took, a line a message, the columns' names first."""
        yield "message,content,sensor,time,thousandths,kind\n"
        messages = self.acknowledged
        contents = self._contents[messages]
        columns = (
            messages,
            contents,
            contents % self._content.sensors,
            self._times[messages],
            self._content.thousandths(contents),
            self._content.kinds(messages),
        )
        for m, c, sensor, at, value, kind in zip(*(col.tolist() for col in columns), strict=True):
            name = Kind(kind).name.lower()
            yield f"{m},{c},{sensor_name(sensor)},{at},{value},{name}\n"

    def _stamp(self, contents: Numbers, last: int, now_ms: int) -> Numbers:
        """Return times: a sensor's always grow, and a repeat has the time of what it repeats."""
        if self._start_ms < 0:
            self._start_ms = now_ms
        turns, sensors = np.divmod(contents, self._content.sensors)
        if self._interval_ms is not None:
            return np.asarray(self._start_ms + turns * self._interval_ms)
        fresh = np.diff(contents, prepend=last) > 0
        self._newest[sensors[fresh]] = np.maximum(now_ms, self._newest[sensors[fresh]] + 1)
        return self._newest[sensors]

    def _messages_of(self, ids: Numbers) -> Numbers:
        """Return the newest message of each packet id, if it is in flight."""
        messages = self.sent - 1 - (self.sent - ids) % PACKET_IDS
        messages = messages[(messages >= 0) & (ids > 0)]
        return messages[~self._answered[messages]]

    def _tick_off(self, messages: Numbers) -> None:
        self._answered[messages] = True
        self.answered += len(messages)
