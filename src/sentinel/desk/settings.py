"""The section `desk:` of a configuration."""

from ipaddress import ip_address
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sentinel.desk.channels.settings import Channels
from sentinel.desk.outbox.settings import OutboxSettings
from sentinel.desk.outside.settings import DeadmanSettings, HeadSettings, Target
from sentinel.desk.people.settings import PeopleSettings
from sentinel.desk.publish.settings import PublishSettings
from sentinel.document.scalars import DurationMs


class DeskSettings(BaseModel):
    """Where the desk answers, and where it keeps its warnings.

    host, port: Where pages and API answer; port 0 chooses a free one.
    hosts: Names by which browsers may call this server. Others are refused, so that no foreign
        page can talk to it by a name of its own. Loopback's names are always among them.
    database: A URL as SQLAlchemy reads it; empty: `desk.sqlite` in the desk's folder.
    poll: Pause between looks at the findings journal while it is quiet.
    most_findings: Taken in one transaction.
    most_streams: Event streams open at once; further ones are refused.
    heartbeat: How often a stream says that it lives.
    people: How long they stay signed in.
    publish: Who speaks in what goes out.
    duty: Who is where, and how long things may take: departments, units, shifts, centres. Without
        it everything goes to a centre that nobody runs.
    plans: Files that say whom to send at once for one kind of event.
    channels: The ways out, by name.
    outbox: How messages are sent over them.
    deadman: Who outside is told that all is well; None: nobody.
    heads: Where the head of the audit trail is kept outside; None: nowhere.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    hosts: tuple[str, ...] = ()
    database: str = ""
    poll: DurationMs = Field(default=100, ge=1)
    most_findings: int = Field(default=5_000, ge=1)
    most_streams: int = Field(default=200, ge=1)
    heartbeat: DurationMs = Field(default=5_000, ge=100)
    people: PeopleSettings = Field(default_factory=PeopleSettings)
    publish: PublishSettings = Field(default_factory=PublishSettings)
    duty: Path | None = None
    plans: tuple[str, ...] = ()
    channels: Channels = Field(default_factory=dict)
    outbox: OutboxSettings = Field(default_factory=OutboxSettings)
    deadman: DeadmanSettings | None = None
    heads: HeadSettings | None = None

    @field_validator("database")
    @classmethod
    def _is_a_url(cls, database: str) -> str:
        if database and "://" not in database:  # what kind it is, is for SQLAlchemy to say
            message = "a database is a URL, such as `postgresql+psycopg://desk@host/sentinel`"
            raise ValueError(message)
        return database

    @model_validator(mode="after")
    def _open_to_others_only_by_name_and_over_https(self) -> Self:
        if _is_loopback(self.host):
            return self
        if not self.hosts:
            message = (
                f"with `host: {self.host}` others can reach the desk: name in `hosts` how their "
                "browsers may call it, such as `hosts: [duty.example.cn]`"
            )
            raise ValueError(message)
        if not self.people.secure_cookies:
            message = (
                f"with `host: {self.host}` passwords go over the network: put a proxy that speaks "
                "HTTPS before the desk, and say so with `people: {secure_cookies: true}`"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _invents_nobody_for_others(self) -> Self:
        if self.people.invented is not None and not _is_loopback(self.host):
            message = (
                f"with `host: {self.host}` others can reach the desk, and everybody could read the "
                "password of invented users; leave out `people.invented`"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _goes_over_channels_that_are_there(self) -> Self:
        targets: list[tuple[str, Target]] = [("deadman", self.deadman)] if self.deadman else []
        targets += [("heads", target) for target in (self.heads.to if self.heads else ())]
        for name, target in targets:
            if target.channel not in self.channels:
                known = ", ".join(f"`{channel}`" for channel in self.channels) or "none"
                message = (
                    f"`{name}`: `channel` must be one of `channels`, of which there are {known}; "
                    f"got {target.channel!r}"
                )
                raise ValueError(message)
        return self

    def where(self, folder: Path) -> str | Path:
        """Return the database's URL, or its path in the desk's folder."""
        return self.database or folder / "desk.sqlite"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
