"""Readings as Observations: a window of one series, never more of it than an answer can hold."""

from collections.abc import Callable, Mapping, Sequence
from math import isnan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.metric import Metric
from sentinel.domain.quality import Quality
from sentinel.domain.readings import ReadingFlag
from sentinel.publish.sensorthings.evaluate import arrange, bounds, choose
from sentinel.publish.sensorthings.options import Options, Order
from sentinel.publish.sensorthings.refusal import BadQueryError
from sentinel.publish.sensorthings.series import ReadSeries, Series, read_back
from sentinel.publish.sensorthings.sets import Columns
from sentinel.publish.sensorthings.tree import All, Comparison, Expression, Path
from sentinel.publish.sensorthings.vectors import Vector, numbers, texts, times, truths
from sentinel.publish.sensorthings.words import QUALITY_WORDS, iso

MOST_READ = 100_000
"""Readings looked at for one answer."""
_LOOKED_AT = 20_000
"""Of these at once, where a filter may leave few."""
_LEAST_MS = 3_600_000
"""Looked back at first, even for a few readings of a quick sensor."""
_TIME = "phenomenonTime"
_NEWEST_FIRST = (Order(path=_TIME, goes_down=True),)
_OLDEST_FIRST = (Order(path=_TIME),)
_FIRST_MS, _LAST_MS = 0, 253_370_764_800_000
"""From 1970 to the year 9999."""


class Observations:
    """The readings of one series that were read, as a set."""

    name = "Observations"
    links: Mapping[str, str] = {
        "Datastream": "Datastreams",
        "FeatureOfInterest": "FeaturesOfInterest",
    }

    def __init__(self, stream: str, metric: Metric, series: Series) -> None:
        self._stream = stream
        self._series = series
        self._states = {number: name for name, number in (metric.states or {}).items()}
        makers: dict[str, Callable[[], Vector]] = {
            "id": lambda: texts([self.ident(row) for row in range(len(self))]),
            _TIME: lambda: times(series.time),
            "resultTime": lambda: times(series.received),
            "result": self._results,
            "resultQuality": lambda: texts([_quality(q) for q in series.quality.tolist()]),
            "parameters/exercise": lambda: truths(series.flags & ReadingFlag.EXERCISE != 0),
            "Datastream/id": lambda: texts(stream),
            "Datastream/@iot.id": lambda: texts(stream),
        }
        self.column = Columns(self.name, makers)

    def __len__(self) -> int:
        return len(self._series.time)

    def time(self, row: int) -> int:
        """Return when a reading was measured."""
        return int(self._series.time[row])

    def ident(self, row: int) -> str:
        """Return `device/metric/milliseconds since 1970`."""
        return f"{self._stream}/{self.time(row)}"

    def properties(self, row: int) -> dict[str, Any]:
        """Return what a reading says."""
        series = self._series
        flags = ReadingFlag(int(series.flags[row]))
        told = {flag.name.lower(): True for flag in _SHOWN if flag in flags and flag.name}
        return {
            _TIME: iso(self.time(row)),
            "resultTime": iso(int(series.received[row])),
            "result": self._result(float(series.value[row])),
            "resultQuality": _quality(int(series.quality[row])),
            **({"parameters": told} if told else {}),
        }

    def _result(self, value: float) -> float | str | None:
        if isnan(value):
            return None
        return self._states.get(value, value)

    def _results(self) -> Vector:
        if not self._states:
            return numbers(self._series.value)
        named = [self._result(value) for value in self._series.value.tolist()]
        return texts(["" if one is None else str(one) for one in named], gaps=True)


_SHOWN = (
    ReadingFlag.EXERCISE,
    ReadingFlag.HISTORICAL,
    ReadingFlag.UNTIMED,
    ReadingFlag.LATE,
)
"""What of a reading's flags `parameters` tell."""


class Page(NamedTuple):
    """One page of a series.

    rows: In order. after, skip: Where the next begins; None and 0: there is none.
    total: If it was asked for.
    """

    found: Observations
    rows: Sequence[int]
    after: int | None
    skip: int
    total: int | None


class Stream(NamedTuple):
    """One series to be read. ident: `device/metric`. now: Milliseconds since 1970 UTC."""

    ident: str
    metric: Metric
    read: ReadSeries
    now: int

    def window(self, start: int, end: int, limit: int) -> Observations:
        """Return the newest readings of a time."""
        device, _, metric = self.ident.partition("/")

        def read(begin: int, until: int, most: int) -> Series:
            return self.read(device, metric, begin, until, most)

        span = max(2 * limit * self.metric.interval_ms, _LEAST_MS)
        series = read_back(read, start, end, limit, now=self.now, span=span)
        return Observations(self.ident, self.metric, series)


def page_of(stream: Stream, options: Options, top: int) -> Page:
    """Return the asked page of a series, the newest first unless it says otherwise.

    Raises:
        BadQueryError: It cannot be answered without reading more than `MOST_READ`.
    """
    if options.skip > MOST_READ:
        message = f"`$skip` is {MOST_READ:,} at most for Observations; ask by `phenomenonTime`"
        raise BadQueryError(message)
    low, high = bounds(options.filter, _TIME)
    start, end = _FIRST_MS if low is None else low, _LAST_MS if high is None else high
    if options.order in {(), _NEWEST_FIRST}:
        page = _newest_first(stream, options, top, start, end)
    else:
        page = _in_order(stream, options, top, start, end)
    return page._replace(total=_count(stream, options, start, end)) if options.count else page


def _newest_first(stream: Stream, options: Options, top: int, start: int, end: int) -> Page:
    """Read back from the end; where a filter leaves too few, the next page goes on from there."""
    end = end if options.after is None else min(end, options.after)
    plain = _only_bounds(options.filter)
    limit = options.skip + top + 1 if plain else _LOOKED_AT
    found = stream.window(start, end, limit)
    rows = np.flatnonzero(_holds(found, options.filter))[::-1]
    page = rows[options.skip : options.skip + top].tolist()
    if len(rows) > options.skip + top:
        after = found.time(page[-1]) if page else end
        return Page(found, page, after, 0 if page else options.skip, None)
    if len(found) < limit:
        return Page(found, page, None, 0, None)
    return Page(found, page, found.time(0), max(0, options.skip - len(rows)), None)


def _in_order(stream: Stream, options: Options, top: int, start: int, end: int) -> Page:
    """Read all of the time, since its oldest, lowest or highest cannot be known before."""
    is_oldest_first = options.order == _OLDEST_FIRST
    if is_oldest_first and options.after is not None:
        start = max(start, options.after + 1)
    found = _whole(stream, start, end)
    rows = np.flatnonzero(_holds(found, options.filter))
    order = [(found.column(one.path).take(rows), one.goes_down) for one in options.order]
    rows = rows[arrange(order, len(rows))]
    page = rows[options.skip : options.skip + top].tolist()
    has_more = len(rows) > options.skip + top and bool(page)
    if has_more and is_oldest_first:
        return Page(found, page, found.time(page[-1]), 0, None)
    return Page(found, page, None, options.skip + len(page) if has_more else 0, None)


def _count(stream: Stream, options: Options, start: int, end: int) -> int:
    return int(_holds(_whole(stream, start, end), options.filter).sum())


def _whole(stream: Stream, start: int, end: int) -> Observations:
    found = stream.window(start, end, MOST_READ + 1)
    if len(found) > MOST_READ:
        message = (
            f"more than {MOST_READ:,} Observations lie in that time; ask for a shorter one, such "
            "as `$filter=phenomenonTime ge 2026-06-18T00:00:00Z`, or for the newest first"
        )
        raise BadQueryError(message)
    return found


def _holds(found: Observations, expression: Expression | None) -> NDArray[np.bool_]:
    if expression is None:
        return np.ones(len(found), np.bool_)
    return choose(expression, found.column, len(found))


def _only_bounds(expression: Expression | None) -> bool:
    """Whether a filter asks no more than what the store can be asked for."""
    match expression:
        case None:
            return True
        case All(parts):
            return all(_only_bounds(part) for part in parts)
        case Comparison(op, Path(name), _) | Comparison(op, _, Path(name)):
            return op != "ne" and name in {_TIME, "Datastream/id", "Datastream/@iot.id"}
        case _:
            return False


def _quality(flag: int) -> str:
    return QUALITY_WORDS.get(Quality(flag), str(flag)) if flag in _QUALITIES else str(flag)


_QUALITIES = frozenset(int(quality) for quality in Quality)
