"""CAP messages from draft to issue: `/api/v1/publications`."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import Response

from sentinel.console.plainly import NotFoundError
from sentinel.console.publish_ports import PublicationDesk
from sentinel.console.publish_shapes import (
    ApproveForm,
    DiscardForm,
    DraftForm,
    EditForm,
    FollowForm,
    IssueForm,
    PublicationShape,
    PublicationsShape,
    publication_shape,
)
from sentinel.console.shapes import Refusal, RefusedShape, Shape
from sentinel.console.who import Asking
from sentinel.domain.clock import Clock
from sentinel.domain.person import Person
from sentinel.publish.cap.feed import TYPE
from sentinel.publish.cap.listing import Chosen
from sentinel.publish.cap.publication import Publication, State
from sentinel.warn.outcome import Code, Refused

_STATUS = {Code.FORBIDDEN: 403, Code.CONFLICT: 409, Code.INVALID: 400, Code.UNKNOWN: 404}
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal},
    401: {"model": Refusal},
    403: {"model": RefusedShape},
    404: {"model": Refusal},
    409: {"model": RefusedShape},
    503: {"model": Refusal},
}
_NOT_KEPT = {"cache-control": "no-store"}
_MOST_LISTED = 200
_DIGITS_OF_A_TIME = 15
"""Milliseconds to the year 33658; no database takes numbers of any length."""
Number = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


def publications_router(desk: PublicationDesk, clock: Clock) -> APIRouter:
    """Return the routes by which people write, approve and issue."""
    router = APIRouter(prefix="/publications", tags=["publications"], responses=_REFUSED)
    _add_reading(router, desk, clock)
    _add_writing(router, desk, clock)
    _add_deciding(router, desk, clock)
    return router


def _add_writing(router: APIRouter, desk: PublicationDesk, clock: Clock) -> None:
    @router.post("", response_model=PublicationShape)
    def draft(asking: Asking, form: DraftForm) -> Response:
        return _told(desk.draft(asking, form.case, form.basis), asking, clock)

    @router.post("/{number}/follow", response_model=PublicationShape)
    def follow_up(number: Number, asking: Asking, form: FollowForm) -> Response:
        return _told(desk.follow_up(asking, number, form.kind, form.basis), asking, clock)

    @router.put("/{number}", response_model=PublicationShape)
    def edit(number: Number, asking: Asking, form: EditForm) -> Response:
        changed = desk.edit(asking, number, form.content.content(), form.revision)
        return _told(changed, asking, clock)

    @router.post("/{number}/discard", response_model=PublicationShape)
    def discard(number: Number, asking: Asking, form: DiscardForm) -> Response:
        return _told(desk.discard(asking, number, form.revision, form.reason), asking, clock)


def _add_deciding(router: APIRouter, desk: PublicationDesk, clock: Clock) -> None:
    @router.post("/{number}/approve", response_model=PublicationShape)
    def approve(number: Number, asking: Asking, form: ApproveForm) -> Response:
        despite = form.despite_worries
        approved = desk.approve(asking, number, form.revision, despite_worries=despite)
        return _told(approved, asking, clock)

    @router.post("/{number}/issue", response_model=PublicationShape)
    def issue(number: Number, asking: Asking, form: IssueForm) -> Response:
        return _told(desk.issue(asking, number, form.revision), asking, clock)


def _add_reading(router: APIRouter, desk: PublicationDesk, clock: Clock) -> None:
    @router.get("", response_model=PublicationsShape)
    def list_publications(
        asking: Asking,
        case: Annotated[str, Query(max_length=64)] = "",
        state: Annotated[list[State], Query(max_length=4)] = [],  # noqa: B006 -- FastAPI copies it
        limit: Annotated[int, Query(ge=1, le=_MOST_LISTED)] = 50,
        after: Annotated[str, Query(max_length=100, description="`next` of the page before")] = "",
    ) -> Response:
        place = _place(after) if after else None
        found = desk.listed(
            asking, Chosen(case=case, states=tuple(state), limit=limit, after=place)
        )
        now = clock.now()
        following = f"{found[-1].changed_at}.{found[-1].id}" if len(found) == limit else None
        shapes = [publication_shape(one, asking, now) for one in found]
        return _json(PublicationsShape(publications=shapes, next=following))

    @router.get("/{number}", response_model=PublicationShape)
    def show_publication(number: Number, asking: Asking) -> Response:
        found = desk.find(asking, number)
        if found is None:
            raise _missing(number)
        return _json(publication_shape(found, asking, clock.now()))

    @router.get("/{number}/cap.xml", response_class=Response)
    def show_document(number: Number, asking: Asking) -> Response:
        document = desk.preview(asking, number)
        if document is None:
            raise _missing(number)
        return Response(document, media_type=TYPE, headers=_NOT_KEPT)


def _told(answer: Publication | Refused, asking: Person, clock: Clock) -> Response:
    if isinstance(answer, Refused):
        words = answer.reason
        refused = RefusedShape(error=words["en"], code=answer.code.value, words=words)
        return _json(refused, _STATUS[answer.code])
    return _json(publication_shape(answer, asking, clock.now()))


def _missing(number: str) -> NotFoundError:
    return NotFoundError(f"there is no publication {number!r}")


def _place(after: str) -> tuple[int, str]:
    changed_at, _, number = after.partition(".")
    if (
        not changed_at.isdecimal()
        or len(changed_at) > _DIGITS_OF_A_TIME
        or not changed_at.isascii()
    ):
        raise HTTPException(400, f"`after` must be the `next` of a page; got {after!r}")
    return int(changed_at), number


def _json(shape: Shape, status: int = 200) -> Response:
    body = shape.model_dump_json()
    return Response(body, status, media_type="application/json", headers=_NOT_KEPT)
