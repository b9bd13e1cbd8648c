"""SenML in JSON, RFC 8428: base fields, relative times, units, one value a record.

Departures, each on the side of the device: secondary units (RFC 8798) are taken at any version,
and a record of base fields alone is taken for what it is. Seconds beyond the year 5000 are
milliseconds sent by mistake, and wrong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, TypeGuard

from sentinel.domain.rejection import Reason
from sentinel.normalise.failure import IGNORED, Failure, shown
from sentinel.normalise.format import Format
from sentinel.normalise.parts import Part, Piece
from sentinel.normalise.words import Words, read_device, resolve

_VERSION = 10
_KNOWN_VERSIONS = frozenset({*range(1, _VERSION + 1), 26})
"""RFC 8428 is version 10; RFC 9100 adds a bit, 16, for the secondary units."""
_ABSOLUTE = 2**28
"""Seconds from here on count from 1970, smaller ones from now (RFC 8428, 4.5.3)."""
_MS_BY_MISTAKE = 1e11
_LONGEST_PROMISE = 366 * 86_400.0
"""Seconds. Who promises a reading for later than that promises none."""
_NAME = re.compile(r"[A-Za-z0-9][-A-Za-z0-9:./_]*\Z")
_LONGEST_NAME = 1_024
"""Characters; a base name is part of every record's, so that a long one would cost its square."""
_VALUES = ("v", "vs", "vb", "vd")
_BASES = {"bn": str, "bu": str, "bt": float, "bv": float, "bs": float, "bver": int}
_LABELS = frozenset({*_BASES, *_VALUES, "n", "u", "s", "t", "ut"})


@dataclass(slots=True)
class _Bases:
    """Base fields in force; `bad` has those that came with a value of the wrong kind."""

    values: dict[str, Any] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)

    def take(self, record: dict[str, Any]) -> None:
        """Let the base fields of a record replace those before it."""
        for label, kind in _BASES.items():
            if label not in record:
                continue
            raw = record[label]
            self.bad.pop(label, None)
            if isinstance(raw, str) if kind is str else _is_number(raw):
                self.values[label] = raw
            else:
                self.bad[label] = f"`{label}` is {shown(raw)}"


def senml_parts(form: Format, root: Any, words: Words, received: int) -> Iterator[Piece]:  # noqa: ANN401
    """Yield the parts of a decoded SenML pack, in its order."""
    refusal = _refusal(root)
    if refusal is not None:
        yield refusal
        return
    bases = _Bases()
    for record in root:
        if not isinstance(record, dict):
            yield Failure(Reason.UNREADABLE, f"a SenML record is an object, not {shown(record)}")
            continue
        bases.take(record)
        if bases.bad:
            yield Failure(
                Reason.UNREADABLE, f"a base field is wrong: {'; '.join(bases.bad.values())}"
            )
        elif not _LABELS.isdisjoint(record.keys() - _BASES.keys()):
            yield _record(form, record, bases.values, words, received)


def _refusal(root: Any) -> Failure | None:  # noqa: ANN401 -- JSON holds anything
    """Why a whole pack must not be used, if so."""
    if not isinstance(root, list):
        return Failure(Reason.UNREADABLE, f"SenML is a list of records, not {shown(root)}")
    versions = set()
    for record in root:
        for label in record if isinstance(record, dict) else ():
            if label.endswith("_"):
                return Failure(Reason.UNREADABLE, f"{shown(label)} must be understood, and is not")
        if isinstance(record, dict) and "bver" in record:
            versions.add(shown(record["bver"]))
    known = {str(version) for version in _KNOWN_VERSIONS}
    if not versions <= known or len(versions) > 1:
        told = ", ".join(sorted(versions))
        return Failure(Reason.UNREADABLE, f"SenML version {told} is not understood, only 10 and 26")
    return None


def _record(
    form: Format, record: dict[str, Any], bases: dict[str, Any], words: Words, received: int
) -> Piece:
    named = _named(form, record, bases)
    if isinstance(named, Failure):
        return named
    both = {**words, **named}
    measure = form.measures[0]
    metric = resolve(measure.metric, [None], both, Reason.UNKNOWN_METRIC)
    device = _device(form, words, named)
    if not isinstance(metric, str | Failure):
        return IGNORED
    raw = _value(record, bases)
    if raw is None:
        return IGNORED
    time, relative = _time(record, bases, received)
    unit = record.get("u", bases.get("bu"))
    return Part(
        device=device,
        metric=metric,
        raw=raw,
        form=measure.form,
        unit=_unit(form, unit),
        time=time,
        relative=relative,
        deadline=_deadline(record),
    )


def _named(form: Format, record: dict[str, Any], bases: dict[str, Any]) -> dict[str, str] | Failure:
    own = record.get("n", "")
    if not isinstance(own, str):
        return Failure(Reason.UNREADABLE, f"the name `n` is {shown(own)}, and no text")
    base = bases.get("bn", "")
    if len(base) + len(own) > _LONGEST_NAME:
        message = f"the name {shown(base or own)} has more than {_LONGEST_NAME} characters"
        return Failure(Reason.UNKNOWN_DEVICE, message)
    name = base + own
    if not _NAME.match(name):
        return Failure(Reason.UNREADABLE, f"the name {shown(name)} is none that SenML allows")
    pattern = form.senml
    found = None if pattern is None else pattern.expression.fullmatch(name)
    if pattern is None or found is None:
        wanted = "" if pattern is None else pattern.text
        return Failure(Reason.UNKNOWN_DEVICE, f"the name {shown(name)} is not like {wanted!r}")
    return dict(zip(pattern.fields, found.groups(), strict=True))


def _device(form: Format, words: Words, named: dict[str, str]) -> str | Failure:
    there, here = words.get("device"), named.get("device")
    if form.device is None and there and here and there != here:
        message = f"the topic names device {shown(there)}, the record {shown(here)}"
        return Failure(Reason.DEVICE_DISAGREES, message)
    return read_device(form, [None], {**words, **named})


def _value(record: dict[str, Any], bases: dict[str, Any]) -> Any:  # noqa: ANN401 -- any kind of value
    """Return the one value; None where there is only a sum, a Failure where there is not one."""
    given = [label for label in _VALUES if label in record]
    if not given and "s" in record:
        return None
    if len(given) != 1:
        told = "none" if not given else " and ".join(f"`{label}`" for label in given)
        return Failure(Reason.MISSING_FIELD, f"a SenML record has one value; this one has {told}")
    label, raw = given[0], record[given[0]]
    if label == "vd":
        return Failure(Reason.NOT_A_NUMBER, "`vd` is data, not a number")
    kind = {"vs": str, "vb": bool}.get(label)
    if (kind is not None and not isinstance(raw, kind)) or (kind is None and not _is_number(raw)):
        return Failure(Reason.NOT_A_NUMBER, f"`{label}` is {shown(raw)}")
    return raw if label != "v" else raw + bases.get("bv", 0)


def _time(
    record: dict[str, Any], bases: dict[str, Any], received: int
) -> tuple[int | str | None, bool]:
    """Return the time of a record, and whether it was counted from the receipt."""
    own = record.get("t", 0)
    if not _is_number(own):
        return f"`t` is {shown(own)}, and no number of seconds", False
    seconds = bases.get("bt", 0) + own
    if seconds > _MS_BY_MISTAKE:
        return f"{shown(seconds)} s is beyond the year 5000: milliseconds sent as seconds?", False
    if seconds >= _ABSOLUTE:
        return round(seconds * 1000), False
    if seconds == 0:
        return None, True
    if seconds < -_MS_BY_MISTAKE:
        return f"{shown(seconds)} s before now is no time", False
    return received + round(seconds * 1000), True


def _unit(form: Format, unit: Any) -> str | Failure | None:  # noqa: ANN401 -- JSON holds anything
    if unit is None:
        source = form.measures[0].unit
        return None if source is None else source.constant
    if not isinstance(unit, str):
        return Failure(Reason.BAD_UNIT, f"the unit is {shown(unit)}, and no text")
    source = form.measures[0].unit
    return unit if source is None or source.map is None else source.map.get(unit, unit)


def _deadline(record: dict[str, Any]) -> float | None:
    raw = record.get("ut")
    return min(float(raw), _LONGEST_PROMISE) if _is_number(raw) and raw > 0 else None


def _is_number(raw: object) -> TypeGuard[int | float]:
    """Whether it is a number that a float can hold."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return False
    try:
        return isfinite(float(raw))
    except OverflowError:
        return False
