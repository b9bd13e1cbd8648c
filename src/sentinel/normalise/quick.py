"""Plain messages in columns: one number, with or without a time, from a known sender.

A message that is odd in any way is left to `reader`. A payload is never joined with others, so
none can forge its neighbours. What is read here is what `reader` would have read, to the bit.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from sentinel.domain.messages import MessageFlag
from sentinel.domain.quality import Quality
from sentinel.domain.readings import ReadingFlag, Readings
from sentinel.normalise.batch import Batch
from sentinel.normalise.decode import DEEPEST
from sentinel.normalise.senders import SenderBook
from sentinel.normalise.settings import Settings
from sentinel.normalise.shape import Shape

T = TypeVar("T", bound=np.generic)
Indices = NDArray[np.intp]

_ODD = np.uint8(MessageFlag.REPEAT | MessageFlag.RETAINED | MessageFlag.CUT)
_DRILL = np.uint8(MessageFlag.EXERCISE)
_LONGEST = 2 * DEEPEST
"""Bytes; what is no longer, and whole, cannot nest too deeply for the decoder."""
_GARBLED = (msgspec.DecodeError, UnicodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Group:
    """Messages of one format that look plain.

    form: Its number. at: The messages' positions in the batch, ascending. sender: By message.
    """

    form: int
    at: Indices
    sender: NDArray[np.int32]

    def take(self, chosen: NDArray[np.bool_] | Indices) -> "Group":
        """Return the chosen messages."""
        return Group(self.form, self.at[chosen], self.sender[chosen])


class Quick:
    """Reads what is plain in batches of messages."""

    def __init__(self, settings: Settings, book: SenderBook, shapes: Mapping[int, Shape]) -> None:
        self._settings = settings
        self._book = book
        self._shapes = shapes
        self._has_offsets = bool(settings.registry.sensor_offset.any())
        self._longest = min(_LONGEST, settings.max_payload_bytes)

    def read(self, batch: Batch) -> list[tuple[Indices, Readings]]:
        """Return readings, each with its position in the batch; what is not there is left."""
        return [part for group in self._groups(batch) for part in self._read(group, batch)]

    def _groups(self, batch: Batch) -> list[Group]:
        """Return the messages that look plain, by format."""
        self._book.forget()
        sender = self._book.of_topics(batch)
        sizes = batch.payload[:, 1] - batch.payload[:, 0]
        at = np.flatnonzero((sender >= 0) & (batch.flags & _ODD == 0) & (sizes <= self._longest))
        if len(at) < len(sender):
            sender = sender[at]
        forms, _ = self._book.senders.plans
        found = np.unique(forms)
        if len(found) == 1 and len(at):
            return [Group(int(found[0]), at, sender)]
        form = forms[self._book.senders.plan[sender]]
        chosen = [(int(number), form == number) for number in found]
        return [Group(number, at[own], sender[own]) for number, own in chosen if own.any()]

    def _read(self, group: Group, batch: Batch) -> Iterator[tuple[Indices, Readings]]:
        """Yield the readings of one format: first those read where they lie, then the decoded."""
        shape = self._shapes[group.form]
        if shape.plain is not None:
            columns, good = shape.plain.read(batch.data, _chosen(batch.payload, group.at))
            rest = group
            if good.all():
                yield self._settle(group, columns, batch)
                return
            if good.any():
                yield self._settle(group.take(good), columns[:, good], batch)
                rest = group.take(~good)
            group = rest
        group, columns = self._decode(shape, group, batch)
        yield self._settle(group, columns, batch)

    def _decode(
        self, shape: Shape, group: Group, batch: Batch
    ) -> tuple[Group, NDArray[np.float64]]:
        """Return value and time of each message that decodes and has a known sender."""
        found, bad = decode_each(shape.decode, batch.payloads_at(group.at))
        if bad:
            group = group.take(np.delete(np.arange(len(group.at)), bad))
        if shape.by_content:
            sender = self._senders(shape, group, found, batch)
            known = np.flatnonzero(sender >= 0)
            found = [found[number] for number in known.tolist()]
            group = Group(group.form, group.at[known], sender[known])
        columns = np.empty((1 if shape.time is None else 2, len(found)), np.float64)
        columns[0] = np.fromiter(map(shape.value, found) if shape.value else found, np.float64)
        if shape.time is not None:
            columns[1] = np.fromiter(map(shape.time, found), np.float64)
        return group, columns

    def _senders(
        self, shape: Shape, group: Group, found: Sequence[Any], batch: Batch
    ) -> NDArray[np.int32]:
        """Return the senders that payloads tell, or UNKNOWN."""
        count = len(found)
        topics = batch.topics_at(group.at) if shape.by_topic else repeat(None, count)
        devices = map(shape.device, found) if shape.device else repeat(None, count)
        metrics = map(shape.metric, found) if shape.metric else repeat(None, count)
        contents = zip(repeat(group.form, count), topics, devices, metrics, strict=True)
        return np.fromiter(map(self._book.by_content.__getitem__, contents), np.int32, count)

    def _settle(
        self, group: Group, columns: NDArray[np.float64], batch: Batch
    ) -> tuple[Indices, Readings]:
        """Return the readings of values and times; those that turn out odd are not in them."""
        shape = self._shapes[group.form]
        received = _chosen(batch.received, group.at)
        time, in_time = self._time(shape, columns, received)
        value, is_number = self._value(shape, columns[0], group.sender)
        good = in_time & is_number & self._in_their_time(group.sender, time)
        readings = Readings(
            sensor=self._book.senders.sensor[group.sender],
            time=time,
            received=received,
            value=value,
            quality=np.full(len(group.at), Quality.NOT_EVALUATED, np.uint8),
            flags=self._flags(shape, _chosen(batch.flags, group.at)),
            row=_chosen(batch.row, group.at),
            index=_chosen(batch.index, group.at),
        )
        return (group.at, readings) if good.all() else (group.at[good], readings.take(good))

    def _in_their_time(
        self, sender: NDArray[np.int32], time: NDArray[np.int64]
    ) -> NDArray[np.bool_] | np.bool_:
        """Return whether the addresses were the senders' at the time."""
        senders = self._book.senders
        if senders.are_for_ever:
            return np.True_
        return (senders.since[sender] <= time) & (time < senders.until[sender])

    def _time(
        self, shape: Shape, columns: NDArray[np.float64], received: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_] | np.bool_]:
        """Return the times, and which of them are as they should be."""
        if shape.time is None:
            return received, np.True_
        ms = columns[1]
        if shape.unit_ms != 1:
            with np.errstate(over="ignore"):
                ms = ms * shape.unit_ms
        ms = np.rint(ms)
        good = (ms >= received - self._settings.past_ms) & (ms <= received + self._settings.skew_ms)
        if not good.all():
            ms = np.where(good, ms, received)
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

    def _flags(self, shape: Shape, said: NDArray[np.uint8]) -> NDArray[np.uint16]:
        flags = np.full(len(said), 0 if shape.time else ReadingFlag.UNTIMED, np.uint16)
        drill = said & _DRILL
        if drill.any():
            flags[drill != 0] |= np.uint16(ReadingFlag.EXERCISE)
        return flags


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


def _chosen(values: NDArray[T], at: Indices) -> NDArray[T]:
    return values if len(at) == len(values) else values[at]
