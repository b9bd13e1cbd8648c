"""One payload tried on one format, told as a person wants to see it."""

from dataclasses import dataclass

import numpy as np

from sentinel.domain.messages import Messages
from sentinel.domain.metric import Metric
from sentinel.domain.readings import ReadingFlag
from sentinel.domain.registry import Registry
from sentinel.normalise.format import Format
from sentinel.normalise.normaliser import Normalised, Normaliser
from sentinel.normalise.routes import Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSettings:
    """What decides how a message is read; see `settings.Settings`."""

    registry: Registry
    formats: tuple[Format, ...]
    zone: str
    skew_ms: int
    past_ms: int
    max_payload_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedReading:
    """One reading as a person sees it.

    value: With the metric's unit, or a state's name. time: Milliseconds since 1970 UTC.
    number: The value as it is kept. notes: What else is known of it, in words.
    """

    device: str
    metric: str
    value: str
    number: float
    time: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a payload came to. `note`: what to know of the topic; empty if nothing."""

    topic: str
    note: str
    readings: tuple[TriedReading, ...]
    rejections: tuple[tuple[str, str, str, str], ...]
    """(reason, what was found, device, metric), each."""
    ignored: int


def try_format(
    settings: TrialSettings, name: str, payload: bytes, *, topic: str, received: int
) -> Trial | str:
    """Return what becomes of a payload, or in words why it cannot be tried.

    Args:
        settings: With all formats; only the one called `name` is tried.
        name: The format.
        payload: As a device sends it.
        topic: The topic it came on; empty: the format's own, if that has no open parts.
        received: When it is taken to have arrived, milliseconds since 1970 UTC.
    """
    form = next(form for form in settings.formats if form.name == name)
    topic = topic or _own_topic(form)
    if not topic:
        patterns = " or ".join(pattern.text for pattern in form.topics)
        return f"the topic says something that the payload does not: give one like {patterns}"
    routes = Routes((form,))
    if routes.find(topic) is None:
        patterns = " or ".join(pattern.text for pattern in form.topics)
        return f"format {name!r} does not have the topic {topic!r}, but {patterns}"
    done = Normaliser(_alone(settings, form)).normalise(
        Messages(
            row=0,
            received_at=received,
            topics=[topic],
            payloads=[payload],
            flags=np.zeros(1, np.uint8),
            packet_ids=np.zeros(1, np.uint16),
        )
    )
    return _trial(settings, form, topic, done)


def _own_topic(form: Format) -> str:
    """The one topic of a format whose pattern leaves nothing open, or nothing that matters."""
    topic = form.topics[0].text
    if form.topics[0].fields:
        return ""
    return topic.replace("+", "any").replace("#", "any")


def _alone(settings: TrialSettings, form: Format) -> TrialSettings:
    return TrialSettings(
        registry=settings.registry,
        formats=(form,),
        zone=settings.zone,
        skew_ms=settings.skew_ms,
        past_ms=settings.past_ms,
        max_payload_bytes=settings.max_payload_bytes,
    )


def _trial(settings: TrialSettings, form: Format, topic: str, done: Normalised) -> Trial:
    route = Routes(settings.formats).find(topic)
    winner = form.name if route is None else settings.formats[route.format].name
    note = "" if winner == form.name else f"messages on this topic go to format {winner!r}"
    return Trial(
        topic=topic,
        note=note,
        readings=tuple(_tried(settings.registry, done, row) for row in range(len(done.readings))),
        rejections=tuple(
            (one.reason.value, one.found, one.device, one.metric) for one in done.rejections
        ),
        ignored=done.ignored,
    )


def _tried(registry: Registry, done: Normalised, row: int) -> TriedReading:
    sensor = int(done.readings.sensor[row])
    metric = registry.metrics[int(registry.sensor_metric[sensor])]
    flags = ReadingFlag(int(done.readings.flags[row]))
    number = float(done.readings.value[row])
    return TriedReading(
        device=registry.device_ids[int(registry.sensor_device[sensor])],
        metric=metric.id,
        value=_told(number, metric, flags),
        number=number,
        time=int(done.readings.time[row]),
        notes=tuple(words for flag, words in _NOTES.items() if flag in flags),
    )


_NOTES = {
    ReadingFlag.HISTORICAL: "historical: stored, never judged",
    ReadingFlag.UNTIMED: "no time in it: the time of receipt",
    ReadingFlag.REPEAT: "not kept: the message has a value of it already, and no times",
    ReadingFlag.CLOCK_OFF: "not kept: only shown to the clock check",
    ReadingFlag.DEADLINE: "a promise: the next value comes within this",
    ReadingFlag.ALIVE: "no value: whether the device is there",
}


def _told(number: float, metric: Metric, flags: ReadingFlag) -> str:
    if ReadingFlag.DEADLINE in flags:
        return f"{number:g} s"
    if ReadingFlag.ALIVE in flags:
        return "there" if number else "gone"
    for name, state in (metric.states or {}).items():
        if state == number:
            return name
    return f"{number:.10g} {metric.unit}".strip()
