"""Ask VictoriaMetrics: its export of raw points, one metric a field."""

import msgspec
from typing_extensions import override

from sentinel.store.line.ask import Asker, Points, Question, fetch
from sentinel.store.settings import StoreSettings


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
        if end <= max(start, 0):
            return {}
        query = {
            "match[]": self._selector(question),
            "start": _seconds(max(start, 0)),
            "end": _seconds(end - 1),
        }
        points: Points = {}
        for line in fetch(self._settings, "/api/v1/export", query).splitlines():
            series = _decoder.decode(line)
            field = points.setdefault(series.metric["__name__"].split("_", 1)[1], {})
            for at, value in zip(series.timestamps, series.values, strict=True):
                if value is not None:
                    field.setdefault(at, value)
        return points

    def _selector(self, question: Question) -> str:
        labels = {"db": self._settings.bucket, **question.tags}
        tags = ",".join(f"{key}={_quoted(value)}" for key, value in labels.items())
        return f'{{__name__=~"{question.measurement}_.*",{tags}}}'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _seconds(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03}"
