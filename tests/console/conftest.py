"""The made-up night on a desk, behind the API, with people who are known by their tokens."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from typing_extensions import override

from sentinel.console.api import build_api
from sentinel.console.case_view import CaseView
from sentinel.console.city_view import CityView
from sentinel.console.ground import Ground
from sentinel.console.ports import Limits, ServiceState, Sources
from sentinel.console.view import View
from sentinel.desk import Desk, Facts, open_database
from sentinel.desk.files import read_files
from sentinel.desk.people.people import People
from sentinel.desk.publish.publications import Publications
from sentinel.desk.publish.settings import PublishSettings
from sentinel.desk.records import Records
from sentinel.domain.finding import Finding
from sentinel.domain.person import Person
from tests.console.browsing import browse, browser, night, shared_night
from tests.console.crowd import CROWD, FACTS, ZHAO
from tests.console.night import (
    NOW,
    NightCity,
    night_city,
    night_findings,
    night_link_lost,
    night_readings,
)
from tests.signing.serve import no_trail

__all__ = ["browse", "browser", "night", "shared_night"]

LIMITS = Limits(
    hosts=("duty.example.cn",),
    body_bytes=20_000,
    streams=2,
    heartbeat_seconds=0.05,
    look_seconds=0.01,
)


class NightClock:
    """It is the same moment of the night until somebody winds it."""

    at = NOW

    def now(self) -> int:
        """Return that moment."""
        return self.at


class Client:
    """Somebody on the same machine, without a network in between; `token` says who."""

    def __init__(self, app: FastAPI, token: str) -> None:
        self.app = app
        self.token = token

    def get(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 -- as httpx has them
        """Ask, and wait for the answer."""
        return asyncio.run(self.request("GET", path, **more))

    def post(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 -- as httpx has them
        """Act, and wait for the answer."""
        return asyncio.run(self.request("POST", path, **more))

    async def request(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """Ask or act."""
        headers = {"authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost:8080", headers=headers
        ) as client:
            return await client.request(method, path, **more)


@dataclass
class Served:
    """A desk and everything around it; `client` is who runs the city's desk."""

    engine: Engine
    city: NightCity | None
    services: list[ServiceState] = field(default_factory=list)
    clock: NightClock = field(default_factory=NightClock)
    closing: bool = False
    facts: Facts = FACTS

    def __post_init__(self) -> None:
        self.crowd = {person.id: person for person in CROWD}
        self.desk = Desk(self.engine, self.clock, lambda: self.facts)
        self.sources = sources_of(self)
        self.ground = Ground(self.sources)
        self.view = View(self.ground, CaseView(self.ground))
        self.city_view = CityView(self.ground)
        self.app = build_api(self.sources, LIMITS, lambda: self.closing)
        self.client = self.of(ZHAO)

    def of(self, person: Person) -> Client:
        """Return somebody who asks."""
        return Client(self.app, person.id)


class Crowd(People):
    """Everybody's token is their own id."""

    def __init__(self, served: Served) -> None:
        super().__init__(served.engine, served.clock, no_trail)
        self._served = served

    @override
    def person_of_token(self, token: str) -> Person | None:
        return self._served.crowd.get(token)


def sources_of(served: Served) -> Sources:
    """Return what the API is made of."""
    return Sources(
        desk=served.desk,
        people=Crowd(served),
        publications=Publications(
            served.engine,
            served.clock,
            no_trail,
            cases=lambda connection, case: read_files(connection, [case]).get(case),
            city=lambda: served.city,
            settings=PublishSettings(),
        ),
        records=Records(served.engine),
        handling=lambda: served.facts.city,
        city=lambda: served.city,
        readings=night_readings,
        status=lambda: served.services,
        clock=served.clock,
    )


@pytest.fixture(scope="session")
def lancheng() -> NightCity:
    """The city's registry and rules."""
    return night_city()


@pytest.fixture
def empty(tmp_path: Path, lancheng: NightCity) -> Iterator[Served]:
    """A desk on which nothing has ever happened."""
    engine = open_database(tmp_path / "desk.sqlite")
    yield Served(engine, lancheng)
    engine.dispose()


@pytest.fixture
def served(empty: Served) -> Served:
    """The desk with 48 warnings of the night."""
    empty.desk.take(night_findings(48), 1)
    return empty


@pytest.fixture(scope="session")
def limits() -> Limits:
    """What the server of these tests lets callers do."""
    return LIMITS


@pytest.fixture(scope="session")
def link_lost() -> Callable[[], Finding]:
    """The listener's loss of its broker."""
    return night_link_lost


@pytest.fixture(scope="session")
def more() -> Callable[..., list[Finding]]:
    """Further findings of the night: `more(count, seed=...)`."""
    return night_findings
