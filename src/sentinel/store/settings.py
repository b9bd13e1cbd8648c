"""Where readings are kept: the section `store:` of a configuration."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sentinel.document.scalars import DurationMs, SizeBytes
from sentinel.domain.errors import StoreError


class StoreKind(StrEnum):
    """The stores there are."""

    SQLITE = "sqlite"
    VICTORIA_METRICS = "victoria-metrics"
    INFLUXDB2 = "influxdb2"
    INFLUXDB3 = "influxdb3"


class StoreSettings(BaseModel):
    """Where readings are kept, and for how long.

    url: Of the database; not for sqlite. read_url: Where it is asked, if elsewhere (a
        VictoriaMetrics cluster writes to vminsert and reads from vmselect).
    org, bucket: InfluxDB 2's names; InfluxDB 3 calls the bucket a database; VictoriaMetrics has
        neither, there the bucket becomes the label `db`.
    token_env, token_file: Where the token is; never written into the file itself.
    keep: SQLite unlinks older days. A database keeps by its own setting.
    keep_rejections, most_rejections, most_rejections_size: Rejections stay so long, and so many at
        most; and no more than fit a file of that size. The oldest go first.
    timeout: For one answer of the database.
    gzip: Compress what is sent; off pays only where the database is on this machine.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: StoreKind = StoreKind.SQLITE
    url: str = ""
    read_url: str = ""
    org: str = ""
    bucket: str = "sentinel"
    token_env: str = ""
    token_file: Path | None = None
    keep: DurationMs = 90 * 86_400_000
    keep_rejections: DurationMs = 30 * 86_400_000
    most_rejections: int = Field(default=1_000_000, ge=1)
    most_rejections_size: SizeBytes = Field(default=1_000_000_000, ge=1_000_000)
    timeout: DurationMs = 10_000
    gzip: bool = True

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.kind is StoreKind.SQLITE:
            if self.url:
                message = "`url` is for a database; with `kind: sqlite` leave it out"
                raise ValueError(message)
            return self
        for name in ("url", "read_url"):
            url = urlsplit(getattr(self, name))
            if (name == "url" or url.geturl()) and not (
                url.scheme in {"http", "https"} and url.hostname
            ):
                message = f"`{name}` must be such as `http://host:8428` with `kind: {self.kind}`"
                raise ValueError(message)
        if self.token_env and self.token_file:
            message = "the token comes from `token_env` or from `token_file`, not from both"
            raise ValueError(message)
        return self

    def token(self) -> str:
        """Return the token, empty if none is set.

        Raises:
            StoreError: It is not where the settings say.
        """
        if self.token_env:
            found = os.environ.get(self.token_env)
            if found is None:
                message = (
                    f"store: `token_env`: there is no environment variable {self.token_env!r}; "
                    "set it for this service"
                )
                raise StoreError(message)
            return found.strip()
        if self.token_file is None:
            return ""
        try:
            return self.token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            message = f"store: `token_file`: {str(self.token_file)!r} cannot be read: {error}"
            raise StoreError(message) from error
