"""Plain messages in columns: one number, with or without a time, from a known sender.

A message that is odd in any way is left to `reader`. A payload is never joined with others, so
none can forge its neighbours. What is read here is what `reader` would have read, to the bit.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from sentinel.domain.messages import MessageFlag, Messages
from sentinel.domain.quality import Quality
from sentinel.domain.readings import ReadingFlag, Readings
from sentinel.normalise.decode import DEEPEST
from sentinel.normalise.senders import SenderBook
from sentinel.normalise.settings import Settings
from sentinel.normalise.shape import Shape

Indices = NDArray[np.intp]

_ODD = np.uint8(MessageFlag.REPEAT | MessageFlag.RETAINED)
_DRILL = np.uint8(MessageFlag.EXERCISE)
_LONGEST = 2 * DEEPEST
"""Bytes; what is no longer, and whole, cannot nest too deeply for the decoder."""
_GARBLED = (msgspec.DecodeError, UnicodeError, RecursionError)


class Quick:
    """Reads what is plain in batches of messages."""

    def __init__(self, settings: Settings, book: SenderBook, shapes: Mapping[int, Shape]) -> None:
        self._settings = settings
        self._book = book
        self._shapes = shapes
        self._has_offsets = bool(settings.registry.sensor_offset.any())
        self._longest = min(_LONGEST, settings.max_payload_bytes)

    def read(self, messages: Messages) -> tuple[list[Readings], Indices]:
        """Return readings, and the positions of the messages that are left to be read."""
        parts = [
            self._group(self._shapes[number], number, at, sender, messages)
            for number, at, sender in self._groups(messages)
        ]
        count = len(messages)
        if sum(map(len, parts)) == count:
            return parts, np.empty(0, np.intp)
        left = np.ones(count, np.bool_)
        for readings in parts:
            left[readings.index] = False
        return parts, np.flatnonzero(left)

    def _groups(self, messages: Messages) -> list[tuple[int, Indices, NDArray[np.int32]]]:
        """Return by format the positions of messages that look plain, and their senders."""
        count = len(messages)
        self._book.forget()
        find = self._book.by_topic.__getitem__
        sender = np.fromiter(map(find, messages.topics), np.int32, count)
        plain = (sender >= 0) & ((messages.flags & _ODD) == 0)
        if count and max(map(len, messages.payloads)) > self._longest:
            sizes = np.fromiter(map(len, messages.payloads), np.int64, count)
            plain &= sizes <= self._longest
        at = np.flatnonzero(plain)
        if len(at) < count:
            sender = sender[at]
        forms, _ = self._book.senders.plans
        found = np.unique(forms)
        if len(found) == 1 and len(at):
            return [(int(found[0]), at, sender)]
        form = forms[self._book.senders.plan[sender]]
        chosen = [(int(number), form == number) for number in found]
        return [(number, at[own], sender[own]) for number, own in chosen if own.any()]

    def _group(
        self,
        shape: Shape,
        number: int,
        at: Indices,
        sender: NDArray[np.int32],
        messages: Messages,
    ) -> Readings:
        """Read the messages of one format; those that turn out odd are not in what returns."""
        payloads = _chosen(messages.payloads, at)
        found: Sequence[Any]
        found, bad = decode_each(shape.decode, payloads)
        if bad:
            at, sender = np.delete(at, bad), np.delete(sender, bad)
        if shape.by_content:
            count = len(found)
            topics = _chosen(messages.topics, at) if shape.by_topic else repeat(None, count)
            devices = map(shape.device, found) if shape.device else repeat(None, count)
            metrics = map(shape.metric, found) if shape.metric else repeat(None, count)
            contents = zip(repeat(number, count), topics, devices, metrics, strict=True)
            sender = np.fromiter(map(self._book.by_content.__getitem__, contents), np.int32, count)
            known = np.flatnonzero(sender >= 0)
            at, sender, found = at[known], sender[known], _chosen(found, known)
        taken = map(shape.value, found) if shape.value else found
        raw = np.fromiter(taken, np.float64, len(found))
        time, in_time = self._time(shape, found, messages.received_at)
        value, is_number = self._value(shape, raw, sender)
        good = in_time & is_number & self._in_their_time(sender, time)
        readings = self._columns(shape, at, sender, time, value, messages)
        return readings if good.all() else readings.take(good)

    def _in_their_time(
        self, sender: NDArray[np.int32], time: NDArray[np.int64]
    ) -> NDArray[np.bool_] | np.bool_:
        """Return whether the addresses were the senders' at the time."""
        senders = self._book.senders
        if senders.are_for_ever:
            return np.True_
        return (senders.since[sender] <= time) & (time < senders.until[sender])

    def _time(
        self, shape: Shape, found: Sequence[Any], received: int
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the times, and which of them are as they should be."""
        count = len(found)
        if shape.time is None:
            return np.full(count, received, np.int64), np.ones(count, np.bool_)
        ms = np.fromiter(map(shape.time, found), np.float64, count)
        if shape.unit_ms != 1:
            with np.errstate(over="ignore"):
                ms *= shape.unit_ms
        np.rint(ms, out=ms)
        good = (ms >= received - self._settings.past_ms) & (ms <= received + self._settings.skew_ms)
        if not good.all():
            ms[~good] = received
        return ms.astype(np.int64), good

    def _value(
        self, shape: Shape, raw: NDArray[np.float64], sender: NDArray[np.int32]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the values in canonical units, and which of them are good."""
        senders = self._book.senders
        _, table = senders.plans
        one = table.shape[1] == 1
        factor, shift, divisor = table[:, 0] if one else table[:, senders.plan[sender]]
        with np.errstate(over="ignore", invalid="ignore"):
            value = (raw * factor + shift) / divisor
            if self._has_offsets:
                value += self._settings.registry.sensor_offset[senders.sensor[sender]]
        good = np.isfinite(value)
        return value, good & ~np.isin(raw, shape.empty) if shape.empty else good

    def _columns(
        self,
        shape: Shape,
        at: Indices,
        sender: NDArray[np.int32],
        time: NDArray[np.int64],
        value: NDArray[np.float64],
        messages: Messages,
    ) -> Readings:
        count = len(at)
        flags = np.full(count, 0 if shape.time else ReadingFlag.UNTIMED, np.uint16)
        drill = messages.flags & _DRILL
        if drill.any():
            flags[drill[at] != 0] |= np.uint16(ReadingFlag.EXERCISE)
        return Readings(
            sensor=self._book.senders.sensor[sender],
            time=time,
            received=np.full(count, messages.received_at, np.int64),
            value=value,
            quality=np.full(count, Quality.NOT_EVALUATED, np.uint8),
            flags=flags,
            row=np.full(count, messages.row, np.int64),
            index=at.astype(np.int32),
        )


def decode_each(
    decode: Callable[[bytes], Any], payloads: Sequence[bytes]
) -> tuple[list[Any], list[int]]:
    """Return what each payload holds, without those that do not decode, and where those are."""
    found: list[Any] = []
    bad: list[int] = []
    rest = map(decode, payloads)
    while True:
        try:
            found.extend(rest)  # keeps what it had before one raised, and goes on behind it
        except _GARBLED:
            bad.append(len(found) + len(bad))
        else:
            return found, bad


def _chosen(values: Sequence[Any], at: Indices) -> Sequence[Any]:
    return values if len(at) == len(values) else [values[number] for number in at.tolist()]
