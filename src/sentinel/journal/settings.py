"""How long a journal is kept: the sections `journal:` and `findings:` of a configuration."""

from pydantic import BaseModel, ConfigDict, Field

from sentinel.document.scalars import DurationMs, SizeBytes


class JournalSettings(BaseModel):
    """How long and how much; whole hours are given up, the oldest first.

    keep: Rows stay at least so long, as far as `most` lets them.
    most: Past this size the oldest hours go, read by `record` or not. What `detect` has not read
        stays in any case; of findings, what the desk has not taken.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep: DurationMs = Field(default=7 * 86_400_000, ge=3_600_000)
    most: SizeBytes = Field(default=50_000_000_000, ge=10_000_000)
