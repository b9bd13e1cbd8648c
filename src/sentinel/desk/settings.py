"""The section `desk:` of a configuration."""

from ipaddress import ip_address
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

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

    @field_validator("database")
    @classmethod
    def _is_a_url(cls, database: str) -> str:
        if database and "://" not in database:  # what kind it is, is for SQLAlchemy to say
            message = "a database is a URL, such as `postgresql+psycopg://desk@host/sentinel`"
            raise ValueError(message)
        return database

    @model_validator(mode="after")
    def _open_to_others_only_by_name(self) -> Self:
        if not self.hosts and not _is_loopback(self.host):
            message = (
                f"with `host: {self.host}` others can reach the desk, and nobody signs in yet; "
                "name in `hosts` how their browsers may call it, such as `hosts: [duty.example.cn]`"
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
