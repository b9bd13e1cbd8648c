"""What one message holds, part by part, before anything is looked up or converted."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from sentinel.domain.rejection import Reason
from sentinel.normalise.binary import decode_text
from sentinel.normalise.failure import IGNORED, MISSING, Failure, Nothing, shown
from sentinel.normalise.format import Format, Layout, Measure
from sentinel.normalise.paths import Path
from sentinel.normalise.times import read_time
from sentinel.normalise.values import ValueForm
from sentinel.normalise.words import Words, read_device, resolve


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One value with its surroundings.

    device, metric: An address, a metric's id. raw: As it stands in the payload.
    unit: None: the metric's own.
    time: Milliseconds; None: the payload has none; a text: why what it has is no time.
    relative: The time was counted from the receipt.
    deadline: The sensor promises its next value within so many seconds.
    """

    device: str | Failure
    metric: str | Failure
    raw: Any
    form: ValueForm
    unit: str | Failure | None = None
    time: int | str | None = None
    relative: bool = False
    historical: bool = False
    deadline: float | None = None


Piece = Part | Failure | Nothing
"""A part, or why there is none."""


class _Around(msgspec.Struct, frozen=True):
    """What all values of one element of a loop share."""

    scope: Sequence[Any]
    device: str | Failure
    time: int | str | None
    historical: bool


def json_parts(form: Format, root: Any, words: Words, city: str) -> Iterator[Piece]:  # noqa: ANN401
    """Yield the parts of a decoded JSON payload, in its order."""
    for scope in _scopes(form.each, [root]):
        if isinstance(scope, Failure):
            yield scope
            continue
        around = _around(form, scope, words, city)
        found = False
        for piece in _measured(form, around, words):
            found = True
            yield piece
        if not found:
            yield from _laid_out(form, around, words)


def plain_parts(form: Format, payload: bytes, words: Words) -> Iterator[Piece]:
    """Yield the one part of a payload that is a number or a word."""
    for measure in form.measures:
        try:
            text = payload.decode().strip()
        except UnicodeDecodeError:
            yield Failure(Reason.UNREADABLE, "the payload is not text")
            return
        around = _Around([None], read_device(form, [None], words), None, historical=False)
        yield from _part(measure, text, (), around, words)


def binary_parts(form: Format, payload: bytes, words: Words) -> Iterator[Piece]:
    """Yield the parts of a binary payload."""
    around = _Around([None], read_device(form, [None], words), None, historical=False)
    for layout in form.layouts:
        yield from _bytes(layout, payload, around, words)


def _scopes(each: Sequence[Path], scope: list[Any]) -> Iterator[list[Any] | Failure]:
    """Walk through the loops, the outer first."""
    if not each:
        yield scope
        return
    items = each[0].find(scope)
    if isinstance(items, dict):
        items = list(items.values())
    if not isinstance(items, list):
        found = "missing" if items is MISSING else shown(items)
        yield Failure(Reason.MISSING_FIELD, f"`{each[0].text}` must be a list; it is {found}")
        return
    for item in items:
        yield from _scopes(each[1:], [*scope, item])


def _around(form: Format, scope: Sequence[Any], words: Words, city: str) -> _Around:
    time: int | str | None = None
    if form.time is not None:
        raw = form.time.path.find(scope)
        time = None if raw is MISSING or raw is None else read_time(raw, form.time, city)
    old = form.historical.find(scope) if form.historical is not None else False
    historical = old is True or (type(old) is int and old == 1)
    return _Around(scope, read_device(form, scope, words), time, historical)


def _measured(form: Format, around: _Around, words: Words) -> Iterator[Piece]:
    for measure in form.measures:
        path = measure.path
        if path is None:
            continue
        if path.stars:
            for stars, raw in path.find_all(around.scope):
                if raw is not None and _concrete(path, stars) not in measure.but:
                    yield from _part(measure, raw, stars, around, words)
            continue
        raw = path.find(around.scope)
        if raw is not MISSING and (raw is not None or measure.required):
            yield from _part(measure, raw, (), around, words)
        elif measure.required:
            missing = Failure(Reason.MISSING_FIELD, f"there is no field {path.text!r}")
            yield from _part(measure, missing, (), around, words)


def _concrete(path: Path, stars: tuple[str, ...]) -> tuple[str, ...]:
    keys = iter(stars)
    return tuple(next(keys) if step == "*" else step for step in path.steps)


def _laid_out(form: Format, around: _Around, words: Words) -> Iterator[Piece]:
    """Read binary data in JSON; tell, if there is none either."""
    found = False
    for layout in form.layouts:
        raw = layout.path.find(around.scope) if layout.path is not None else MISSING
        if raw is MISSING or raw is None or not _is_port(layout, around.scope):
            continue
        found = True
        data = decode_text(raw, layout.encoding)
        if isinstance(data, Failure):
            yield data
        else:
            yield from _bytes(layout, data, around, words)
    if not found:
        yield IGNORED if form.ignore_others else Failure(Reason.MISSING_FIELD, _wanted(form))


def _is_port(layout: Layout, scope: Sequence[Any]) -> bool:
    return layout.port is None or layout.port_path.find(scope) == layout.port


def _bytes(layout: Layout, data: bytes, around: _Around, words: Words) -> Iterator[Piece]:
    for place, measure in layout.fields:
        yield from _part(measure, place.read(data), (), around, words)


def _part(
    measure: Measure,
    raw: Any,  # noqa: ANN401 -- JSON holds anything
    stars: tuple[str, ...],
    around: _Around,
    words: Words,
) -> Iterator[Piece]:
    star = "-".join(stars)
    metric = resolve(measure.metric, around.scope, words, Reason.UNKNOWN_METRIC, star)
    device: str | Failure | Nothing = around.device
    if measure.device is not None:
        device = resolve(measure.device, around.scope, words, Reason.UNKNOWN_DEVICE, star)
    unit: str | Failure | Nothing | None = None
    if measure.unit is not None:
        unit = resolve(measure.unit, around.scope, words, Reason.BAD_UNIT)
        if isinstance(unit, Failure):
            unit = Failure(Reason.BAD_UNIT, unit.found)
    if isinstance(metric, Nothing) or isinstance(device, Nothing) or isinstance(unit, Nothing):
        yield IGNORED
        return
    yield Part(
        device=device,
        metric=metric,
        raw=raw,
        form=measure.form,
        unit=unit,
        time=around.time,
        historical=around.historical,
    )


def _wanted(form: Format) -> str:
    paths = [measure.path.text for measure in form.measures if measure.path is not None]
    layouts = [layout.path.text for layout in form.layouts if layout.path is not None]
    return f"there is none of the fields {', '.join((paths + layouts)[:8])}"
