"""The API asked from another process, with the answers of `View`."""

from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from sentinel.console.shapes import PREFIX, Acceptance, Detail, ListShape, OrderShape, TakenShape
from sentinel.console.view import NotFoundError, write_place
from sentinel.domain.errors import ServiceError
from sentinel.warn.listing import Chosen

_SECONDS = 10.0
_T = TypeVar("_T", bound=BaseModel)


class DeskClient:
    """A desk that runs on this machine.

    Args:
        host: Where it is bound; every address of the machine is called by loopback's.
        port: Of its pages and API.
    """

    def __init__(self, host: str, port: int) -> None:
        here = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 -- compared
        where = f"[{here}]" if ":" in here else here
        self._client = httpx.Client(
            base_url=f"http://{where}:{port}{PREFIX}",
            headers={"host": "localhost"},  # the guard knows loopback's names, and maybe no other
            timeout=_SECONDS,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        """Return the client; leaving closes its connection."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def page(self, chosen: Chosen) -> ListShape:
        """Return one page of warnings."""
        query = {
            "state": chosen.which.value,
            "rank": chosen.least.word,
            "area": chosen.area,
            "limit": str(chosen.limit),
            "after": write_place(chosen.after) if chosen.after else "",
        }
        return self._read(ListShape, self._ask("GET", "/warnings", params=query))

    def detail(self, warning: str) -> Detail:
        """Return one warning with all that belongs to it."""
        return self._read(Detail, self._ask("GET", f"/warnings/{quote(warning, safe='')}"))

    def accept(self, warning: str, acceptance: Acceptance) -> OrderShape | TakenShape:
        """Accept a warning's order, once."""
        path = f"/warnings/{quote(warning, safe='')}/accept"
        answer = self._ask("POST", path, json=acceptance.model_dump())
        if answer.status_code == httpx.codes.CONFLICT:
            return TakenShape.model_validate_json(answer.content)
        return self._read(OrderShape, answer)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        json: dict[str, str] | None = None,
    ) -> httpx.Response:
        try:
            return self._client.request(method, path, params=params, json=json)
        except httpx.HTTPError as error:
            message = f"desk: it does not answer at {self._client.base_url}: {error}"
            raise ServiceError(message) from error

    def _read(self, shape: type[_T], answer: httpx.Response) -> _T:
        if answer.is_success:
            return shape.model_validate_json(answer.content)
        told = _refusal(answer)
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFoundError(told)
        raise ServiceError(told)


def _refusal(answer: httpx.Response) -> str:
    try:
        return f"desk: {answer.json()['error']}"
    except (ValueError, KeyError, TypeError):
        return f"desk: it answered with status {answer.status_code} and no reason"
