"""Who is on duty, what is remembered, rules, devices, and why a warning is where it is."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from sentinel.console.acts import LATEST
from sentinel.console.answers import ACT_REFUSED, REFUSED, answer, refused
from sentinel.console.device_view import AskedDevices, DeviceView
from sentinel.console.duty_shapes import DutyShape, OnDutyShape, UnitsShape
from sentinel.console.duty_view import DutyView
from sentinel.console.explain_view import ExplainView
from sentinel.console.record_shapes import (
    DevicesShape,
    ExplainedShape,
    MessagesShape,
    MessageWord,
    RulesShape,
    TimesShape,
    TrailShape,
)
from sentinel.console.record_view import RecordView
from sentinel.console.rule_view import RuleView
from sentinel.console.shapes import Refusal
from sentinel.console.warnings_api import Limit, Within
from sentinel.console.who import Asking
from sentinel.warn.outcome import Refused
from sentinel.warn.records import AskedLines, AskedMessages

_Name = Annotated[str, Query(max_length=200)]
_Time = Annotated[int | None, Query(ge=0, le=LATEST, description="milliseconds since 1970")]
_NOT_ALLOWED = REFUSED | {403: {"model": Refusal}}


def duty_router(view: DutyView) -> APIRouter:
    """Return the routes of units and rosters."""
    router = APIRouter(tags=["duty"], responses=REFUSED)

    @router.get("/units", response_model=UnitsShape)
    def list_units(asking: Asking) -> Response:
        return answer(view.units(asking))

    @router.get("/duty", response_model=DutyShape)
    def show_duty(
        asking: Asking,
        first: Annotated[date | None, Query(description="of the week; else today")] = None,
    ) -> Response:
        return answer(view.duty(asking, first))

    @router.post("/duty/{unit}/sign", response_model=OnDutyShape, responses=ACT_REFUSED)
    def sign_for_list(unit: Annotated[str, Path(max_length=120)], asking: Asking) -> Response:
        """Sign, coming on duty, for what is open; from then on the watch before is not told."""
        done = view.sign(asking, unit)
        return refused(done) if isinstance(done, Refused) else answer(done)

    return router


def records_router(view: RecordView) -> APIRouter:
    """Return the routes of the trail, the outbox and times to answer."""
    router = APIRouter(tags=["records"], responses=REFUSED)

    @router.get("/trail", response_model=TrailShape, responses=_NOT_ALLOWED)
    def list_trail(
        asking: Asking,
        case: Annotated[str, Query(max_length=64)] = "",
        by: _Name = "",
        act: _Name = "",
        area: Within = "",
        since: _Time = None,
        until: _Time = None,
        before: Annotated[
            int | None, Query(ge=0, le=10**15, description="`next` of the page before")
        ] = None,
        limit: Limit = 100,
    ) -> Response:
        """For auditors: who did what when, newest first."""
        asked = AskedLines(
            seen=(),
            case=case,
            by=by,
            act=act,
            area=area,
            since=since,
            until=until,
            before=before,
            limit=limit,
        )
        return answer(view.trail(asking, asked))

    @router.get("/outbox", response_model=MessagesShape, responses=_NOT_ALLOWED)
    def list_messages(
        asking: Asking,
        state: MessageWord | Literal[""] = "dead",
        channel: _Name = "",
        case: Annotated[str, Query(max_length=64)] = "",
        limit: Limit = 100,
    ) -> Response:
        """For supervisors and admins: messages, usually those that reached nobody."""
        asked = AskedMessages(seen=(), state=state, channel=channel, case=case, limit=limit)
        return answer(view.outbox(asking, asked))

    @router.get("/times", response_model=TimesShape)
    def show_times(asking: Asking, since: _Time = None, until: _Time = None) -> Response:
        """Times to answer against their targets; without an interval, of the last seven days."""
        return answer(view.times(asking, since, until))

    return router


def insight_router(rules: RuleView, devices: DeviceView, explain: ExplainView) -> APIRouter:
    """Return the routes of rules, devices, and the reasons of a warning."""
    router = APIRouter(tags=["insight"], responses=REFUSED)

    @router.get("/rules", response_model=RulesShape)
    def list_rules(asking: Asking) -> Response:
        return answer(rules.rules(asking))

    @router.get("/devices", response_model=DevicesShape)
    def list_devices(
        asking: Asking,
        area: Within = "",
        kind: _Name = "",
        text: Annotated[str, Query(max_length=200, description="part of the id")] = "",
        troubled: Annotated[bool, Query(description="only what is faulty or blind")] = False,
        after: _Name = "",
        limit: Annotated[int, Query(ge=1, le=100)] = 50,
    ) -> Response:
        asked = AskedDevices(
            area=area, kind=kind, text=text, troubled=troubled, after=after, limit=limit
        )
        return answer(devices.page(asking, asked))

    @router.get("/explain/{warning}", response_model=ExplainedShape)
    def explain_warning(warning: Annotated[str, Path(max_length=64)], asking: Asking) -> Response:
        """Who sees it, who was told, which rule, route and step, and why."""
        return answer(explain.explain(asking, warning))

    return router
