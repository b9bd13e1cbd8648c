"""The API asked from another process, with the answers of `View`."""

from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from sentinel.console.case_shapes import CaseDetail, CasesShape
from sentinel.console.places import write_place
from sentinel.console.plainly import NotAllowedError, NotFoundError
from sentinel.console.record_shapes import ExplainedShape
from sentinel.console.shapes import PREFIX, Acceptance, Detail, ListShape, OrderShape, TakenShape
from sentinel.domain.errors import ServiceError
from sentinel.warn.listing import Chosen, ChosenCases

_SECONDS = 10.0
_T = TypeVar("_T", bound=BaseModel)


class DeskClient:
    """A desk that runs on this machine.

    Args:
        host: Where it is bound; every address of the machine is called by loopback's.
        port: Of its pages and API.
        key: Says who asks; sent as a bearer token.
    """

    def __init__(self, host: str, port: int, key: str) -> None:
        here = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 -- compared
        where = f"[{here}]" if ":" in here else here
        self._client = httpx.Client(
            base_url=f"http://{where}:{port}{PREFIX}",
            # the guard knows loopback's names, and maybe no other
            headers={"host": "localhost", "authorization": f"Bearer {key}"},
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
        """Accept the order of a warning's case, once.

        Raises:
            NotAllowedError: In the desk's words.
        """
        path = f"/warnings/{quote(warning, safe='')}/accept"
        answer = self._ask("POST", path, json=acceptance.model_dump())
        if answer.status_code == httpx.codes.CONFLICT and "order" in answer.json():
            return TakenShape.model_validate_json(answer.content)
        return self._read(OrderShape, answer)

    def cases(self, chosen: ChosenCases) -> CasesShape:
        """Return one page of cases."""
        query = {
            "queue": chosen.queue.value,
            "rank": chosen.least.word,
            "area": chosen.area,
            "unit": chosen.unit,
            "limit": str(chosen.limit),
        }
        if chosen.parent is not None:
            query["parent"] = chosen.parent
        return self._read(CasesShape, self._ask("GET", "/cases", params=query))

    def case(self, case: str) -> CaseDetail:
        """Return one case with everything that belongs to it."""
        return self._read(CaseDetail, self._ask("GET", f"/cases/{quote(case, safe='')}"))

    def explain(self, warning: str) -> ExplainedShape:
        """Return why a warning is where it is."""
        return self._read(ExplainedShape, self._ask("GET", f"/explain/{quote(warning, safe='')}"))

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
        if answer.status_code in {httpx.codes.FORBIDDEN, httpx.codes.UNPROCESSABLE_ENTITY}:
            raise NotAllowedError(told)
        raise ServiceError(told)


def _refusal(answer: httpx.Response) -> str:
    try:
        return f"desk: {answer.json()['error']}"
    except (ValueError, KeyError, TypeError):
        return f"desk: it answered with status {answer.status_code} and no reason"
