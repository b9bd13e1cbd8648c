"""What a request carries to say who makes it, and how browsers are given it."""

from typing import NamedTuple

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

SESSION = "sentinel_session"
DEVICE = "sentinel_device"
_DEVICE_SECONDS = 180 * 24 * 3600
_SECURE = frozenset({"https", "wss"})


class Carried(NamedTuple):
    """What says who asks; empty texts: nothing does.

    token: After `Authorization: Bearer`; if there is one, the cookie does not count.
    page_of: Id of the person whose page it is, where a page says so.
    """

    token: str
    session: str
    device: str
    page_of: str
    address: str


class Cookies:
    """Cookies that scripts cannot read and other sites cannot send.

    Args:
        secure: Over HTTPS only, even if a request seems to come without.
    """

    def __init__(self, *, secure: bool = False) -> None:
        self._secure = secure

    def carried(self, scope: Scope) -> Carried:
        """Return what a request carries."""
        asked = HTTPConnection(scope)
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        return Carried(
            token=token.strip() if scheme.lower() == "bearer" else "",
            session=asked.cookies.get(self._name(scope, SESSION), ""),
            device=asked.cookies.get(self._name(scope, DEVICE), ""),
            page_of=asked.headers.get("sentinel-person", ""),
            address=asked.client.host if asked.client else "",
        )

    def give(self, scope: Scope, answer: Response, session: str, device: str) -> None:
        """Give the browser its session, until it is closed, and itself a name for longer."""
        self._set(scope, answer, SESSION, session, None)
        self._set(scope, answer, DEVICE, device, _DEVICE_SECONDS)

    def take(self, scope: Scope, answer: Response) -> None:
        """Take the session from the browser; who it is, it still knows."""
        self._set(scope, answer, SESSION, "", 0)

    def _set(
        self, scope: Scope, answer: Response, name: str, value: str, max_age: int | None
    ) -> None:
        answer.set_cookie(
            self._name(scope, name),
            value,
            max_age=max_age,
            secure=self._is_secure(scope),
            httponly=True,
            samesite="strict",
        )

    def _name(self, scope: Scope, name: str) -> str:
        """A name with this prefix cannot be set by a neighbour, nor without HTTPS."""
        return f"__Host-{name}" if self._is_secure(scope) else name

    def _is_secure(self, scope: Scope) -> bool:
        return self._secure or scope.get("scheme") in _SECURE
