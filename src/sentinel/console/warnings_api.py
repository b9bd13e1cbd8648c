"""Warnings: lists, one of them, and accepting."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from sentinel.console.accepting import accept
from sentinel.console.answers import ACT_REFUSED, REFUSED, STATUS, answer, place, refused
from sentinel.console.ground import Ground
from sentinel.console.shapes import (
    Acceptance,
    Detail,
    ListShape,
    OrderShape,
    RankWord,
    RefusedShape,
    TakenShape,
)
from sentinel.console.view import View
from sentinel.console.who import Asking
from sentinel.domain.rank import RANK_WORDS
from sentinel.warn.listing import Chosen, Which
from sentinel.warn.outcome import Code, Refused

MOST_LISTED = 500
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED)]
After = Annotated[str, Query(max_length=200, description="`next` of the page before")]
Within = Annotated[str, Query(max_length=200, description="in this area or below it")]
Least = Annotated[RankWord, Query(description="not below this rank")]


def warnings_router(view: View, ground: Ground) -> APIRouter:
    """Return the routes of warnings."""
    router = APIRouter(tags=["warnings"], responses=REFUSED)

    @router.get("/warnings", response_model=ListShape)
    def list_warnings(
        asking: Asking,
        state: Which = Which.OPEN,
        rank: Least = "none",
        area: Within = "",
        limit: Limit = 100,
        after: After = "",
    ) -> Response:
        least = RANK_WORDS[rank]
        chosen = Chosen(which=state, least=least, area=area, limit=limit, after=place(after))
        return answer(view.page(asking, chosen))

    @router.get("/warnings/{warning}", response_model=Detail)
    def show_warning(warning: str, asking: Asking) -> Response:
        return answer(view.detail(asking, warning))

    @router.post(
        "/warnings/{warning}/accept",
        response_model=OrderShape,
        responses=ACT_REFUSED
        | {409: {"model": TakenShape | RefusedShape, "description": "Someone was first."}},
    )
    def accept_warning(warning: str, asking: Asking, acceptance: Acceptance) -> Response:
        """Accept the order that this person may accept: a short cut to the case's own act."""
        done = accept(view.opened(asking, warning), acceptance, asking, ground)
        if isinstance(done, Refused):
            return refused(done)
        return answer(done, STATUS[Code.CONFLICT] if isinstance(done, TakenShape) else 200)

    return router
