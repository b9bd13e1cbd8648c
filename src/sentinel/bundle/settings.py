"""The settings that decide what a reading means, and so belong to the bundle."""

import json
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from sentinel.document.scalars import DurationMs, SizeBytes, format_duration


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = f"must be an IANA time zone such as 'Asia/Shanghai'; got {name!r}"
        raise ValueError(message) from None
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class BundleSettings(BaseModel):
    """What `settings.yaml` of a bundle holds; taken from the sections of the configuration.

    zone: IANA name of the city's time zone.
    skew: How far a reading's time may lie after its receipt.
    past: How far before it; beyond, the device's clock is off.
    max_payload: A larger payload is rejected.
    builtin: Whether the built-in device checks run.
    max_state: The most bytes that the rules may cost a sensor on average; None: 4 GB for all.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    zone: Zone = "Asia/Shanghai"
    skew: DurationMs = Field(default=60_000, ge=0, le=86_400_000)
    past: DurationMs = Field(default=7 * 86_400_000, ge=1000, le=36_525 * 86_400_000)
    max_payload: SizeBytes = Field(default=256_000, ge=1)
    builtin: bool = True
    max_state: SizeBytes | None = None

    def dump(self) -> bytes:
        """Return the file, the same for the same settings."""
        found = self.model_dump()
        for key in ("skew", "past"):
            found[key] = format_duration(found[key])
        for key in ("max_payload", "max_state"):
            found[key] = None if found[key] is None else _size(found[key])
        return json.dumps(found, indent=1, sort_keys=True).encode() + b"\n"


def _size(size: int) -> str:
    """Return a size to the byte; a file's numbers have nine digits before the point at most."""
    return f"{size}B" if size < _GB else f"{size // _GB}.{size % _GB:09d}GB"


_GB = 10**9
