"""Who outside is told what, how often: `deadman` and `heads` of the section `desk:`."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from sentinel.document.scalars import DurationMs


class Target(BaseModel):
    """Where a message goes. channel: One of `channels`. address: As that channel wants it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: str
    address: str = ""


class DeadmanSettings(Target):
    """Something outside that calls for help when it is not told that all is well.

    every: How often it is told.
    """

    every: DurationMs = Field(default=60_000, ge=1_000, le=86_400_000)


class HeadSettings(BaseModel):
    """Where the head of the audit trail is kept, outside this machine.

    every: How often it is sent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Annotated[tuple[Target, ...], Field(min_length=1)]
    every: DurationMs = Field(default=86_400_000, ge=60_000)
