"""Who asks is known before any page, route or stream sees the request; strangers get no further."""

import asyncio
from collections.abc import Callable, Iterable
from urllib.parse import quote

from anyio import to_thread
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sentinel.console.cookies import Carried, Cookies
from sentinel.console.people import PeopleDesk
from sentinel.console.shapes import PREFIX
from sentinel.console.who import SIGN_IN_FIRST
from sentinel.domain.access import Session
from sentinel.domain.errors import SentinelError
from sentinel.domain.person import Person
from sentinel.observe.events.people import CallerUnknown

SIGN_IN = "/sign-in"
"""Where the page is on which people sign in, and below it what that page loads."""
_LOOK_SECONDS = 10.0
"""So long after a session has ended, its streams end."""
_SOCKETS = "/_nicegui_ws/"
"""NiceGUI's own socket carries nothing of the city, and a page that loses it is loaded anew, with
all that was typed; so it is asked for a session only when it opens."""
_OPEN = (SIGN_IN, f"{SIGN_IN}/*", "/favicon.ico")
_OPEN_POST = f"{PREFIX}/session"


class _Known:
    """Who asks: nobody if `person` is None, and then why. session: None for a machine."""

    def __init__(
        self, person: Person | None = None, session: Session | None = None, reason: str = ""
    ) -> None:
        self.person = person
        self.session = session
        self.reason = reason


class SignIn:
    """Puts the `Person` who asks into `scope["state"]["person"]`, or answers strangers itself.

    Strangers get 401 from the API and are led to the sign-in page from any other. Whoever is
    known stays so for as long as the answer lasts: a stream ends soon after its session does, and
    when what they hold has changed, for it was begun by what they held before.

    Args:
        app: What only people who are known may ask.
        people: Knows them.
        cookies: How browsers carry their session.
        open_paths: Further paths for everybody, to be read only; `*` at the end for any below.
    """

    def __init__(
        self, app: ASGIApp, *, people: PeopleDesk, cookies: Cookies, open_paths: Iterable[str] = ()
    ) -> None:
        self._app = app
        self._people = people
        self._cookies = cookies
        self._open = (*_OPEN, *open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        carried = self._cookies.carried(scope)
        try:
            known = await to_thread.run_sync(self._look, carried)
        except SentinelError as error:
            await _answer(scope, receive, send, JSONResponse({"error": str(error)}, 503))
            return
        if known.person is None and not self._is_open(scope):
            CallerUnknown(reason=known.reason, path=scope["path"]).emit()
            await _answer(scope, receive, send, _refusal(scope, known.reason))
            return
        told = {"person": known.person, "session": known.session, "carried": carried}
        scope["state"] = {**scope.get("state", {}), **told}
        if known.person and not scope["path"].startswith(_SOCKETS):
            send = _Watched(send, lambda: self._look(carried).person == known.person)
        await self._app(scope, receive, send)

    def _look(self, carried: Carried) -> _Known:
        if carried.token:
            machine = self._people.person_of_token(carried.token)
            return _Known(machine, reason="token")
        if not carried.session:
            return _Known(reason="none")
        session = self._people.session(carried.session)
        if session is None:
            return _Known(reason="session")
        if carried.page_of not in {"", session.person.id}:
            return _Known(reason="person")
        return _Known(session.person, session)

    def _is_open(self, scope: Scope) -> bool:
        if scope["type"] != "http":
            return False
        path: str = scope["path"]
        if scope["method"] == "POST":
            return path == _OPEN_POST
        return scope["method"] in {"GET", "HEAD"} and any(_fits(path, one) for one in self._open)


class _Watched:
    """Looks now and then, while an answer goes on and on, whether it still may."""

    def __init__(self, send: Send, may_go_on: Callable[[], bool]) -> None:
        self._send = send
        self._may_go_on = may_go_on
        self._looked_at = asyncio.get_running_loop().time()

    async def __call__(self, message: Message) -> None:
        if _goes_on(message) and await self._is_over():
            await self._send(_end_of(message))
            reason = "the session has ended"
            raise ConnectionAbortedError(reason)
        await self._send(message)

    async def _is_over(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._looked_at < _LOOK_SECONDS:
            return False
        self._looked_at = now
        return not await to_thread.run_sync(self._may_go_on)


def _goes_on(message: Message) -> bool:
    if message["type"] == "http.response.body":
        return bool(message.get("more_body"))
    return bool(message["type"] == "websocket.send")


def _end_of(message: Message) -> Message:
    if message["type"] == "websocket.send":
        return {"type": "websocket.close", "code": 1008}
    return {"type": "http.response.body", "body": b""}


def _fits(path: str, pattern: str) -> bool:
    if pattern.endswith("*"):
        return path.startswith(pattern[:-1])
    return path == pattern


def _refusal(scope: Scope, reason: str) -> Response:
    if _is_page(scope):
        query = scope["query_string"].decode("latin-1")
        asked = scope["path"] + (f"?{query}" if query else "")
        return RedirectResponse(f"{SIGN_IN}?next={quote(asked, safe='')}", 303)
    told = {
        "error": SIGN_IN_FIRST,
        "reason": "other_person" if reason == "person" else "signed_out",
    }
    return JSONResponse(told, 401, headers={"www-authenticate": "Bearer"})


def _is_page(scope: Scope) -> bool:
    """Whether a person looks at what is answered; programs and scripts want to be told."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(PREFIX):
        return False
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])


async def _answer(scope: Scope, receive: Receive, send: Send, answer: Response) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    answer.headers["cache-control"] = "no-store"
    await answer(scope, receive, send)
