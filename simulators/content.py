"""What the load generator sends: known content, made by the thousand as rows of bytes.

Message number m says something about content number c(m); repeats say what the message before
them said. Everything but the time follows from the numbers and the seed alone, so that whoever
has the list of what was acknowledged can tell what must have arrived.

All packets have one length: numbers have leading zeros or stand in quotes. So a thousand packets
are a matrix of bytes, filled column by column.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simulators.wire import DUP, PACKET_IDS, publish_packet

Numbers = NDArray[np.int64]

SENSOR_DIGITS, CONTENT_DIGITS, TIME_DIGITS, VALUE_DIGITS = 7, 9, 13, 4
SPELL = 60
"""Readings of a sensor between which it may change from usual to high."""
USUAL, HIGH = 1_000, 5_000
"""Thousandths: usual values lie in 1.000 to 2.999, high ones in 5.000 to 6.999."""
SPREAD = 2_000


class Kind(IntEnum):
    """What is odd about a message."""

    PLAIN = 0
    REPEAT = 1
    """Says once more, as a message of its own, what the one before it said."""
    GARBLED = 2
    """Cannot be read: part of its payload is overwritten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is to be said.

    sensors: They speak in turn; content c is of sensor c modulo `sensors`.
    topic: Has `{sensor}` once, seven digits.
    repeat, garble: Shares of the messages, 0 to 1.
    high: Share of the spells of sixty readings in which a sensor reads high.
    """

    sensors: int = 1000
    topic: str = "load/s{sensor}/level"
    seed: int = 1
    repeat: float = 0.0
    garble: float = 0.0
    high: float = 0.01

    def kinds(self, messages: Numbers) -> NDArray[np.uint8]:
        """Return what is odd about each message; the first is never a repeat."""
        chance = _chance(messages, self.seed, 1)
        found = np.where(chance < self.garble, Kind.GARBLED, Kind.PLAIN)
        repeats = (chance >= self.garble) & (chance < self.garble + self.repeat) & (messages > 0)
        return np.where(repeats, Kind.REPEAT, found).astype(np.uint8)

    def contents(self, first: int, after: int, count: int) -> Numbers:
        """Return the content numbers of `count` messages from `first`; `after` is the last used."""
        kinds = self.kinds(np.arange(first, first + count, dtype=np.int64))
        return np.asarray(after + np.cumsum(kinds != Kind.REPEAT), np.int64)

    def thousandths(self, contents: Numbers) -> Numbers:
        """Return the values said, times a thousand."""
        sensor, turn = contents % self.sensors, contents // self.sensors
        spell = (turn + sensor * 7) // SPELL  # each sensor's begin at another time
        is_high = _chance(sensor + spell * 10_000_019, self.seed, 2) < self.high
        small = (_chance(contents, self.seed, 3) * SPREAD).astype(np.int64)
        return np.asarray(np.where(is_high, HIGH, USUAL) + small, np.int64)


class Encoder:
    """Makes packets of content."""

    def __init__(self, content: Content, *, qos: int, version: int) -> None:
        self._content = content
        topic = content.topic.replace("{sensor}", "0" * SENSOR_DIGITS)
        payload = f'{{"v":0.000,"t":{"0" * TIME_DIGITS},"n":"{"0" * CONTENT_DIGITS}"}}'.encode()
        row = publish_packet(topic, payload, qos=qos, version=version)
        self._row = np.frombuffer(row, np.uint8)
        at = len(row) - len(payload)
        self._value_at = at + payload.index(b"0.000")
        self._time_at = at + payload.index(b'"t":') + 4
        self._content_at = at + payload.index(b'"n":"') + 5
        self._sensor_at = row.index(topic.encode()) + content.topic.index("{sensor}")
        self._id_at = row.index(topic.encode()) + len(topic) if qos else -1

    @property
    def packet_bytes(self) -> int:
        """The length of every packet."""
        return len(self._row)

    def encode(
        self, messages: Numbers, contents: Numbers, times: Numbers, *, dup: bool = False
    ) -> NDArray[np.uint8]:
        """Return the packets, one a row. Message number m has packet id m modulo 65535, plus 1."""
        rows = np.tile(self._row, (len(messages), 1))
        value = self._content.thousandths(contents)
        _write(rows, self._value_at, value // 1000, 1)
        _write(rows, self._value_at + 2, value % 1000, 3)
        _write(rows, self._time_at, times, TIME_DIGITS)
        _write(rows, self._content_at, contents, CONTENT_DIGITS)
        _write(rows, self._sensor_at, contents % self._content.sensors, SENSOR_DIGITS)
        if self._id_at >= 0:
            ids = messages % PACKET_IDS + 1
            rows[:, self._id_at] = ids >> 8
            rows[:, self._id_at + 1] = ids & 0xFF
            rows[:, 0] |= DUP if dup else 0
        garbled = self._content.kinds(messages) == Kind.GARBLED
        rows[garbled, self._value_at : self._value_at + VALUE_DIGITS] = ord("#")
        return rows


def sensor_name(number: int) -> str:
    """Return the sensor's seven digits, as they stand in the topic.

    >>> sensor_name(42)
    '0000042'
    """
    return f"{number:0{SENSOR_DIGITS}}"


def _write(rows: NDArray[np.uint8], at: int, numbers: Numbers, digits: int) -> None:
    """Write numbers with leading zeros; nine digits at a time, as 32-bit division is fast."""
    while digits > 0:
        part = min(digits, 9)
        rest, low = np.divmod(numbers, 10**part) if digits > part else (numbers, numbers)
        left = low.astype(np.uint32)
        for column in range(at + digits - 1, at + digits - 1 - part, -1):
            left, digit = np.divmod(left, np.uint32(10))
            rows[:, column] = digit + ord("0")
        numbers, digits = rest, digits - part


def _chance(numbers: Numbers, seed: int, salt: int) -> NDArray[np.float64]:
    """Return a number in [0, 1) for each, always the same (splitmix64, Steele et al., 2014)."""
    with np.errstate(over="ignore"):
        z = numbers.astype(np.uint64) + np.uint64(
            (seed * 1_000_003 + salt) * 0x9E3779B97F4A7C15 % 2**64
        )
        z *= np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return np.asarray((z >> np.uint64(11)).astype(np.float64) / 2**53)
