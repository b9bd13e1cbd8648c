"""The made-up night on a desk, behind the API."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from sentinel.console.api import build_api
from sentinel.console.ports import Limits, ServiceState, Sources
from sentinel.console.view import View
from sentinel.desk import Desk, open_database
from sentinel.domain.finding import Finding
from tests.console.browsing import browse, browser, night, shared_night
from tests.console.night import (
    NOW,
    NightCity,
    night_city,
    night_findings,
    night_link_lost,
    night_readings,
)

__all__ = ["browse", "browser", "night", "shared_night"]

LIMITS = Limits(
    hosts=("duty.example.cn",),
    body_bytes=2_000,
    streams=2,
    heartbeat_seconds=0.05,
    look_seconds=0.01,
)


class StandingClock:
    """It is always the same moment of the night."""

    def now(self) -> int:
        """Return that moment."""
        return NOW


class Client:
    """A caller on the same machine, without a network in between."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def get(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 -- as httpx has them
        """Ask, and wait for the answer."""
        return asyncio.run(self._request("GET", path, **more))

    def post(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 -- as httpx has them
        """Act, and wait for the answer."""
        return asyncio.run(self._request("POST", path, **more))

    async def _request(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost:8080"
        ) as client:
            return await client.request(method, path, **more)


@dataclass
class Served:
    """A desk and everything around it, with a client that is on the same machine."""

    desk: Desk
    city: NightCity | None
    services: list[ServiceState] = field(default_factory=list)
    closing: bool = False
    client: "Client" = field(init=False)
    view: View = field(init=False)

    def __post_init__(self) -> None:
        sources = Sources(
            desk=self.desk,
            city=lambda: self.city,
            readings=night_readings,
            status=lambda: self.services,
            clock=StandingClock(),
        )
        self.view = View(sources)
        self.client = Client(build_api(sources, LIMITS, lambda: self.closing))


@pytest.fixture(scope="session")
def lancheng() -> NightCity:
    """The city's registry and rules."""
    return night_city()


@pytest.fixture
def empty(tmp_path: Path, lancheng: NightCity) -> Iterator[Served]:
    """A desk on which nothing has ever happened."""
    desk = Desk(open_database(tmp_path / "desk.sqlite"), StandingClock())
    yield Served(desk, lancheng)
    desk.close()


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
