"""Mail, SMS, WeCom, DingTalk, Feishu and what else Apprise reaches."""

import logging
import re
from threading import local
from typing import Self
from urllib.parse import quote

import apprise
from typing_extensions import override

from sentinel.desk.channels.channel import Receipt, header_value, in_words
from sentinel.desk.channels.settings import AppriseSettings
from sentinel.domain.errors import Refused, TryAgain
from sentinel.warn.notice import Message

_HEADER = "X-Idempotency-Key"
_ADDRESS = "{address}"
_ONE_ADDRESS = re.compile(r"[A-Za-z0-9._@+-]{1,254}")
_SMTP = re.compile(r"\(([45])\d\d, b")
"""What smtplib says of a server's refusal: a code and the server's words."""
_HTTP = re.compile(r"error=(\d{3})")
_LATER = frozenset({408, 423, 425, 429})
_SHOWN = 200


class Apprise:
    """Sends by one Apprise URL.

    Apprise says only whether it worked; why not, it writes to its log, which is read here.

    Raises:
        ServiceError: The URL is not where the settings say.
    """

    def __init__(self, settings: AppriseSettings) -> None:
        self._url = settings.secret_url().read()
        self._seconds = settings.timeout / 1000
        self._languages = settings.languages

    def send(self, message: Message) -> Receipt:
        """Return when the server of the first hop has it."""
        plugin = self._plugin(message)
        with _heard() as said:
            taken = plugin.notify(
                title=in_words(message.notice.title, self._languages, " / "),
                body=in_words(message.notice.text, self._languages, "\n"),
            )
        if taken:
            return Receipt(str(plugin.service_name))
        raise _setback(said.lines)

    def _plugin(self, message: Message) -> apprise.NotifyBase:
        """Make a plugin for this one message: they keep state, and are not made for threads."""
        with _heard() as said:
            plugin = apprise.Apprise.instantiate(self._url_for(message))
        wrong = [line for line in said.lines if "invalid" in line.lower()]
        if not isinstance(plugin, apprise.NotifyBase) or wrong:
            reason = "; ".join(wrong) or "the channel's URL is none that Apprise knows"
            raise Refused(reason)
        plugin.socket_connect_timeout = plugin.socket_read_timeout = self._seconds
        headers = getattr(plugin, "headers", None)
        if isinstance(headers, dict):  # those that have a place for it: mail, JSON, XML, form
            headers[_HEADER] = header_value(message.id)
        return plugin

    def _url_for(self, message: Message) -> str:
        """Put the address in; many plugins take several at once, and it must stay one."""
        if _ADDRESS not in self._url:
            return self._url
        if not _ONE_ADDRESS.fullmatch(message.address):
            reason = f"this channel needs one address; got {message.address!r}"
            raise Refused(reason)
        return self._url.replace(_ADDRESS, quote(message.address, safe="@"))


def _setback(lines: list[str]) -> TryAgain | Refused:
    reason = " ".join("; ".join(lines).split())[:_SHOWN] or "Apprise did not say why"
    said = "\n".join(lines)
    smtp, http = _SMTP.search(said), _HTTP.search(said)
    if smtp and smtp[1] == "5":
        return Refused(reason)
    if http and http[1].startswith("4") and int(http[1]) not in _LATER:
        return Refused(reason)
    return TryAgain(reason)


class _Ear(logging.Handler):
    """Keeps what Apprise says on a thread while somebody there listens; else it is lost."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.here = local()

    @override
    def emit(self, record: logging.LogRecord) -> None:
        lines: list[str] | None = getattr(self.here, "lines", None)
        if lines is not None and _is_telling(record):
            lines.append(record.getMessage())


def _is_telling(record: logging.LogRecord) -> bool:
    """Debug lines may hold secrets, but for the one with the mail server's answer."""
    return record.levelno >= logging.WARNING or record.msg.startswith("Socket Exception")


class _heard:  # noqa: N801 -- read as a word
    """What Apprise says on this thread within a block."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __enter__(self) -> Self:
        _ear.here.lines = self.lines
        return self

    def __exit__(self, *_error: object) -> None:
        _ear.here.lines = None


_ear = _Ear()
_logger = logging.getLogger("apprise")
_logger.setLevel(logging.DEBUG)
_logger.propagate = False
_logger.addHandler(_ear)
