"""What is known of a trained model besides its numbers: where it comes from, how it is read."""

import msgspec

RECORD_FORMAT = 1
"""Grows when older programs would read a newer record wrongly."""


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The readings that a model learned from.

    first, last: Instants of the oldest and the newest, milliseconds since 1970 UTC.
    readings: How many there were. rows: how many had a full window before them.
    sensors: From how many sensors.
    """

    first: int
    last: int
    readings: int
    rows: int
    sensors: int


class ModelRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A model's training record.

    metric: Id of the metric; the model refuses to judge another.
    unit: Canonical unit that the values were in.
    features: Names of the columns, in order.
    window: Readings that the features look back over. gap_ms: a longer silence starts it anew.
    parameters: Of the isolation forest: trees, samples a tree.
    contamination: The part of the training rows that was taken to be odd: it scores 0.5 and more.
    score_knots: (raw score, score) pairs, both growing, that turn one into the other.
    data_sha256: Of the readings as they were learned from, in order of sensors and time.
    trained_at: Milliseconds since 1970 UTC.
    """

    format: int = RECORD_FORMAT
    name: str
    metric: str
    unit: str
    features: tuple[str, ...]
    window: int
    gap_ms: int
    span: Span
    parameters: dict[str, int]
    seed: int
    contamination: float
    score_knots: tuple[tuple[float, float], ...]
    data_sha256: str
    sklearn: str
    skops: str
    trained_at: int


def encode_record(record: ModelRecord) -> bytes:
    """Return the record as JSON for a person."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def decode_record(data: bytes) -> ModelRecord:
    """Read a record back.

    Raises:
        msgspec.MsgspecError: It is no record.
    """
    return msgspec.json.decode(data, type=ModelRecord)
