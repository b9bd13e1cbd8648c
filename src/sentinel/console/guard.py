"""Who may speak to the server at all: asked before any page, API or socket sees a request."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sentinel.observe.events.desk import RequestRefused

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_POLICY = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    b"style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    b"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""NiceGUI starts itself with scripts in the page and lets Vue compile templates there, hence the
two words after `script-src 'self'`; whatever a page loads must come from this server."""
_ZEROS = (b"\x00", b"\\u0000")
_NO_ZEROS = "no address and no text here holds a zero byte"
"""PostgreSQL keeps none, and what reads on to the next one has fooled many."""
_HEADERS = [
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]


class Guard:
    """Refuses foreign hosts and origins, large bodies and zero bytes; sets the security headers.

    A host name that is not ours may be a foreign page that let its own name point here; a foreign
    origin is another page that uses a person's browser to act in their name.

    Args:
        app: What it guards.
        hosts: Names by which the server may be called, besides loopback's.
        body_bytes: A larger request is refused.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], body_bytes: int) -> None:
        self._app = app
        self._hosts = {host.lower() for host in (*_LOOPBACK, *hosts)}
        self._body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if refusal:
            await _refuse(scope, receive, send, *refusal)
            return
        if scope["type"] == "http" and scope["method"] not in _SAFE_METHODS:
            body = await self._body(receive)
            if body is None:
                message = f"a request may hold {self._body_bytes} bytes at most"
                await _refuse(scope, receive, send, 413, "too_large", message)
                return
            if any(zero in body for zero in _ZEROS):
                await _refuse(scope, receive, send, 400, "zero_byte", _NO_ZEROS)
                return
            receive = _replaying(body, receive)
        await self._app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: dict[bytes, str]) -> tuple[int, str, str] | None:
        host = headers.get(b"host", "")
        if _name(host) not in self._hosts:
            message = f"this server is not called {host!r}; name it in `desk.hosts` if it should be"
            return 421, "unknown_host", message
        if "\x00" in scope["path"] or b"%00" in scope.get("query_string", b""):
            return 400, "zero_byte", _NO_ZEROS
        acts = scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
        if acts and not _is_from_here(headers, host):
            message = f"pages of another site may not act here; this came from {_origin(headers)!r}"
            return 403, "foreign_origin", message
        return None

    async def _body(self, receive: Receive) -> bytes | None:
        """Return the whole body, None if it is too large."""
        body = b""
        while True:
            message = await receive()
            part: bytes = message.get("body", b"")
            body += part
            if len(body) > self._body_bytes:
                return None
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                return body


def _name(host: str) -> str:
    """Return the name in `name:port`, empty if it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _origin(headers: dict[bytes, str]) -> str:
    return headers.get(b"origin", headers.get(b"sec-fetch-site", ""))


def _is_from_here(headers: dict[bytes, str], host: str) -> bool:
    """Programs send neither header; browsers send both whenever a page acts."""
    if headers.get(b"sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = headers.get(b"origin")
    try:
        return origin is None or urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:  # `http://[` is an address of nothing
        return False


async def _refuse(
    scope: Scope, receive: Receive, send: Send, status: int, reason: str, message: str
) -> None:
    RequestRefused(reason=reason, path=scope["path"], found=message).emit()
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    answer = JSONResponse({"error": message}, status_code=status, headers={"connection": "close"})
    await answer(scope, receive, _with_headers(send))


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Hand the body on once; after it, what the connection says."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            known = {name.lower() for name, _ in message.get("headers", ())}
            added = [(name, value) for name, value in _HEADERS if name not in known]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return sending
