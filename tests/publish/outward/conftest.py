"""A server of all that goes out, with two people and a stranger on the same machine."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from sentinel.console.feeds import OPEN_PATHS, feeds_router
from sentinel.console.guard import Guard
from sentinel.console.people import PeopleDesk
from sentinel.console.plainly import speak_plainly
from sentinel.console.publish_api import publications_router
from sentinel.console.shapes import PREFIX
from sentinel.console.signing import add_signing
from sentinel.desk import open_database
from sentinel.desk.publish.publications import Publications
from sentinel.desk.publish.settings import PublishSettings
from sentinel.domain.person import Person, Role
from sentinel.warn.case import CaseFile
from tests.publish.small import NOW, PUBLISHER, WRITER, case, person, warning


class HandClock:
    """Stands still until it is wound."""

    at = NOW

    def now(self) -> int:
        """Return that time."""
        return self.at


class People:
    """Everybody's token is their own name."""

    crowd = (WRITER, PUBLISHER, person("wu", Role.PUBLISHER, "jiading"))

    def session(self, token: str) -> None:
        """Nobody has a cookie here."""

    def person_of_token(self, token: str) -> Person | None:
        """Return who it is."""
        return next((one for one in self.crowd if one.id == token), None)


@dataclass
class Caller:
    """Somebody who asks; without a name a stranger."""

    app: FastAPI
    name: str = ""

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 -- as httpx
        """Ask, and wait for the answer."""
        return asyncio.run(self._ask(method, path, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 -- as httpx
        """Read."""
        return self.ask("GET", path, **more)

    def post(self, path: str, **body: Any) -> httpx.Response:  # noqa: ANN401 -- any JSON
        """Act."""
        return self.ask("POST", path, json=body)

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        headers = {"authorization": f"Bearer {self.name}"} if self.name else {}
        headers |= more.pop("headers", {})
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        base = "http://localhost:8080"
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            return await client.request(method, path, headers=headers, **more)


Serve = Callable[..., FastAPI]


@pytest.fixture
def publications(tmp_path: Path) -> Iterator[Publications]:
    """Two cases, and nothing drafted."""
    engine = open_database(tmp_path / "desk.sqlite")
    files = {"c1": CaseFile(case=case(), warnings=(warning(),)), "c2": CaseFile(case=case(2))}
    yield Publications(
        engine,
        HandClock(),
        lambda _connection, _entries: None,
        cases=lambda _connection, number: files.get(number),
        city=lambda: None,
        settings=PublishSettings(sender="duty@lancheng.example.cn", name={"zh": "澜城"}),
    )
    engine.dispose()


@pytest.fixture
def app(publications: Publications) -> FastAPI:
    """The server."""
    app = FastAPI(openapi_url=f"{PREFIX}/openapi.json", docs_url=None, redoc_url=None)
    app.include_router(publications_router(publications, HandClock()), prefix=PREFIX)
    app.include_router(feeds_router(publications))
    add_signing(app, cast("PeopleDesk", People()), open_paths=OPEN_PATHS)
    app.add_middleware(Guard, hosts=(), body_bytes=64_000)
    speak_plainly(app)
    return app


@pytest.fixture
def writer(app: FastAPI) -> Caller:
    """Wang, an operator in Pudong."""
    return Caller(app, "wang")


@pytest.fixture
def publisher(app: FastAPI) -> Caller:
    """Li, who publishes there."""
    return Caller(app, "li")


@pytest.fixture
def elsewhere(app: FastAPI) -> Caller:
    """Wu, who publishes in Jiading."""
    return Caller(app, "wu")


@pytest.fixture
def stranger(app: FastAPI) -> Caller:
    """Anybody."""
    return Caller(app)
