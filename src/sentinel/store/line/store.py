"""The store in a database: lines written, questions asked."""

from collections.abc import Mapping, Sequence
from typing import assert_never
from zlib import crc32

from typing_extensions import override

from sentinel.domain.finding import Finding
from sentinel.domain.readings import Readings
from sentinel.domain.registry import Registry
from sentinel.domain.rejection import Reason, Rejection
from sentinel.observe.events.store import PointsRefused, ReadingsStored
from sentinel.store.contract import RankPoint, ReadingStore, StoredReadings
from sentinel.store.line.ask import Asker, Question, as_ranks, as_readings
from sentinel.store.line.encode import FINDING, READING, LineEncoder, tag_value
from sentinel.store.line.influx import FluxAsker, SqlAsker
from sentinel.store.line.victoria import VictoriaAsker
from sentinel.store.line.write import LineWriter
from sentinel.store.names import SensorNames
from sentinel.store.rejections import RejectionLog
from sentinel.store.settings import StoreKind, StoreSettings
from sentinel.store.storable import first_of_each, storable
from sentinel.store.withrejections import WithRejections


class LineStore(WithRejections, ReadingStore):
    """Readings in a database. What it refuses for good is kept here as a rejection.

    Idempotent because a point is known by its tags and its time: the same reading written again
    is the same point, whatever the batches. Two readings of one sensor and time with different
    values are told apart upstream (`ReadingFlag.REPEAT`), and here within one call; of such that
    come in different calls all the same, InfluxDB keeps the last and VictoriaMetrics both until
    it deduplicates.
    """

    def __init__(
        self, writer: LineWriter, encoder: LineEncoder, asker: Asker, rejections: RejectionLog
    ) -> None:
        super().__init__(rejections)
        self._writer = writer
        self._encoder = encoder
        self._asker = asker

    @override
    def write(self, readings: Readings, registry: Registry) -> None:
        kept = first_of_each(storable(readings))
        if not len(kept):
            return
        lines = self._encoder.readings(kept, registry)
        refused = self._writer.write(lines)
        if refused:
            names = SensorNames(registry)
            self._keep([_refusal(kept, at, names, lines[at], said) for at, said in refused.items()])
        ReadingsStored(count=len(kept) - len(refused)).emit()

    @override
    def write_findings(self, findings: Sequence[Finding]) -> None:
        refused = self._writer.write(self._encoder.findings(findings)) if findings else {}
        if refused:
            PointsRefused(count=len(refused), said=next(iter(refused.values()))).emit()

    @override
    def readings(
        self, device: str, metric: str, start_ms: int, end_ms: int, limit: int | None = None
    ) -> StoredReadings:
        tags = {"device": device, "metric": metric}
        points = self._asker.ask(_question(READING, tags, start_ms, end_ms, limit))
        return as_readings(points, limit)

    @override
    def ranks(self, rule: str, subject: str, start_ms: int, end_ms: int) -> list[RankPoint]:
        tags = {"rule": rule, "subject": subject}
        return as_ranks(self._asker.ask(_question(FINDING, tags, start_ms, end_ms)))

    @override
    def close(self) -> None:
        self._writer.close()
        super().close()

    def _keep(self, refusals: list[Rejection]) -> None:
        self.write_rejections(refusals)
        PointsRefused(count=len(refusals), said=refusals[0].found).emit()


def line_store(settings: StoreSettings, rejections: RejectionLog) -> LineStore:
    """Return the store of one of the kinds that are databases; nothing is asked of it yet."""
    tags = {"db": settings.bucket} if settings.kind is StoreKind.VICTORIA_METRICS else {}
    return LineStore(LineWriter(settings), LineEncoder(tags), _asker(settings), rejections)


def _asker(settings: StoreSettings) -> Asker:
    match settings.kind:
        case StoreKind.VICTORIA_METRICS:
            return VictoriaAsker(settings)
        case StoreKind.INFLUXDB2:
            return FluxAsker(settings)
        case StoreKind.INFLUXDB3:
            return SqlAsker(settings)
        case StoreKind.SQLITE:
            message = "sqlite is no database that speaks line protocol"
            raise ValueError(message)
        case never:
            assert_never(never)


def _question(
    measurement: str, tags: Mapping[str, str], start_ms: int, end_ms: int, limit: int | None = None
) -> Question:
    return Question(
        measurement=measurement,
        tags={key: tag_value(value) for key, value in tags.items()},
        start_ms=start_ms,
        end_ms=end_ms,
        limit=limit,
    )


def _refusal(readings: Readings, at: int, names: SensorNames, line: str, said: str) -> Rejection:
    device, metric, _ = names.of(int(readings.sensor[at]))
    return Rejection(
        row=int(readings.row[at]),
        index=int(readings.index[at]),
        part=-1 - crc32(line.encode()),
        received_at=int(readings.received[at]),
        reason=Reason.REFUSED_BY_STORE,
        topic="",
        payload=line.encode(),
        format="line-protocol",
        device=device,
        metric=metric,
        found=said,
    )
