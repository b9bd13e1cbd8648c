"""A body posted to a server, and what its answer means."""

import ssl
import time
from email.utils import parsedate_to_datetime

import httpx

from sentinel.desk.channels.channel import Receipt
from sentinel.desk.channels.settings import TlsSettings
from sentinel.domain.clock import Clock
from sentinel.domain.errors import Refused, ServiceError, TryAgain

_LATER = frozenset({408, 423, 425, 429})
"""Not now, by their own meaning: timeout, locked, too early, too many."""
_MOST_BYTES = 4_096
_SHOWN = 200
_LONGEST_PAUSE = 3_600_000
"""A server may ask for a pause, but not silence a red for a day."""


class Post:
    """Posts to one server; several threads may at once.

    Args:
        url: Where; may be a secret, so it is in no text that we make.
        clock: For a pause that the server gives as a time.
        timeout: Milliseconds, for each answer.
        tls: Certificates; None: those the machine trusts.

    Raises:
        ServiceError: The URL or the certificates are not usable.
    """

    def __init__(
        self, url: str, clock: Clock, *, timeout: int, tls: TlsSettings | None = None
    ) -> None:
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            parsed = httpx.URL("")
        if parsed.scheme not in {"http", "https"} or not parsed.host:
            message = "desk: channels: `url` must be such as `https://host/path`; it is not"
            raise ServiceError(message)
        self._url = parsed
        self._clock = clock
        self._seconds = timeout / 1000
        self._client = httpx.Client(timeout=self._seconds, verify=tls_context(tls))

    def send(self, body: bytes, headers: dict[str, str]) -> Receipt:
        """Post; return what the server said when it took it.

        Raises:
            TryAgain: It could not be reached, or said so.
            Refused: It does not want this; redirections are not followed.
        """
        try:
            with self._client.stream("POST", self._url, content=body, headers=headers) as answer:
                return self._judge(answer, self._read(answer))
        except httpx.TimeoutException:
            message = f"no answer within {self._seconds:g} s"
            raise TryAgain(message) from None
        except httpx.HTTPError as error:
            message = f"no connection: {error}" if str(error) else "no connection"
            raise TryAgain(message) from error

    def _read(self, answer: httpx.Response) -> str:
        """Read the beginning of an answer, as long as that takes no longer than one may."""
        until, found = time.monotonic() + self._seconds, b""
        for piece in answer.iter_bytes():
            found += piece
            if len(found) >= _MOST_BYTES or time.monotonic() > until:
                break
        return " ".join(found[:_MOST_BYTES].decode(errors="replace").split())[:_SHOWN]

    def _judge(self, answer: httpx.Response, said: str) -> Receipt:
        told = f"HTTP {answer.status_code}" + (f": {said}" if said else "")
        if answer.is_success:
            return Receipt(told)
        if answer.is_server_error or answer.status_code in _LATER:
            raise TryAgain(told, self._pause(answer.headers.get("retry-after", "")))
        raise Refused(told)

    def _pause(self, asked: str) -> int:
        """Return the pause that a server asks for, as seconds or as a time, in milliseconds."""
        if asked.isascii() and asked.isdigit():
            return min(int(asked[:9]) * 1000, _LONGEST_PAUSE)
        try:
            until = parsedate_to_datetime(asked).timestamp() * 1000
        except ValueError:
            return 0
        return min(max(0, round(until) - self._clock.now()), _LONGEST_PAUSE)


def tls_context(tls: TlsSettings | None) -> ssl.SSLContext:
    """Return what checks certificates.

    Raises:
        ServiceError: The files are not usable.
    """
    tls = tls or TlsSettings()
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
        if tls.cert_file:
            context.load_cert_chain(tls.cert_file, tls.key_file)
    except (OSError, ValueError) as error:
        files = ", ".join(str(one) for one in (tls.ca_file, tls.cert_file, tls.key_file) if one)
        message = f"desk: channels: `tls`: must be readable PEM files; got {files}: {error}"
        raise ServiceError(message) from error
    return context
