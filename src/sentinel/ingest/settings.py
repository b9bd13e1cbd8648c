"""Where messages come from: the section `ingest:` of a configuration."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from sentinel.document.scalars import DurationMs, SizeBytes
from sentinel.domain.errors import ServiceError


def _as_text(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    """`version: 5` is a number to YAML and a name to us."""
    return str(value) if type(value) is int else value


class TlsSettings(BaseModel):
    """How the broker shows who it is, and how we do. PEM files.

    ca_file: Who vouches for the broker; without it, those the machine trusts.
    cert_file, key_file: Our own certificate, if the broker asks for one.
    key_password_env, key_password_file: Opens the key if it is encrypted; never in the file itself.
    check_host: Off only if the broker's certificate bears another name than `host`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    key_password_env: str = ""
    key_password_file: Path | None = None
    check_host: bool = True

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.cert_file is None) != (self.key_file is None):
            message = "`cert_file` and `key_file` go together; got only one of them"
            raise ValueError(message)
        if self.key_password_env and self.key_password_file:
            message = (
                "the key's password comes from `key_password_env` or `key_password_file`, "
                "not from both"
            )
            raise ValueError(message)
        if (self.key_password_env or self.key_password_file) and self.key_file is None:
            message = "a key's password is that of a `key_file`; there is none"
            raise ValueError(message)
        return self

    def key_password(self) -> str | None:
        """Return the password of the key, None if none is set.

        Raises:
            ServiceError: It is not where the settings say.
        """
        return _secret("ingest.tls: `key_password", self.key_password_env, self.key_password_file)


class IngestSettings(BaseModel):
    """The broker, the session kept there, and how much is taken in at once.

    version: "5" or "3.1.1"; 5 has the receive maximum, and keeps the session for a said time.
    client_id: The session's name at the broker. Never changed without need: what is queued under
        the old name stays there. One listener a name.
    topics: What to subscribe to. Empty: the topics of all formats.
    qos: 1 for what must not be lost; 0 takes what comes.
    username, password_env, password_file: The password is never written into the file itself.
    keep_alive: How long a silent connection is trusted.
    session_expiry: How long the broker keeps the session, and its queue, while we are away.
    receive_maximum: How many unacknowledged messages the broker may have on the way (MQTT 5).
    largest_payload: A longer one is journalled as its first 1 kB and becomes a rejection.
    batch, batch_size: About the most messages, and bytes, in one row of the journal.
    inbox, inbox_size: How many messages, and bytes, may wait for the disk; beyond, QoS 0 is
        dropped and counted, QoS 1 left with the broker.
    connect_timeout: For the connection and its encryption to stand.
    reconnect_first, reconnect_most: Pause after a first failure, doubled up to the second.
    drops_topic: Where the broker says how many messages it dropped; empty: nowhere.
    probe_topic: Published to and subscribed by the listener itself, to see when a backlog is
        through; empty, or forbidden by the broker: only a second without messages shows it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=1883, ge=1, le=65535)
    version: Annotated[Literal["5", "3.1.1"], BeforeValidator(_as_text)] = "5"
    client_id: str = Field(default="sentinel", min_length=1, max_length=128)
    topics: tuple[str, ...] = ()
    qos: Literal[0, 1] = 1
    username: str = ""
    password_env: str = ""
    password_file: Path | None = None
    tls: TlsSettings | None = None
    keep_alive: DurationMs = Field(default=30_000, ge=5_000, le=3_600_000)
    session_expiry: DurationMs = Field(default=7 * 86_400_000, ge=60_000)
    receive_maximum: int = Field(default=2_000, ge=1, le=65_535)
    largest_payload: SizeBytes = Field(default=1_048_576, ge=1024, le=16_777_216)
    batch: int = Field(default=4_000, ge=1, le=50_000)
    batch_size: SizeBytes = Field(default=8_388_608, ge=65_536, le=268_435_456)
    inbox: int = Field(default=20_000, ge=1, le=1_000_000)
    inbox_size: SizeBytes = Field(default=67_108_864, ge=65_536)
    connect_timeout: DurationMs = Field(default=5_000, ge=100)
    reconnect_first: DurationMs = Field(default=500, ge=10)
    reconnect_most: DurationMs = Field(default=30_000, ge=10)
    drops_topic: str = "$SYS/broker/publish/messages/dropped"
    probe_topic: str = "sentinel/probe/{client_id}"

    @field_validator("host")
    @classmethod
    def _is_a_name(cls, host: str) -> str:
        try:
            is_good = bool(host.encode("idna")) and not set(host) & set(" /\0")
        except UnicodeError:
            is_good = False
        if not is_good:
            message = f"a host is a name or an address, such as `broker.example.cn`; got {host!r}"
            raise ValueError(message)
        return host

    @field_validator("topics")
    @classmethod
    def _are_filters(cls, topics: tuple[str, ...]) -> tuple[str, ...]:
        for topic in topics:
            if not is_filter(topic):
                message = f"a topic has + for a whole level and # only at its end; got {topic!r}"
                raise ValueError(message)
        return topics

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.password_env and self.password_file:
            message = "the password comes from `password_env` or `password_file`, not from both"
            raise ValueError(message)
        if (self.password_env or self.password_file) and not self.username:
            message = "a password needs a `username`"
            raise ValueError(message)
        for name, topic in (("drops_topic", self.drops_topic), ("probe_topic", self.probe())):
            if set(topic) & set("+#\0"):
                what = ", with the `client_id` in it," if topic != getattr(self, name) else ""
                message = f"`{name}`{what} must be one topic, without + and #; got {topic!r}"
                raise ValueError(message)
        return self

    def password(self) -> str | None:
        """Return the password, None if none is set.

        Raises:
            ServiceError: It is not where the settings say.
        """
        return _secret("ingest: `password", self.password_env, self.password_file)

    def probe(self) -> str:
        """Return the topic of this listener's own messages, empty for none."""
        return self.probe_topic.replace("{client_id}", self.client_id)


def is_filter(topic: str) -> bool:
    """Say whether `topic` may be subscribed to.

    >>> is_filter("site/+/up"), is_filter("site/#"), is_filter("site/a+"), is_filter("#/up")
    (True, True, False, False)
    """
    levels = topic.split("/")
    return (
        bool(topic)
        and "\0" not in topic
        and all(level == "+" or "+" not in level for level in levels)
        and all("#" not in level for level in levels[:-1])
        and (levels[-1] == "#" or "#" not in levels[-1])
    )


def _secret(name: str, variable: str, file: Path | None) -> str | None:
    """Return what an environment variable or a file holds; `name` is that of the settings."""
    if variable:
        found = os.environ.get(variable)
        if found is None:
            rule = f"there is no environment variable {variable!r}; set it for this service"
            message = f"{name}_env`: {rule}"
            raise ServiceError(message)
        return found
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{name}_file`: {str(file)!r} cannot be read: {error}"
        raise ServiceError(message) from error
