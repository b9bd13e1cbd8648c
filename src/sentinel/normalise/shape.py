"""Formats whose plain messages can be read in columns: one number, perhaps a time, a sender."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec

from sentinel.normalise.decoders import Steps, typed_decoder
from sentinel.normalise.format import Format, PayloadKind
from sentinel.normalise.paths import Path
from sentinel.normalise.plainjson import PlainJson
from sentinel.normalise.times import TimeForm

Word = str | int
"""An address or a metric's name as it stands in JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How to read the plain messages of one format.

    value, time, device, metric: Take them from what `decode` returns; None: it is the value
        itself, or not in the payload.
    unit_ms: Milliseconds in the unit of the time. empty: Numbers that mean "no value".
    by_topic: Device or metric depend on the topic.
    plain: Reads value and time of the plainest payloads, whose topic says whose they are.
    """

    decode: Callable[[bytes], Any]
    value: Callable[[Any], float] | None = None
    time: Callable[[Any], float] | None = None
    device: Callable[[Any], Word] | None = None
    metric: Callable[[Any], Word] | None = None
    unit_ms: float = 1.0
    empty: tuple[float, ...] = ()
    by_topic: bool = True
    plain: PlainJson | None = None

    @property
    def by_content(self) -> bool:
        """Whether the payload says whose the message is."""
        return self.device is not None or self.metric is not None


def shape_of(form: Format) -> Shape | None:
    """Return how to read a format's plain messages, None if it has none."""
    if not _has_one_number(form) or not _has_one_sender(form):
        return None
    empty = tuple(word for word in form.measures[0].form.empty if not isinstance(word, str))
    if form.payload is PayloadKind.NUMBER:
        decode = msgspec.json.Decoder(float).decode
        plain = PlainJson({(): 0})
        return Shape(decode=decode, empty=empty, plain=plain) if form.time is None else None
    if form.payload is not PayloadKind.JSON:
        return None
    return _json_shape(form, empty)


def _json_shape(form: Format, empty: tuple[float, ...]) -> Shape | None:
    paths = {
        "value": form.measures[0].path,
        "time": form.time.path if form.time else None,
        "device": form.device.path if form.device else None,
        "metric": form.measures[0].metric.path,
    }
    there = {name: path for name, path in paths.items() if path is not None}
    if not _apart([path.steps for path in there.values()]):
        return None
    wanted = {path.steps: _KINDS[name] for name, path in there.items()}
    decoder, places = typed_decoder(wanted)
    take: dict[str, Any] = {
        name: attrgetter(place) for name, place in zip(there, places, strict=True)
    }
    seconds = form.time is not None and form.time.form is TimeForm.EPOCH_S
    plain = PlainJson({path.steps: column for column, path in enumerate(there.values())})
    return Shape(
        decode=decoder.decode,
        **take,
        unit_ms=1000.0 if seconds else 1.0,
        empty=empty,
        by_topic=_needs_topic(form),
        plain=plain if there.keys() <= {"value", "time"} and plain.can_read else None,
    )


_KINDS = {"value": float, "time": float, "device": Word, "metric": Word}


def _has_one_number(form: Format) -> bool:
    if form.each or form.layouts or form.historical or len(form.measures) != 1:
        return False
    measure = form.measures[0]
    if measure.form.states is not None or not measure.required or measure.device is not None:
        return False
    if measure.unit is not None and measure.unit.constant is None:
        return False
    return form.time is None or form.time.form in {TimeForm.EPOCH_S, TimeForm.EPOCH_MS}


def _has_one_sender(form: Format) -> bool:
    """Whether there is one word for it, so that none can disagree."""
    told = any("device" in topic.fields for topic in form.topics)
    return not (told and form.device is not None and form.device.path is not None)


def _apart(steps: Sequence[Steps]) -> bool:
    """Whether no path is another's, or its beginning."""
    for number, own in enumerate(steps):
        others = [*steps[:number], *steps[number + 1 :]]
        if not own or any(other[: len(own)] == own for other in others):
            return False
    return True


def _needs_topic(form: Format) -> bool:
    device, metric = form.device, form.measures[0].metric
    return device is None or "{" in device.template or "{" in metric.template


def plain_root(form: Format, device: Word | None, metric: Word | None) -> dict[str, Any]:
    """Return a payload that names its sender as one did that had these words in it."""
    root: dict[str, Any] = {}
    source = form.device
    for path, word in (
        (source.path if source else None, device),
        (form.measures[0].metric.path, metric),
    ):
        if path is not None:
            _place(root, path, word)
    return root


def _place(root: dict[str, Any], path: Path, word: Word | None) -> None:
    for step in path.steps[:-1]:
        root = root.setdefault(step, {})
    root[path.steps[-1]] = word
