"""An immutable, hashed set of everything that decides what a reading means."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sentinel.detect.program import Program
from sentinel.domain.registry import Registry
from sentinel.normalise.format import Format


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """A bundle, compiled: what normalise and detect are handed.

    hash: Of the files it was made of; the name under which it is kept.
    zone: IANA name of the city's time zone.
    skew_ms: How far a reading's time may lie after its receipt.
    past_ms: How far it may lie before it; beyond, the device's clock is off.
    max_payload_bytes: A larger payload is rejected.
    builtin: Whether the built-in device checks run.
    models: Name of a trained model to its skops file.
    """

    hash: str
    zone: str
    registry: Registry
    formats: tuple[Format, ...]
    programs: tuple[Program, ...]
    skew_ms: int = 60_000
    past_ms: int = 7 * 86_400_000
    max_payload_bytes: int = 256_000
    builtin: bool = True
    models: Mapping[str, bytes] = field(default_factory=dict)
