"""The JSON API under `/api/v1`: what the pages use, and what any machine may."""

from collections.abc import Callable

from fastapi import FastAPI

from sentinel.console.case_view import CaseView
from sentinel.console.cases_api import cases_router, silences_router
from sentinel.console.city_api import city_router
from sentinel.console.city_view import CityView
from sentinel.console.device_view import DeviceView
from sentinel.console.duty_view import DutyView
from sentinel.console.explain_view import ExplainView
from sentinel.console.feeds import OPEN_PATHS, feeds_router
from sentinel.console.ground import Ground
from sentinel.console.guard import Guard
from sentinel.console.office_api import duty_router, insight_router, records_router
from sentinel.console.plainly import speak_plainly
from sentinel.console.ports import Limits, Sources
from sentinel.console.publish_api import publications_router
from sentinel.console.record_view import RecordView
from sentinel.console.rule_view import RuleView
from sentinel.console.sensorthings_api import sensorthings_router
from sentinel.console.shapes import PREFIX
from sentinel.console.signing import add_signing
from sentinel.console.silence_view import SilenceView
from sentinel.console.stream_api import stream_router
from sentinel.console.view import View
from sentinel.console.warnings_api import warnings_router


def build_api(
    sources: Sources, limits: Limits, closing: Callable[[], bool] = lambda: False
) -> FastAPI:
    """Return the application: the API, before it signing in, and before both the guard.

    closing: Asked by open streams; true ends them.
    """
    app = FastAPI(
        title="sentinel",
        version="1",
        description="Early warnings of a city, and what becomes of each. Ranks are words, instants "
        "milliseconds since 1970 UTC. Everybody is shown what lies in their areas, and no more.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # both load their scripts from elsewhere
        redoc_url=None,
    )
    ground = Ground(sources)
    cases = CaseView(ground)
    view = View(ground, cases, heartbeat_ms=round(limits.heartbeat_seconds * 1000))
    for router in (
        warnings_router(view, ground),
        cases_router(cases),
        silences_router(SilenceView(ground)),
        city_router(CityView(ground), view),
        duty_router(DutyView(ground)),
        records_router(RecordView(ground)),
        insight_router(RuleView(ground), DeviceView(ground), ExplainView(ground, view)),
        stream_router(view, limits, closing),
        publications_router(sources.publications, sources.clock),
    ):
        app.include_router(router, prefix=PREFIX)
    app.include_router(feeds_router(sources.publications, limits.site))
    app.include_router(
        sensorthings_router(sources.city, sources.readings, sources.clock, limits.site)
    )
    add_signing(app, sources.people, secure=limits.secure, open_paths=OPEN_PATHS)
    app.add_middleware(Guard, hosts=limits.hosts, body_bytes=limits.body_bytes)
    speak_plainly(app)
    return app
