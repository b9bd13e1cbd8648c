"""Publishes files of readings: history runs through the live path, at any speed.

A payload is `{"value": 0.18, "ts": 1388509200000}`, its time the file's. So a listener takes it
only if its `past` reaches back that far.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from simulators.generator import BLOCK, Generator, Way
from simulators.samples import Sample, Samples
from simulators.wire import PACKET_IDS, Acks, publish_packet

WINDOW = 2_000
"""Messages in flight; a slow broker slows the replay and loses nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How much was published and acknowledged; `skipped` counts rows by `file: reason`."""

    messages: int
    acknowledged: int
    skipped: dict[str, int]
    seconds: float


def replay(
    files: Sequence[Path],
    host: str,
    port: int,
    *,
    topic: str,
    zone: str,
    metrics: Mapping[str, str],
    stop: Event,
    speed: float | None = None,
) -> Replayed:
    """Publish all readings of all files in order of time, at QoS 1; blocks until all is answered.

    Args:
        files: As `Samples` reads them, with `zone` and `metrics`.
        host: The broker's address.
        port: Its port; plain MQTT 3.1.1.
        topic: With `{device}` and `{metric}` in it.
        zone: Of times without an offset.
        metrics: Pattern of a device's name to metric.
        stop: Ends it from another thread.
        speed: Seconds of history a second; None: as fast as the broker takes it.

    Raises:
        FileError: A file is not one of readings.
        OSError: A file cannot be read, or there is no broker, or none for a minute.
    """
    samples = Samples(files, zone, metrics)
    book = SampleBook(iter(samples), topic, speed)
    way = Way(host=host, port=port, client_id="replay", window=WINDOW, is_timed=speed is not None)
    began = time.perf_counter()
    Generator(book, way, stop).run()
    return Replayed(
        messages=book.sent,
        acknowledged=book.sent - book.in_flight,
        skipped=samples.skipped,
        seconds=round(time.perf_counter() - began, 3),
    )


class SampleBook:
    """Readings one after the other, each kept until it is answered."""

    def __init__(self, samples: Iterator[Sample], topic: str, speed: float | None) -> None:
        self._samples = samples
        self._topic = topic
        self._speed = speed
        self._coming = next(samples, None)
        self._first_ms = self._coming.time_ms if self._coming else 0
        self._began_ms = -1
        self._kept: dict[int, tuple[str, bytes]] = {}
        self.sent = 0

    @property
    def left(self) -> int:
        """A block as long as there is one more."""
        return BLOCK if self._coming else 0

    @property
    def in_flight(self) -> int:
        """Readings sent and not yet answered."""
        return len(self._kept)

    @property
    def free_ids(self) -> int:
        """How many readings can be sent before a packet id in flight would come again."""
        oldest = next(iter(self._kept), self.sent)
        return PACKET_IDS - (self.sent - oldest)

    def next(self, count: int, now_ms: int) -> bytes:
        """Return the packets of at most `count` readings that are due."""
        packets: list[bytes] = []
        while self._coming and len(packets) < count and self._is_due(self._coming, now_ms):
            post = self._kept[self.sent] = encode(self._coming, self._topic)
            packets.append(_packet(self.sent, post))
            self.sent += 1
            self._coming = next(self._samples, None)
        return b"".join(packets)

    def again(self) -> bytes:
        """Return the packets in flight once more, marked as duplicates."""
        return b"".join(_packet(number, post, dup=True) for number, post in self._kept.items())

    def take(self, acks: Acks) -> None:
        """Forget what was answered."""
        for packet_id in acks.taken.tolist() + acks.refused.tolist():
            self._kept.pop(self.sent - 1 - (self.sent - packet_id) % PACKET_IDS, None)

    def _is_due(self, sample: Sample, now_ms: int) -> bool:
        if self._began_ms < 0:
            self._began_ms = now_ms
        if self._speed is None:
            return True
        return sample.time_ms - self._first_ms <= (now_ms - self._began_ms) * self._speed


def encode(sample: Sample, topic: str) -> tuple[str, bytes]:
    """Return a reading's topic and payload; the value keeps the digits that the file has.

    >>> encode(Sample(time_ms=0, device="wl_1", metric="level", value="0.180"), "{device}/{metric}")
    ('wl_1/level', b'{"value":0.180,"ts":0}')
    """
    where = topic.replace("{device}", sample.device).replace("{metric}", sample.metric)
    return where, f'{{"value":{_json_number(sample.value)},"ts":{sample.time_ms}}}'.encode()


def _packet(number: int, post: tuple[str, bytes], *, dup: bool = False) -> bytes:
    return publish_packet(*post, qos=1, packet_id=number % PACKET_IDS + 1, dup=dup)


def _json_number(text: str) -> str:
    """JSON has no leading plus, zero or point, and no `1.`; such a number is written anew."""
    digits = text.removeprefix("-")
    is_json = digits[:1].isdigit() and not digits.endswith(".") and "_" not in digits
    leads = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
    return text if is_json and not leads else repr(float(text))
