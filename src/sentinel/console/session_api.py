"""Signing in and out, and drafts: `/api/v1/session` and `/api/v1/drafts`."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from sentinel.console.cookies import Carried, Cookies
from sentinel.console.people import PeopleDesk
from sentinel.console.person_shapes import (
    DenialShape,
    DraftBody,
    DraftShape,
    DraftsShape,
    PasswordForm,
    SessionShape,
    SignInForm,
    WeakShape,
    draft_shape,
    session_shape,
)
from sentinel.console.plainly import NotAllowedError, NotFoundError
from sentinel.console.shapes import Refusal
from sentinel.console.who import Asking
from sentinel.domain.access import Denial, Denied, Weak

_STATUS = {Denial.WRONG: 401, Denial.SLOWED: 429, Denial.BUSY: 503}
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal},
    401: {"model": Refusal},
    503: {"model": Refusal},
}
_DENIED: dict[int | str, dict[str, Any]] = {
    status: {"model": DenialShape} for status in (401, 429, 503)
}
_NOT_KEPT = {"cache-control": "no-store"}
CaseId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,64}$", description="or a word")]


def session_router(people: PeopleDesk, cookies: Cookies) -> APIRouter:
    """Return the routes of signing in and out."""
    router = APIRouter(prefix="/session", tags=["session"], responses=_REFUSED)

    @router.get("", response_model=SessionShape)
    def who_am_i(request: Request, asking: Asking) -> Response:
        return _json(session_shape(asking, request.state.session))

    @router.post("", response_model=SessionShape, responses=_DENIED)
    def sign_in(request: Request, form: SignInForm) -> Response:
        carried = _carried(request)
        done = people.sign_in(
            form.name,
            form.password,
            carried.address,
            device=carried.device,
            former=carried.session,
        )
        if isinstance(done, Denied):
            return _denied(done)
        answer = _json(session_shape(done.session.person, done.session))
        cookies.give(request.scope, answer, done.token, done.device)
        return answer

    @router.delete("", status_code=204, response_class=Response)
    def sign_out(request: Request, _asking: Asking) -> Response:
        people.sign_out(_carried(request).session)
        answer = Response(status_code=204, headers=_NOT_KEPT)
        cookies.take(request.scope, answer)
        return answer

    @router.post(
        "/password",
        status_code=204,
        response_class=Response,
        responses=_DENIED | {400: {"model": WeakShape}, 403: {"model": Refusal}},
    )
    def change_password(request: Request, asking: Asking, form: PasswordForm) -> Response:
        if request.state.session is None:
            message = "a token has no password; make another one with `sentinel tokens add`"
            raise NotAllowedError(message)
        carried = _carried(request)
        done = people.change_password(
            asking,
            form.old,
            form.new,
            carried.address,
            device=carried.device,
            keep=carried.session,
        )
        return _changed(done)

    return router


def drafts_router(people: PeopleDesk) -> APIRouter:
    """Return the routes of drafts; everybody has their own."""
    router = APIRouter(prefix="/drafts", tags=["drafts"], responses=_REFUSED)

    @router.get("", response_model=DraftsShape)
    def list_drafts(asking: Asking) -> Response:
        return _json(DraftsShape(drafts=[draft_shape(one) for one in people.drafts(asking)]))

    @router.get("/{case}", response_model=DraftShape, responses={404: {"model": Refusal}})
    def show_draft(case: CaseId, asking: Asking) -> Response:
        found = people.draft(asking, case)
        if found is None:
            message = f"{asking.name} has no draft for {case!r}"
            raise NotFoundError(message)
        return _json(draft_shape(found))

    @router.put("/{case}", response_model=DraftShape)
    def keep_draft(case: CaseId, asking: Asking, body: DraftBody) -> Response:
        return _json(draft_shape(people.keep_draft(asking, case, body)))

    @router.delete("/{case}", status_code=204, response_class=Response)
    def drop_draft(case: CaseId, asking: Asking) -> Response:
        people.drop_draft(asking, case)
        return Response(status_code=204, headers=_NOT_KEPT)

    return router


def _carried(request: Request) -> Carried:
    carried: Carried = request.state.carried
    return carried


def _changed(done: Denied | Weak | None) -> Response:
    if isinstance(done, Weak):
        return _json(WeakShape(error=done.why["en"], words=done.why), 400)
    return _denied(done) if done else Response(status_code=204, headers=_NOT_KEPT)


def _denied(denied: Denied) -> Response:
    words = {
        Denial.WRONG: "name or password is wrong",
        Denial.SLOWED: f"too many attempts; try again in {denied.wait_seconds} s",
        Denial.BUSY: f"too many sign in at this moment; try again in {denied.wait_seconds} s",
    }
    told = DenialShape(
        error=words[denied.reason], reason=denied.reason.value, wait_seconds=denied.wait_seconds
    )
    answer = _json(told, _STATUS[denied.reason])
    if denied.wait_seconds:
        answer.headers["retry-after"] = str(denied.wait_seconds)
    return answer


def _json(shape: BaseModel, status: int = 200) -> Response:
    return JSONResponse(shape.model_dump(), status, headers=_NOT_KEPT)
