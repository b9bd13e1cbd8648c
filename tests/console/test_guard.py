import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.types import Message

from tests.console.conftest import Served

ACCEPT = "/api/v1/warnings/none/accept"
BODY = {"how": "phone", "on_behalf_of": "wang.fang"}


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost:8081",
        "http://localhost.evil.example:8080",
        "http://[",
    ],
)
def test_a_page_of_another_site_may_not_act(served: Served, origin: str) -> None:
    answer = served.client.post(ACCEPT, json=BODY, headers={"origin": origin})

    assert answer.status_code == 403
    assert "another site" in answer.json()["error"]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_browser_that_says_it_comes_from_elsewhere_is_believed(served: Served, site: str) -> None:
    answer = served.client.post(ACCEPT, json=BODY, headers={"sec-fetch-site": site})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://localhost:8080", "sec-fetch-site": "same-origin"}],
)
def test_our_own_pages_and_programs_may_act(served: Served, headers: dict[str, str]) -> None:
    assert served.client.post(ACCEPT, json=BODY, headers=headers).status_code == 404


def test_a_socket_of_another_site_is_refused(served: Served) -> None:
    headers = [(b"host", b"localhost:8080"), (b"origin", b"https://evil.example")]
    scope = {"type": "websocket", "path": "/socket", "headers": headers}
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(served.app(scope, receive, send))

    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "", "[::1", "localhost.evil"]
)
def test_a_name_that_is_not_ours_is_refused(served: Served, host: str) -> None:
    """A foreign page can let its own name point here; then its origin would look right."""
    answer = served.client.get("/api/v1/status", headers={"host": host})

    assert answer.status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "[::1]:8080", "LOCALHOST", "duty.example.cn"])
def test_our_own_names_are_known(served: Served, host: str) -> None:
    assert served.client.get("/api/v1/status", headers={"host": host}).status_code == 200


def test_a_large_body_is_refused_whether_or_not_it_says_its_length(served: Served) -> None:
    told = served.client.post(ACCEPT, content=b"x" * 20_001)
    untold = served.client.post(ACCEPT, content=_in_parts())

    assert told.status_code == untold.status_code == 413
    assert "20000 bytes at most" in told.json()["error"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{ACCEPT}?x=%00", b"{}"),
        ("/api/v1/warnings/a%00b/accept", b"{}"),
        (ACCEPT, b'{"how": "a\\u0000"}'),
        (ACCEPT, b"{\x00}"),
    ],
)
def test_zero_bytes_get_no_further(served: Served, path: str, body: bytes) -> None:
    answer = served.client.post(path, content=body)

    assert (answer.status_code, "zero byte" in answer.json()["error"]) == (400, True)


async def _in_parts() -> AsyncIterator[bytes]:
    for _ in range(2):
        yield b"x" * 15_000


def test_every_answer_carries_the_headers_that_keep_others_out(served: Served) -> None:
    for answer in (
        served.client.get("/api/v1/status"),
        served.client.get("/nowhere"),
        served.client.post(ACCEPT, content=b"x" * 20_001),
    ):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_an_address_that_leads_nowhere_is_said_in_json(served: Served) -> None:
    answer = served.client.get("/api/v1/nowhere")

    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})
