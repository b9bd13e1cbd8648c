"""Cases: lists, one of them, and what people do to them; silences."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from sentinel.console.answers import ACT_REFUSED, REFUSED, answer, place, refused
from sentinel.console.case_shapes import CaseDetail, CasesShape, SilenceShape, SilencesShape
from sentinel.console.case_view import CaseView
from sentinel.console.forms import ActForm, LiftForm, OpenForm, SilenceForm, Speaking
from sentinel.console.silence_view import SilenceView
from sentinel.console.warnings_api import After, Least, Limit, Within
from sentinel.console.who import Asking
from sentinel.domain.rank import RANK_WORDS
from sentinel.warn.listing import ChosenCases, Queue
from sentinel.warn.outcome import Refused

Id = Annotated[str, Path(max_length=64)]
_Name = Annotated[str, Query(max_length=120)]


def cases_router(view: CaseView) -> APIRouter:
    """Return the routes of cases."""
    router = APIRouter(prefix="/cases", tags=["cases"], responses=REFUSED)
    _add_reading(router, view)
    _add_acting(router, view)
    return router


def silences_router(view: SilenceView) -> APIRouter:
    """Return the routes of silences."""
    router = APIRouter(prefix="/silences", tags=["silences"], responses=REFUSED)

    @router.get("", response_model=SilencesShape)
    def list_silences(asking: Asking) -> Response:
        return answer(view.listed(asking))

    @router.post("", response_model=SilenceShape, responses=ACT_REFUSED)
    def make_silence(asking: Asking, form: SilenceForm) -> Response:
        """Keep what fits from being told, up to a rank, until an end."""
        made = view.make(asking, form)
        return refused(made) if isinstance(made, Refused) else answer(made)

    @router.post("/{silence}/lift", response_model=SilenceShape, responses=ACT_REFUSED)
    def lift_silence(silence: Id, asking: Asking, form: LiftForm) -> Response:
        """End it early; what it kept quiet and still holds is told."""
        lifted = view.lift(asking, silence, form)
        return refused(lifted) if isinstance(lifted, Refused) else answer(lifted)

    return router


def _add_reading(router: APIRouter, view: CaseView) -> None:
    @router.get("", response_model=CasesShape)
    def list_cases(
        asking: Asking,
        queue: Queue = Queue.LIVE,
        area: Within = "",
        rank: Least = "none",
        unit: Annotated[str, Query(max_length=120, description="with an order of it")] = "",
        scenario: _Name = "",
        parent: Annotated[
            str | None, Query(max_length=64, description="folded into it; else what stands alone")
        ] = None,
        exercise: Annotated[
            bool | None, Query(description="drills, or real ones; else both")
        ] = None,
        limit: Limit = 100,
        after: After = "",
    ) -> Response:
        chosen = ChosenCases(
            queue=queue,
            area=area,
            least=RANK_WORDS[rank],
            unit=unit,
            scenario=scenario,
            parent=parent,
            exercise=exercise,
            limit=limit,
            after=place(after),
        )
        return answer(view.page(asking, chosen))

    @router.get("/{case}", response_model=CaseDetail)
    def show_case(case: Id, asking: Asking) -> Response:
        return answer(view.detail(asking, case))


def _add_acting(router: APIRouter, view: CaseView) -> None:
    @router.post("", response_model=CaseDetail, responses=ACT_REFUSED)
    def open_case(asking: Asking, form: OpenForm) -> Response:
        """Open a case by hand: a call, a patrol, one voice."""
        return _told(view.open(asking, form))

    @router.post("/{case}/acts", response_model=CaseDetail, responses=ACT_REFUSED)
    def act_on_case(case: Id, asking: Asking, form: ActForm) -> Response:
        """Do one act; the answer is the case as it stands then, with the next buttons."""
        return _told(view.do(asking, case, form))

    @router.post("/{case}/accept_all", response_model=CaseDetail, responses=ACT_REFUSED)
    def accept_all(case: Id, asking: Asking, form: Speaking) -> Response:
        """Accept in one act what waits below a folded case; reds are left out."""
        return _told(view.accept_all(asking, case, form))


def _told(done: CaseDetail | Refused) -> Response:
    return refused(done) if isinstance(done, Refused) else answer(done)
