"""Every key of a format file, with what it takes and what it means.

The parser refuses what is not here, and docs/formats.md is made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sentinel.normalise.binary import TYPES


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what may stand there, and what it does, each in a few words."""

    takes: str
    meaning: str


FORMAT = {
    "preset": Key(
        "`tasmota`, `zigbee2mqtt` or `chirpstack`",
        "Begin with a format that ships with sentinel; every key written here outvotes it.",
    ),
    "metrics": Key(
        "a preset's metric: yours",
        "What the preset's metrics are called in your registry: `{temperature: air_temperature}`.",
    ),
    "topic": Key(
        "a topic or a list of them",
        "Which messages are of this format. `+` is any level, `#` the rest, `{device}`, `{metric}` "
        "or another `{word}` a level (or a part of one) to be used. The most exact topic wins.",
    ),
    "payload": Key(
        "`json` (default), `number`, `senml` or `bytes`",
        "What a message is: JSON; one number or name of a state; SenML (RFC 8428); binary data.",
    ),
    "each": Key(
        "a path or a list of paths",
        "Lists to walk through, the outer first; the second is looked for inside the first. "
        "Paths that begin with such a name mean its current element; `.` is the payload itself. "
        "An object is walked through like a list of its values.",
    ),
    "device": Key(
        'a path, `"{gateway}"`, or a source',
        "The device's address. Left out: the topic's `{device}`. If both are there, they must "
        "agree.",
    ),
    "metric": Key(
        'a metric, a path, `"{word}"`, or a source',
        "What is measured. Left out: the topic's `{metric}`.",
    ),
    "value": Key("a path or a value", "Where the one value of a part is, and how it is written."),
    "fields": Key(
        "path: metric, or path: field",
        "Several values in one part, each of which may be missing. `*` in a path is any key.",
    ),
    "bytes": Key(
        "a layout or a list of them",
        "Numbers inside binary data. Read only if none of `fields` is there.",
    ),
    "unit": Key(
        "a unit or a source",
        "The unit of the values; they are converted. Left out: the metric's own.",
    ),
    "time": Key(
        "a path or a time", "When it was measured. Left out or not sent: when it was received."
    ),
    "historical": Key(
        "a path",
        "Where a device says (true or 1) that it sends old values: stored, never judged.",
    ),
    "alive": Key("an alive", "How it is told that a device is there or gone."),
    "others": Key(
        "`reject` (default) or `ignore`",
        "What becomes of a part with no known field, or of a metric that the device does not have.",
    ),
    "name": Key(
        "text with `{device}`, `{metric}`",
        'How SenML names are made: `"urn:dev:mac:{device}:{metric}"`. Left out: `"{metric}"` if '
        'the topic has `{device}`, else `"{device}:{metric}"`.',
    ),
}

SOURCE = {
    "path": Key("a path", "Where the word stands in the payload."),
    "topic": Key("a field of the topic", "Or which field of the topic it is."),
    "constant": Key("text", "Or the word itself."),
    "map": Key("what is sent: what is meant", "`{LVL: water_level, FLW: flow}`"),
    "others": Key("`reject` (default) or `ignore`", "What becomes of words that `map` has not."),
    "default": Key("text", "What is meant where nothing stands at the path."),
}

_FORM = {
    "text": Key("`true`", 'Take numbers written as text: `"3.21"`.'),
    "boolean": Key("`true`", "Take true as 1 and false as 0."),
    "empty": Key("a value or a list", 'What means "no value": `["--", -9999]`. Counted, not kept.'),
    "scale": Key("a number", "Multiply by this first."),
    "offset": Key("a number", "Then add this; then the unit is converted."),
    "states": Key("what is sent: a state", "`{on: OPEN, off: CLOSED}`, for a metric with states."),
}

VALUE = {"path": Key("a path", "Where the value stands."), **_FORM}

FIELD = {
    "metric": Key("a metric or a source", "What it measures; `{*}` is the key that `*` met."),
    "device": Key("text or a source", 'Another device: `"{device}-{*}"`.'),
    "unit": FORMAT["unit"],
    "required": Key("`true`", "Reject the part's field if it is missing."),
    **_FORM,
}

LAYOUT = {
    "path": Key("a path", "Where the data stands in JSON; left out with `payload: bytes`."),
    "encoding": Key("`base64` (default) or `hex`", "How it is written in JSON."),
    "port": Key("a number", "Only messages of this LoRaWAN port."),
    "port_path": Key("a path", "Where the port stands: `fPort` unless said."),
    "fields": Key("metric: byte field", "The numbers in it."),
}

BYTE_FIELD = {
    "at": Key("a number", "Its first byte, counted from 0; negative counts from the end."),
    "type": Key(", ".join(f"`{name}`" for name in TYPES), "How the number is written."),
    "bit": Key("a number", "Only this bit, 0 the lowest: 1 or 0."),
    "unit": FORMAT["unit"],
    **{key: _FORM[key] for key in ("scale", "offset", "empty", "states")},
}

TIME = {
    "path": Key("a path", "Where the time stands."),
    "as": Key(
        '`iso` (default), `epoch_s`, `epoch_ms`, or a pattern such as `"%d.%m.%Y %H:%M"`',
        "How it is written: text as in 2026-06-18T08:00:00+08:00, or seconds or milliseconds "
        "since 1970 (as numbers or as text).",
    ),
    "zone": Key(
        "a zone, or `local`",
        "For times that say none: `Asia/Shanghai`; `local` is the city's. In the hour that is "
        "lived twice the earlier is meant; a time that clocks jump over is rejected.",
    ),
}

ALIVE = {
    "topic": FORMAT["topic"],
    "path": Key("a path", "Where the word stands, if the payload is JSON."),
    "online": Key("a word or a list", "What says that the device is there."),
    "offline": Key("a word or a list", "What says that it is gone; left out: anything else."),
}

TABLES: Mapping[str, Mapping[str, Key]] = {
    "A format": FORMAT,
    "A source (of a device, a metric or a unit)": SOURCE,
    "A value": VALUE,
    "A field": FIELD,
    "A layout of bytes": LAYOUT,
    "A byte field": BYTE_FIELD,
    "A time": TIME,
    "An alive": ALIVE,
}
"""By heading, in the order of the reference."""


def reference() -> str:
    """Return the tables as docs/formats.md shows them, in Markdown."""
    lines = []
    for heading, table in TABLES.items():
        lines += [f"### {heading}", "", "| key | takes | meaning |", "| --- | --- | --- |"]
        lines += [f"| `{name}` | {key.takes} | {key.meaning} |" for name, key in table.items()]
        lines.append("")
    return "\n".join(lines)
