"""From the parts of one message to its rows and rejections: look up, convert, check, sort."""

from collections.abc import Iterable
from math import isfinite

from sentinel.domain.messages import MessageFlag
from sentinel.domain.metric import MetricKind
from sentinel.domain.quality import Quality
from sentinel.domain.readings import ReadingFlag
from sentinel.domain.rejection import Reason
from sentinel.normalise.addresses import Addresses
from sentinel.normalise.failure import Failure, Nothing, shown
from sentinel.normalise.format import Format
from sentinel.normalise.linear import Linear
from sentinel.normalise.outcome import Message, Outcome, Row, finished, reject
from sentinel.normalise.parts import Part, Piece
from sentinel.normalise.settings import Settings
from sentinel.normalise.units import Conversions
from sentinel.normalise.values import read_number, read_state

MOST_PARTS = 10_000
"""A message with more is cut off there: a list of a million zeros is no measurement."""
_MOST_SENSORS = 100_000
"""Remembered, of those whose messages come this way."""


_EXERCISE = int(MessageFlag.EXERCISE)
_FAIL, _NOT_EVALUATED = int(Quality.FAIL), int(Quality.NOT_EVALUATED)
_DRILL, _CLOCK_OFF = int(ReadingFlag.EXERCISE), int(ReadingFlag.CLOCK_OFF)
_OLD, _UNTIMED = int(ReadingFlag.HISTORICAL), int(ReadingFlag.UNTIMED)
_DEADLINE, _REPEAT = int(ReadingFlag.DEADLINE), int(ReadingFlag.REPEAT)
"""As plain numbers: an operation on an enum costs a microsecond, and a message has dozens."""


class Ledger:
    """Turns the parts of messages into rows and rejections, for one bundle."""

    def __init__(self, settings: Settings, addresses: Addresses) -> None:
        self._settings = settings
        self._registry = settings.registry
        self._addresses = addresses
        self._conversions = Conversions(settings.registry.metrics)
        self._sensors: dict[tuple[int, int], int] = {}

    def settle(self, message: Message, form: Format, pieces: Iterable[Piece]) -> Outcome:
        """Return what all parts of a message come to, in the order to be judged."""
        outcome = Outcome()
        for number, piece in enumerate(pieces):
            if number >= MOST_PARTS:
                failure = Failure(Reason.TOO_LARGE, f"the message has more than {MOST_PARTS} parts")
                reject(outcome, message, form.name, failure)
                break
            self._settle(outcome, message, form, piece)
        return finished(outcome)

    def _settle(self, outcome: Outcome, message: Message, form: Format, piece: Piece) -> None:
        if isinstance(piece, Nothing):
            outcome.ignored += 1
        elif isinstance(piece, Failure):
            reject(outcome, message, form.name, piece)
        elif message.is_retained and (piece.time is None or piece.relative):
            outcome.ignored += 1
        else:
            self._part(outcome, message, form, piece)

    def _part(self, outcome: Outcome, message: Message, form: Format, part: Part) -> None:
        wrong_time = self._wrong_time(part, message)
        time = part.time if isinstance(part.time, int) and not wrong_time else message.received
        device = part.device
        number = device if isinstance(device, Failure) else self._device(form, device, time)
        if isinstance(number, Failure):
            reject(outcome, message, form.name, number, device, part.metric)
            return
        name = self._registry.device_ids[number]
        sensor = self._sensor(number, part.metric)
        if isinstance(sensor, Failure):
            if form.ignore_others:
                outcome.ignored += 1
            else:
                reject(outcome, message, form.name, sensor, name, part.metric)
            return
        value = self._value(sensor, part)
        failure = wrong_time or value
        if isinstance(failure, Failure):
            reject(outcome, message, form.name, failure, name, part.metric)
        elif isinstance(value, Nothing):
            outcome.ignored += 1
        flags = _flags(part, message)
        if wrong_time:
            off = value if isinstance(value, float) else 0.0
            flags = flags & _DRILL | _CLOCK_OFF
            outcome.rows.append(Row(time, number, sensor, off, _FAIL, flags))
        elif isinstance(value, float):
            flags |= self._repeated(outcome, sensor) if flags & _UNTIMED else 0
            outcome.rows.append(Row(time, number, sensor, value, _NOT_EVALUATED, flags))
            self._promise(outcome, part, outcome.rows[-1])

    def _repeated(self, outcome: Outcome, sensor: int) -> int:
        """Return the flag of what a message says again of a sensor, with no time to tell it apart.

        Of events there may be several at one instant.
        """
        metric = self._registry.metrics[int(self._registry.sensor_metric[sensor])]
        if sensor in outcome.untimed and metric.kind is not MetricKind.EVENT:
            return _REPEAT
        outcome.untimed.add(sensor)
        return 0

    def _promise(self, outcome: Outcome, part: Part, row: Row) -> None:
        if part.deadline is not None:
            flags = row.flags | _DEADLINE
            outcome.rows.append(row._replace(value=part.deadline, flags=flags))

    def _device(self, form: Format, address: str, time: int) -> int | Failure:
        return self._addresses.device(form.name, address, time)

    def _wrong_time(self, part: Part, message: Message) -> Failure | None:
        if isinstance(part.time, str):
            return Failure(Reason.WRONG_TIME, part.time)
        if part.time is None:
            return None
        ahead = part.time - message.received
        if ahead > self._settings.skew_ms:
            found = f"the time lies {told(ahead)} after the receipt"
        elif ahead < -self._settings.past_ms and not (part.historical and part.time >= 0):
            found = f"the time lies {told(-ahead)} before the receipt"
        else:
            return None
        hint = _other_unit(part.time, message.received, self._settings.past_ms)
        return Failure(Reason.WRONG_TIME, found + hint)

    def _sensor(self, device: int, metric: str | Failure) -> int | Failure:
        if isinstance(metric, Failure):
            return metric
        number = self._registry.metric_number.get(metric)
        if number is None:
            return Failure(Reason.UNKNOWN_METRIC, f"the registry has no metric {shown(metric)}")
        sensor = self._sensors.get((device, number), -1)
        if sensor < 0:
            sensor = self._registry.sensor(device, number)
            if len(self._sensors) >= _MOST_SENSORS:
                self._sensors.clear()
            self._sensors[device, number] = sensor
        if sensor < 0:
            name = self._registry.device_ids[device]
            return Failure(Reason.UNKNOWN_METRIC, f"device {name!r} has no metric {metric!r}")
        return sensor

    def _value(self, sensor: int, part: Part) -> float | Failure | Nothing:
        """Return the value in the canonical unit, the sensor's own offset added."""
        if isinstance(part.raw, Failure):
            return part.raw
        number = int(self._registry.sensor_metric[sensor])
        metric = self._registry.metrics[number]
        if metric.kind is MetricKind.STATE:
            return read_state(part.raw, part.form, metric.states or {})
        raw = read_number(part.raw, part.form)
        if not isinstance(raw, float) or isinstance(part.unit, Failure):
            return raw if not isinstance(raw, float) else part.unit  # type: ignore[return-value]
        linear = self._conversions.find(part.unit, part.form, number)
        if not isinstance(linear, Linear):
            return linear
        value = linear.apply(raw) + float(self._registry.sensor_offset[sensor])
        if not isfinite(value):
            return Failure(Reason.NOT_A_NUMBER, f"{shown(part.raw)} is beyond all numbers")
        return value


def told(ms: int) -> str:
    """Return a length of time in round words.

    >>> told(1500), told(90_000), told(8 * 3_600_000), told(1_781_740_800_000)
    ('1 second', '1 minute', '8 hours', '56 years')
    """
    name, size = next(((name, size) for name, size in _SIZES if ms >= size), _SIZES[-1])
    count = ms // size
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


_SIZES = (
    ("year", 31_556_952_000),
    ("day", 86_400_000),
    ("hour", 3_600_000),
    ("minute", 60_000),
    ("second", 1000),
    ("millisecond", 1),
)


def _other_unit(time: int, received: int, near: int) -> str:
    """Say if the time would do in the other unit since 1970."""
    if abs(time * 1000 - received) <= near:
        return ": seconds taken for milliseconds?"
    return ": milliseconds taken for seconds?" if abs(time // 1000 - received) <= near else ""


def _flags(part: Part, message: Message) -> int:
    flags = _DRILL if message.flags & _EXERCISE else 0
    if part.historical:
        flags |= _OLD
    if part.time is None:
        flags |= _UNTIMED
    return flags
