"""The ways out: `channels` of the section `desk:`."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sentinel.desk.channels.secret import Secret
from sentinel.document.scalars import DurationMs


def _as_text(value: Any) -> Any:  # noqa: ANN401 -- whatever was written
    """`version: 5` is a number to YAML and a name to us."""
    return str(value) if type(value) is int else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TlsSettings(_Strict):
    """How the other side shows who it is, and how we do. PEM files.

    ca_file: Who vouches for the other side; without it, those the machine trusts.
    cert_file, key_file: Our own certificate, if it is asked for.
    """

    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.cert_file is None) != (self.key_file is None):
            message = "`cert_file` and `key_file` go together; got only one of them"
            raise ValueError(message)
        return self


class _ChannelSettings(_Strict):
    """What every channel has.

    concurrency: Messages under way at once; no other channel waits for them.
    timeout: For the other side to take one.
    languages: In which words are sent, one after the other, where a person reads them.
    """

    concurrency: int = Field(default=2, ge=1, le=32)
    timeout: DurationMs = Field(default=15_000, ge=100, le=300_000)
    languages: Annotated[tuple[str, ...], Field(min_length=1)] = ("zh",)


class _AddressSettings(_ChannelSettings):
    """A channel whose URL may itself be a secret.

    url_env, url_file: Where the URL is.
    """

    url_env: str = ""
    url_file: Path | None = None


class AppriseSettings(_AddressSettings):
    """Whatever Apprise reaches: mail, SMS gateways, WeCom, DingTalk, Feishu, ...

    The URL comes from the environment or a file, since it holds secrets. `{address}` in it stands
    for the address of a message; without it every message goes to the same place.
    """

    kind: Literal["apprise"]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _one_of(self, "url_env", "url_file")
        return self

    def secret_url(self) -> Secret:
        """Return where the URL is."""
        return Secret("url", self.url_env, self.url_file)


class _HttpSettings(_AddressSettings):
    """A server that is posted to. url: Where, if that is no secret. tls: Certificates."""

    url: str = ""
    tls: TlsSettings | None = None

    @model_validator(mode="after")
    def _has_url(self) -> Self:
        _one_of(self, "url", "url_env", "url_file")
        return self

    def where(self) -> str:
        """Return the URL.

        Raises:
            ServiceError: It is not where the settings say.
        """
        return self.url or Secret("url", self.url_env, self.url_file).read()


class WebhookSettings(_HttpSettings):
    """A server that gets signed JSON.

    secret_env, secret_file: Where the key of the signature is; one a line: each of them signs, so
        that a key can be changed on one side after the other.
    """

    kind: Literal["webhook"]
    secret_env: str = ""
    secret_file: Path | None = None

    @model_validator(mode="after")
    def _is_signed(self) -> Self:
        _one_of(self, "secret_env", "secret_file")
        return self

    def secret(self) -> Secret:
        """Return where the key of the signature is."""
        return Secret("secret", self.secret_env, self.secret_file)


class AlertmanagerSettings(_HttpSettings):
    """A server that understands what Prometheus' Alertmanager posts, version 4.

    receiver: Its name in the body.
    token_env, token_file: Where its bearer token is, if it wants one.
    """

    kind: Literal["alertmanager"]
    receiver: str = "sentinel"
    token_env: str = ""
    token_file: Path | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.token_env or self.token_file:
            _one_of(self, "token_env", "token_file")
        return self

    def token(self) -> str:
        """Return the token, empty if none is set.

        Raises:
            ServiceError: It is not where the settings say.
        """
        if not (self.token_env or self.token_file):
            return ""
        return Secret("token", self.token_env, self.token_file).read()


class MqttSettings(_ChannelSettings):
    """A broker, at QoS 1.

    topic: `{audience}`, `{to}`, `{address}` and `{rank}` stand for those of the message.
    version: "5" or "3.1.1"; only 5 tells us that nobody has subscribed.
    retain: Whether the broker keeps the last message for those who come later.
    """

    kind: Literal["mqtt"]
    host: str = "127.0.0.1"
    port: int = Field(default=1883, ge=1, le=65535)
    topic: str = Field(default="sentinel/notices/{audience}/{to}", min_length=1)
    version: Annotated[Literal["5", "3.1.1"], BeforeValidator(_as_text)] = "5"
    retain: bool = False
    username: str = ""
    password_env: str = ""
    password_file: Path | None = None
    tls: TlsSettings | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.password_env or self.password_file:
            _one_of(self, "password_env", "password_file")
            if not self.username:
                message = "a password needs a `username`"
                raise ValueError(message)
        if "+" in self.topic or "#" in self.topic:
            message = f"`topic` is published to, so it has no + and no #; got {self.topic!r}"
            raise ValueError(message)
        return self

    def password(self) -> str | None:
        """Return the password, None if none is set.

        Raises:
            ServiceError: It is not where the settings say.
        """
        if not (self.password_env or self.password_file):
            return None
        return Secret("password", self.password_env, self.password_file).read()


class LogSettings(_ChannelSettings):
    """A file of JSON lines. file: From the desk's folder, unless it begins with /."""

    kind: Literal["log"]
    file: str = Field(default="notices.jsonl", min_length=1)


ChannelSettings = Annotated[
    AppriseSettings | WebhookSettings | AlertmanagerSettings | MqttSettings | LogSettings,
    Field(discriminator="kind"),
]
ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=32)]
Channels = dict[ChannelName, ChannelSettings]


def _one_of(settings: BaseModel, *names: str) -> None:
    given = [name for name in names if getattr(settings, name)]
    if len(given) != 1:
        *others, last = (f"`{name}`" for name in names)
        got = " and ".join(f"`{name}`" for name in given) or "none"
        message = f"exactly one of {', '.join(others)} and {last} must be given; got {got}"
        raise ValueError(message)
