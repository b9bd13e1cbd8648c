"""What decides how a message is read; a bundle has it."""

from typing import Protocol

from sentinel.domain.registry import Registry
from sentinel.normalise.format import Format


class Settings(Protocol):
    """What a bundle says that decides how a message is read."""

    @property
    def registry(self) -> Registry:
        """Areas, devices, metrics."""

    @property
    def formats(self) -> tuple[Format, ...]:
        """What devices send."""

    @property
    def zone(self) -> str:
        """The city's, by its IANA name."""

    @property
    def skew_ms(self) -> int:
        """How far a reading's time may lie after its receipt."""

    @property
    def past_ms(self) -> int:
        """How far it may lie before."""

    @property
    def max_payload_bytes(self) -> int:
        """A larger payload is rejected."""
