"""Messages to readings or rejections: the first of the two functions that all of sentinel runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sentinel.domain.messages import Messages
from sentinel.domain.readings import Readings
from sentinel.domain.rejection import Rejection
from sentinel.domain.rows import Row as JournalRow
from sentinel.normalise.addresses import Addresses
from sentinel.normalise.batch import Batch
from sentinel.normalise.decoders import needed_decoder
from sentinel.normalise.outcome import Message, Row
from sentinel.normalise.quick import Indices, Quick
from sentinel.normalise.reader import Reader
from sentinel.normalise.routes import Routes
from sentinel.normalise.senders import SenderBook
from sentinel.normalise.settings import Settings
from sentinel.normalise.shape import shape_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """What a batch of messages came to; every message is in at least one of the four.

    readings: In the order of the messages; those of one message by time, `quality` not evaluated.
    repeats: Messages that the journal had already.
    ignored: Messages and parts of them that a format says are not wanted, and old news that a
        broker kept for us.
    """

    readings: Readings
    rejections: list[Rejection]
    repeats: int
    ignored: int


class Normaliser:
    """Normalises the messages of one bundle, in one thread; it remembers nothing but senders.

    quick: Read plain messages in columns; without, all go the long way, and come out the same.
    """

    def __init__(self, bundle: Settings, *, quick: bool = True) -> None:
        addresses = Addresses(bundle.registry)
        routes = Routes(bundle.formats)
        found = {number: shape_of(form) for number, form in enumerate(bundle.formats)}
        shapes = {number: shape for number, shape in found.items() if shape and quick}
        decoders = {number: needed_decoder(form) for number, form in enumerate(bundle.formats)}
        needed = {number: decoder for number, decoder in decoders.items() if decoder}
        self._reader = Reader(bundle, addresses, routes, needed)
        self._quick = Quick(bundle, SenderBook(bundle, addresses, routes, shapes), shapes)

    def normalise(self, messages: Messages) -> Normalised:
        """Return what the messages come to; no message, however odd, raises or stops the rest."""
        return self._normalise(Batch.of(messages))

    def normalise_rows(self, rows: Sequence[JournalRow]) -> Normalised:
        """Return what the messages of rows, all of kind MESSAGES, come to together.

        Raises:
            msgspec.MsgspecError: A row's body is damaged.
        """
        return self._normalise(Batch.of_rows(rows))

    def _normalise(self, batch: Batch) -> Normalised:
        parts = self._quick.read(batch)
        if len(parts) == 1 and len(parts[0][0]) == len(batch):
            return Normalised(readings=parts[0][1], rejections=[], repeats=0, ignored=0)
        left = np.ones(len(batch), np.bool_)
        for at, _ in parts:
            left[at] = False
        return self._with_the_rest(batch, parts, np.flatnonzero(left))

    def _with_the_rest(
        self, batch: Batch, parts: Sequence[tuple[Indices, Readings]], left: Indices
    ) -> Normalised:
        rows: list[Row] = []
        found: list[int] = []
        rejections: list[Rejection] = []
        repeats = ignored = 0
        for number, message in zip(left.tolist(), _messages(batch, left), strict=True):
            outcome = self._reader.read(message)
            rows += outcome.rows
            found += [number] * len(outcome.rows)
            rejections += outcome.rejections
            repeats += outcome.repeats
            ignored += outcome.ignored
        at = np.array(found, np.intp)
        readings = Readings.join([*(part for _, part in parts), _readings(batch, rows, at)])
        order = np.argsort(np.concatenate([*(own for own, _ in parts), at]), kind="stable")
        return Normalised(
            readings=readings.take(order), rejections=rejections, repeats=repeats, ignored=ignored
        )


def _messages(batch: Batch, at: Indices) -> Iterator[Message]:
    columns = (batch.row, batch.index, batch.received, batch.flags)
    told = (column[at].tolist() for column in columns)
    said = batch.topics_at(at), batch.payloads_at(at)
    for row, index, received, flags, topic, payload in zip(*told, *said, strict=True):
        yield Message(
            row=row, index=index, received=received, topic=topic, payload=payload, flags=flags
        )


def _readings(batch: Batch, rows: Sequence[Row], at: Indices) -> Readings:
    """Turn rows into columns. at: The position of each row's message in the batch."""
    if not rows:
        return Readings.empty()
    time, _, sensor, value, quality, flags = zip(*rows, strict=True)
    return Readings(
        sensor=np.array(sensor, np.int32),
        time=np.array(time, np.int64),
        received=batch.received[at],
        value=np.array(value, np.float64),
        quality=np.array(quality, np.uint8),
        flags=np.array(flags, np.uint16),
        row=batch.row[at],
        index=batch.index[at],
    )
