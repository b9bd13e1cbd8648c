"""A browser or program on the same machine, without a network in between."""

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp

from tests.signing.serve import PASSWORD

SESSION = "/api/v1/session"


class Browser:
    """One browser, or program: it keeps its cookies."""

    def __init__(
        self, app: ASGIApp, base: str = "http://localhost:8080", host: str = "10.0.0.7"
    ) -> None:
        self.app = app
        self.base = base
        self.host = host
        self.cookies = httpx.Cookies()

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 -- as httpx
        return asyncio.run(self._ask(method, path, **more))

    def sign_in(self, name: str = "wang.fang") -> httpx.Response:
        answer = self.ask("POST", SESSION, json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200
        return answer

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        transport = httpx.ASGITransport(
            self.app, raise_app_exceptions=False, client=(self.host, 50_000)
        )
        async with httpx.AsyncClient(
            transport=transport, base_url=self.base, cookies=self.cookies
        ) as client:
            answer = await client.request(method, path, **more)
            self.cookies = client.cookies
            return answer
