"""How messages are sent, over whichever channel: `outbox` of the section `desk:`."""

from pydantic import BaseModel, ConfigDict, Field

from sentinel.document.scalars import DurationMs


class OutboxSettings(BaseModel):
    """Pauses and limits.

    poll: Pause between looks at the outbox while there is nothing to send.
    lease: After a crash, a message that was under way is tried again after so long.
    retry_first, retry_most: Pause after a first failure, doubled up to the second.
    give_up: A message that could not be sent for so long over a channel is given up there.
    keep_sent: What became of a message can be looked up for so long.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    poll: DurationMs = Field(default=200, ge=10)
    lease: DurationMs = Field(default=20_000, ge=200)
    retry_first: DurationMs = Field(default=2_000, ge=10)
    retry_most: DurationMs = Field(default=300_000, ge=10)
    give_up: DurationMs = Field(default=6 * 3_600_000, ge=1_000)
    keep_sent: DurationMs = Field(default=90 * 86_400_000, ge=86_400_000)
