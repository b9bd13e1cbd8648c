"""Ask VictoriaMetrics: its export of raw points, one metric a field."""

from collections.abc import Iterator

import msgspec
from typing_extensions import override

from sentinel.store.line.ask import Asker, Points, Question, answering, lines_of
from sentinel.store.settings import StoreSettings

_SPAN_MS = 3_600_000
_LINE = 10_000
"""Points in a line of the answer."""


class _Series(msgspec.Struct):
    metric: dict[str, str]
    values: list[float | None]
    timestamps: list[int]


_decoder = msgspec.json.Decoder(_Series)


class VictoriaAsker(Asker):
    """Points become readable about a second after they are written, the server says."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings

    @override
    def ask(self, question: Question) -> Points:
        start, end = question.span()
        start = max(start, 0)
        points: Points = {}
        for first, last in _spans(start, end, question.limit):
            self._export(question, first, last, points)
            if question.limit is not None and _most(points) >= question.limit:
                break
        return points

    def _export(self, question: Question, start: int, end: int, points: Points) -> None:
        """Add the points of start <= time < end, line by line as they come."""
        query = {
            "match[]": self._selector(question),
            "start": _seconds(start),
            "end": _seconds(end - 1),
            "max_rows_per_line": str(_LINE),
        }
        with answering(self._settings, "/api/v1/export", query) as answer:
            for line in lines_of(answer):
                series = _decoder.decode(line)
                field = points.setdefault(series.metric["__name__"].split("_", 1)[1], {})
                for at, value in zip(series.timestamps, series.values, strict=True):
                    if value is not None:
                        field.setdefault(at, value)

    def _selector(self, question: Question) -> str:
        labels = {"db": self._settings.bucket, **question.tags}
        tags = ",".join(f"{key}={_quoted(value)}" for key, value in labels.items())
        return f'{{__name__=~"{question.measurement}_.*",{tags}}}'


def _spans(start: int, end: int, limit: int | None) -> Iterator[tuple[int, int]]:
    """Yield what to ask for, the newest first, each twice as long; without a limit all at once.

    An export knows no limit: asked for everything, it would give a year for the last hundred.
    """
    span = end - start if limit is None else max(_SPAN_MS, limit * 1000)
    while end > start:
        begin = max(start, end - span)
        yield begin, end
        end, span = begin, span * 2


def _most(points: Points) -> int:
    return max((len(field) for field in points.values()), default=0)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _seconds(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03}"
