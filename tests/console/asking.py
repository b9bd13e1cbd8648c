"""Asking and acting by the API, as somebody of the crowd."""

from typing import Any

from sentinel.domain.person import Person
from tests.console.conftest import Served
from tests.console.crowd import ZHAO

API = "/api/v1"


def get(served: Served, path: str, who: Person = ZHAO, /, **query: Any) -> Any:  # noqa: ANN401 -- JSON
    """Return what the API answers."""
    answer = served.of(who).get(f"{API}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def post(served: Served, path: str, who: Person, status: int = 200, /, **body: Any) -> Any:  # noqa: ANN401 -- JSON
    """Return what the API answers with this status."""
    answer = served.of(who).post(f"{API}/{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def act(
    served: Served,
    case: dict[str, Any],
    who: Person,
    do: str,
    status: int = 200,
    /,
    **more: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401 -- JSON
    """Do one act on a case; `how` and `on_behalf_of` are said beside it."""
    said = {name: more.pop(name) for name in ("how", "on_behalf_of") if name in more}
    return post(served, f"cases/{case['id']}/acts", who, status, act={"do": do, **more}, **said)
