"""How routes answer: JSON that nobody keeps, and the words of what is refused."""

from typing import Any

from fastapi import HTTPException
from fastapi.responses import Response
from pydantic import BaseModel

from sentinel.console.places import read_place
from sentinel.console.shapes import Refusal, RefusedShape
from sentinel.warn.listing import Place
from sentinel.warn.outcome import Code, Refused

NOT_KEPT = {"cache-control": "no-store"}
STATUS = {Code.FORBIDDEN: 403, Code.CONFLICT: 409, Code.INVALID: 422, Code.UNKNOWN: 404}
REFUSED: dict[int | str, dict[str, Any]] = {
    status: {"model": Refusal} for status in (400, 401, 404, 503)
}
"""What any route may answer."""
ACT_REFUSED: dict[int | str, dict[str, Any]] = {
    403: {"model": RefusedShape, "description": "This person may not."},
    404: {"model": RefusedShape, "description": "There is no such thing, or not for them."},
    409: {"model": RefusedShape, "description": "It does not stand so; look again."},
    422: {"model": RefusedShape, "description": "What was said is not enough, or cannot be."},
}
"""What any act may be refused with."""


def answer(shape: BaseModel, status: int = 200) -> Response:
    """Return a shape as JSON."""
    body = shape.model_dump_json()
    return Response(body, status, media_type="application/json", headers=NOT_KEPT)


def refused(why: Refused) -> Response:
    """Return a refusal in the words of the desk."""
    told = RefusedShape(error=why.reason["en"], code=why.code.value, words=why.reason)
    return answer(told, STATUS[why.code])


def place(after: str) -> Place | None:
    """Return where a list is to go on; None: at its beginning.

    Raises:
        HTTPException: 400, if it is no `next` of a page.
    """
    found = read_place(after) if after else None
    if after and found is None:
        raise HTTPException(400, f"`after` must be the `next` of a page; got {after!r:.80}")
    return found
