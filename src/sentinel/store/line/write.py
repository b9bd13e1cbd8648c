"""Lines to the database, and the lines that it will not have."""

import re
from http import HTTPStatus
from typing import Any

import msgspec
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.domain.write_precision import WritePrecision
from influxdb_client.rest import ApiException
from urllib3.exceptions import HTTPError

from sentinel.domain.errors import StoreDown
from sentinel.store.line.encode import READING
from sentinel.store.settings import StoreKind, StoreSettings

_REQUEST = 10_000
"""Lines a request: a megabyte, well below what servers take at most."""

_HOPELESS = 100
"""So many single lines refused and none taken, in one call or several: it may not be the lines, and
one of our own is sent to see."""

_OWN_LINE = f"{READING},device=sentinel,metric=probe v=0.0,q=0i,lag_ms=0i"
"""As any reading, so that a column of another type refuses it too; the database sets the time."""

_OF_THE_LINES = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
_DROPPED = re.compile(r"dropped=(\d+)")


class LineWriter:
    """One connection, used by one thread. Nothing is kept back: what `write` took, is sent."""

    def __init__(self, settings: StoreSettings) -> None:
        self._settings = settings
        self._client = InfluxDBClient(
            url=settings.url,
            token=settings.token(),
            org=settings.org or "-",
            timeout=settings.timeout,
            enable_gzip=settings.gzip,
        )
        if settings.kind is StoreKind.VICTORIA_METRICS and settings.token():
            bearer = {"Authorization": f"Bearer {settings.token()}"}
            self._client.api_client.default_headers.update(bearer)
        self._api = self._client.write_api(write_options=SYNCHRONOUS)
        self._refused_in_a_row = 0

    def write(self, lines: list[str]) -> dict[int, str]:
        """Send the lines; return those refused for good, by position, with what was said.

        A refused request is cut in halves until the lines at fault stand alone. To send a line
        twice does no harm, so the lines beside them are sent again.

        Raises:
            StoreDown: No answer, or one that is not about the lines: a person must look.
        """
        refused: dict[int, str] = {}
        parts = [
            list(range(at, min(at + _REQUEST, len(lines)))) for at in range(0, len(lines), _REQUEST)
        ]
        while parts:
            part = parts.pop()
            said = self._post([lines[at] for at in part])
            if said is None:
                self._refused_in_a_row = 0
                continue
            bad = _named(said, part)
            if len(part) == 1 and not bad:
                self._doubt(said)
                bad = part
            refused |= dict.fromkeys(bad, _words(said))
            parts += _rest(part, bad)
        return refused

    def close(self) -> None:
        """Close the connection."""
        self._api.close()  # type: ignore[no-untyped-call]
        self._client.close()  # type: ignore[no-untyped-call]

    def _doubt(self, said: str) -> None:
        """Count single lines refused without a name, over calls; see whether any would be taken.

        A device that sends what is refused may be the only one to speak for a night.
        """
        self._refused_in_a_row += 1
        if self._refused_in_a_row < _HOPELESS:
            return
        if self._post([_OWN_LINE]) is not None:
            raise StoreDown(self._told(f"refuses every line: {_words(said)}"))
        self._refused_in_a_row = 0

    def _post(self, lines: list[str]) -> str | None:
        """Send one request; return the answer if lines of it were refused."""
        try:
            self._api.write(
                bucket=self._settings.bucket,
                record="\n".join(lines).encode(),
                write_precision=WritePrecision.MS,  # type: ignore[arg-type]  # it is a str there
            )
        except ApiException as error:
            if error.status in _OF_THE_LINES:
                return str(error.body or error.reason)
            raise StoreDown(self._told(_why(error))) from error
        except (HTTPError, OSError) as error:
            raise StoreDown(self._told(f"does not answer: {error}")) from error
        return None

    def _told(self, what: str) -> str:
        return f"store: {self._settings.url}: {self._settings.kind} {what}; it is tried again"


def _why(error: ApiException) -> str:
    said = _words(str(error.body or error.reason))
    match error.status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return f"does not accept the token ({error.status}): {said}; mend `token_env`"
        case HTTPStatus.NOT_FOUND:
            return f"knows no such bucket or address (404): {said}; mend `url`, `org` or `bucket`"
        case _:
            return f"answers {error.status}: {said}"


def _named(said: str, part: list[int]) -> list[int]:
    """Return the positions that an answer names as refused, by their numbers or as all of them."""
    dropped = _DROPPED.search(said)
    if dropped and int(dropped[1]) == len(part):
        return part
    answer = _decoded(said)
    errors = answer.get("data") if isinstance(answer, dict) else None
    numbers = [one.get("line_number") for one in errors or () if isinstance(one, dict)]
    return [part[n - 1] for n in numbers if isinstance(n, int) and 1 <= n <= len(part)]


def _rest(part: list[int], bad: list[int]) -> list[list[int]]:
    """Return what is to be sent again: all but the lines named, or two halves if none was."""
    if bad:
        left = sorted(set(part) - set(bad))
        return [left] if left else []
    half = len(part) // 2
    return [part[half:], part[:half]]


def _words(said: str) -> str:
    """Return the message in an answer, short enough for one line."""
    answer = _decoded(said)
    if isinstance(answer, dict):
        data = answer.get("data")
        first = data[0] if isinstance(data, list) and data else {}
        detail = first.get("error_message") if isinstance(first, dict) else None
        said = str(detail or answer.get("message") or answer.get("error") or said)
    text = " ".join(said.split())
    return text if len(text) <= 300 else text[:297] + "..."  # noqa: PLR2004 -- a line for a person


def _decoded(said: str) -> Any:  # noqa: ANN401 -- a server may answer anything
    try:
        return msgspec.json.decode(said)
    except msgspec.DecodeError:
        return None
