"""The section `desk: people:` of a configuration."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from sentinel.document.scalars import DurationMs

_MINUTE = 60_000
_HOUR = 60 * _MINUTE


class PeopleSettings(BaseModel):
    """How long people stay signed in.

    idle: A session ends after so long without any request; a page that is open asks all the time.
    whole: It ends after so long in any case: a shift of twelve hours and its hand-over.
    secure_cookies: Browsers send cookies over HTTPS only; for a proxy that does not say which it
        speaks. Where the desk sees HTTPS itself, they always do.
    invented: A file of users for a demo: `sentinel up` makes them, with a password that is new at
        each start and printed. Only for a desk that answers on loopback.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    idle: DurationMs = Field(default=30 * _MINUTE, ge=5 * _MINUTE)
    whole: DurationMs = Field(default=14 * _HOUR, ge=5 * _MINUTE)
    secure_cookies: bool = False
    invented: Path | None = None
