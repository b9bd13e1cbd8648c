"""The same question to three databases: the fields of one series in a span of time."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import msgspec
import numpy as np

from sentinel.domain.errors import StoreDown, StoreError
from sentinel.domain.rank import Rank
from sentinel.store.contract import RankPoint, StoredReadings
from sentinel.store.settings import StoreSettings

Points = dict[str, dict[int, float]]
"""Field to time (ms) to value."""

_EARLIEST_MS, _LATEST_MS = -(2**63) // 1_000_000 + 1, 2**63 // 1_000_000
"""What fits into 64 bits of nanoseconds: as far as these databases count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Points of `measurement` with all of `tags`, start <= time < end; the newest `limit`."""

    measurement: str
    tags: Mapping[str, str]
    start_ms: int
    end_ms: int
    limit: int | None = None

    def span(self) -> tuple[int, int]:
        """Return start and end as far as databases can count."""
        start = min(max(self.start_ms, _EARLIEST_MS), _LATEST_MS)
        return start, min(max(self.end_ms, start), _LATEST_MS)


class Asker(Protocol):
    """One database's way to answer."""

    def ask(self, question: Question) -> Points:
        """Return the points; more than were asked for do no harm.

        Raises:
            StoreDown: No answer.
            StoreError: The database refused the question.
        """
        ...


def as_readings(points: Points, limit: int | None) -> StoredReadings:
    """Return points of readings as columns; each reading has a quality, so that it leads."""
    quality = points.get("q", {})
    times = sorted(quality)
    times = times if limit is None else times[max(0, len(times) - limit) :]
    time = np.array(times, np.int64)

    def column(name: str, missing: float) -> np.ndarray[Any, np.dtype[np.float64]]:
        values = points.get(name, {})
        return np.array([values.get(at, missing) for at in times], np.float64)

    return StoredReadings(
        time=time,
        received=time + column("lag_ms", 0).astype(np.int64),
        value=column("v", np.nan),
        quality=column("q", 0).astype(np.uint8),
        flags=column("flags", 0).astype(np.uint16),
    )


def as_ranks(points: Points) -> list[RankPoint]:
    """Return points of findings as conditions."""
    blind = points.get("blind", {})
    return [
        RankPoint(time=at, rank=Rank(int(rank)), blind=bool(blind.get(at, 0)))
        for at, rank in sorted(points.get("rank", {}).items())
    ]


@contextmanager
def answering(
    settings: StoreSettings, path: str, query: Mapping[str, str], body: object = None
) -> Iterator[HTTPResponse]:
    """Give what a path under the reading address answers, to be read and made sense of inside.

    Args:
        settings: Whom to ask.
        path: Under the address.
        query: Of the address.
        body: Sent as JSON if there is one.

    Raises:
        StoreDown: No answer, or half of one.
        StoreError: The question was refused, or the answer makes no sense.
    """
    url = f"{(settings.read_url or settings.url).rstrip('/')}{path}"
    request = Request(  # noqa: S310 -- settings take http and https only
        f"{url}?{urlencode(query)}" if query else url,
        data=None if body is None else msgspec.json.encode(body),
        headers=_headers(settings),
    )
    try:
        with _opener.open(request, timeout=settings.timeout / 1000) as answer:
            yield answer
    except HTTPError as error:
        message = f"store: {url}: {settings.kind} answers {error.code}: {_said(error)}"
        raise (StoreDown if error.code >= 500 else StoreError)(message) from error  # noqa: PLR2004
    except (OSError, HTTPException) as error:
        message = f"store: {url}: {settings.kind} does not answer: {error!s}"
        raise StoreDown(message) from error
    except (msgspec.MsgspecError, LookupError, TypeError, ValueError) as error:
        message = (
            f"store: {url}: the answer must be one of {settings.kind}; {error}; "
            "is it the address of something else?"
        )
        raise StoreError(message) from error


def lines_of(answer: HTTPResponse) -> Iterator[bytes]:
    """Yield the lines of an answer as they come.

    Raises:
        IncompleteRead: It ends before its time.
    """
    for line in answer:
        if not line.endswith(b"\n") and answer.length:
            break
        yield line
    if answer.length:
        nothing_more = b""
        raise IncompleteRead(nothing_more, answer.length)


def _said(error: HTTPError) -> str:
    with error, suppress(OSError, HTTPException):
        return error.read().decode(errors="replace")[:300]
    return ""


def _headers(settings: StoreSettings) -> dict[str, str]:
    token = settings.token()
    return {"Content-Type": "application/json"} | (
        {"Authorization": f"Bearer {token}"} if token else {}
    )


_opener = build_opener(ProxyHandler({}))
