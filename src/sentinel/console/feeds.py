"""What others read without signing in: the Atom feed of CAP messages, and each message."""

from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from sentinel.console.plainly import NotFoundError
from sentinel.console.publish_ports import PublicationDesk
from sentinel.domain.person import Person
from sentinel.publish.cap.feed import TYPE, write_feed

OPEN_PATHS = ("/feeds/*",)
"""For `add_signing`: strangers read here, and see what is public; people see what is theirs too."""
_ATOM = "application/atom+xml"


def feeds_router(desk: PublicationDesk, site: str = "") -> APIRouter:
    """Return the routes of `/feeds`.

    site: Where others reach this server, without a slash at its end; empty: as each caller did.
    """
    router = APIRouter(prefix="/feeds", tags=["feeds"])

    @router.head("/cap.atom", include_in_schema=False)
    @router.get("/cap.atom", response_class=Response)
    def read_feed(request: Request) -> Response:
        base = site or str(request.base_url).rstrip("/")
        issued = desk.issued(_person(request))
        return _answer(request, write_feed(issued, desk.issuer, base), _ATOM)

    @router.head("/cap/{number}.xml", include_in_schema=False)
    @router.get("/cap/{number}.xml", response_class=Response)
    def read_message(
        request: Request, number: Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
    ) -> Response:
        document = desk.document(_person(request), number)
        if document is None:
            message = f"no message {number!r} was issued, or none that you may read"
            raise NotFoundError(message)
        return _answer(request, document, TYPE)

    return router


def _person(request: Request) -> Person | None:
    """Return who reads; None: a stranger."""
    found: Person | None = getattr(request.state, "person", None)
    return found


def _answer(request: Request, body: bytes, media: str) -> Response:
    """Readers ask every minute; what they have already is not sent again."""
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-cache", "vary": "cookie, authorization"}
    known = request.headers.get("if-none-match", "")
    if tag in {part.strip().removeprefix("W/") for part in known.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media, headers=headers)
