"""Signing in over HTTP: who gets in, who does not, and what a session is good for."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from sentinel.console import sign
from sentinel.console.cookies import Cookies
from sentinel.desk import open_database
from sentinel.desk.people.people import People
from sentinel.desk.people.staff import Staff
from sentinel.domain.errors import ServiceError
from sentinel.domain.person import Grant, Role
from tests.signing.conftest import SESSION, Browser
from tests.signing.serve import PASSWORD, HandClock, build, two_users

HOUR = 3_600_000
WANG = {"name": "wang.fang", "password": PASSWORD}


class Site:
    """A server with two users and a clock."""

    def __init__(self, folder: Path, **more: Any) -> None:  # noqa: ANN401
        self.clock = HandClock()
        self.people: People
        self.staff: Staff
        self.engine = open_database(folder / "desk.sqlite")
        self.people, self.staff = two_users(self.engine, self.clock)
        self.app = build(self.people, **more)

    def browser(self, **more: str) -> Browser:
        return Browser(self.app, **more)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path, open_paths=("/feed",))
    yield site
    site.engine.dispose()


def test_signing_in_makes_known_who_asks(site: Site) -> None:
    browser = site.browser()
    told = browser.sign_in().json()

    assert told["person"] == {
        "id": "wang.fang",
        "name": "王芳",
        "grants": [{"role": "operator", "area": "pudong", "department": ""}],
        "areas": ["pudong"],
    }
    assert told["ends_at"] == site.clock.at + 14 * HOUR
    assert browser.ask("GET", SESSION).json() == told
    assert browser.ask("POST", "/api/v1/act").json() == {"by": "wang.fang"}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    given = site.browser().sign_in().headers.get_list("set-cookie")

    assert [cookie.split("=")[0] for cookie in given] == ["sentinel_session", "sentinel_device"]
    for cookie in given:
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
    assert "Max-Age" not in given[0]


@pytest.mark.parametrize(
    ("base", "secure"), [("https://localhost", False), ("http://localhost", True)]
)
def test_over_https_the_cookie_never_goes_without(tmp_path: Path, base: str, secure: bool) -> None:
    site = Site(tmp_path, secure=secure)
    browser = site.browser(base=base)
    given = browser.sign_in().headers.get_list("set-cookie")

    assert all(cookie.startswith("__Host-sentinel_") for cookie in given)
    assert all("Secure" in cookie and "Domain" not in cookie for cookie in given)
    carried = "; ".join(cookie.split(";")[0] for cookie in given)
    assert browser.ask("GET", SESSION, headers={"cookie": carried}).status_code == 200
    plain = carried.replace("__Host-", "")
    assert browser.ask("GET", SESSION, headers={"cookie": plain}).status_code == 401
    site.engine.dispose()


@pytest.mark.parametrize(
    "path",
    ["/api/v1/session", "/api/v1/drafts", "/api/v1/act", "/api/v1/openapi.json", "/api/v1/x"],
)
def test_the_api_tells_strangers_in_plain_words_to_sign_in(site: Site, path: str) -> None:
    answer = site.browser().ask("GET", path, headers={"accept": "text/html"})

    assert answer.status_code == 401
    assert answer.json()["reason"] == "signed_out"
    assert "sign in" in answer.json()["error"]
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["cache-control"] == "no-store"


def test_a_page_leads_strangers_to_where_they_sign_in_and_back(site: Site) -> None:
    answer = site.browser().ask("GET", "/?area=a/b&warning=1", headers={"accept": "text/html,*/*"})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2F%3Farea%3Da%2Fb%26warning%3D1"


def test_what_the_sign_in_page_loads_is_open_and_nothing_else(site: Site) -> None:
    stranger = site.browser()
    page = stranger.ask("GET", "/sign-in").text

    for loaded in ("console.css", "sign-in.js", "signing.js", "sign-texts.js"):
        assert stranger.ask("GET", f"/sign-in/{loaded}").status_code == 200
    assert "/sign-in/sign-in.js" in page
    for other in ("board.js", "..%2Fapi.py", "../api.py", "%2e%2e/texts.py", "sign-in.html"):
        assert stranger.ask("GET", f"/sign-in/{other}").status_code in {401, 404}
    assert stranger.ask("GET", "/feed").json() == {"open": "to everybody"}
    assert stranger.ask("POST", "/feed").status_code == 401
    assert stranger.ask("GET", "/feed/below").status_code == 401


@pytest.mark.parametrize(
    "cookie",
    ["sentinel_session=forged", "sentinel_session=", "sentinel_session=%00", "x=y; =", "é"],
)
def test_a_forged_session_opens_nothing(site: Site, cookie: str) -> None:
    headers = {"cookie": cookie.encode("latin-1")}

    assert site.browser().ask("GET", SESSION, headers=headers).status_code == 401
    assert site.browser().ask("POST", "/api/v1/act", headers=headers).status_code == 401


def test_an_expired_session_opens_nothing(site: Site) -> None:
    browser = site.browser()
    browser.sign_in()
    site.clock.at += HOUR

    assert browser.ask("POST", "/api/v1/act").status_code == 401
    browser.sign_in()
    assert browser.ask("POST", "/api/v1/act").status_code == 200


def test_another_users_session_opens_what_is_theirs_and_not_ones_own(site: Site) -> None:
    wang, li = site.browser(), site.browser()
    wang.sign_in()
    li.sign_in("li.qiang")
    wang.ask("PUT", "/api/v1/drafts/c1", json={"found": "Wang's"})

    assert li.ask("GET", "/api/v1/drafts/c1").status_code == 404
    assert li.ask("DELETE", "/api/v1/drafts/c1").status_code == 204
    assert li.ask("GET", "/api/v1/drafts").json() == {"drafts": []}
    assert wang.ask("GET", "/api/v1/drafts/c1").json()["body"] == {"found": "Wang's"}


def test_a_page_of_one_person_does_not_act_as_another_who_signed_in_since(site: Site) -> None:
    """Two tabs share their cookie: without this, Wang's page would accept in Li's name."""
    browser = site.browser()
    browser.sign_in()
    browser.sign_in("li.qiang")
    answer = browser.ask("POST", "/api/v1/act", headers={"sentinel-person": "wang.fang"})

    assert (answer.status_code, answer.json()["reason"]) == (401, "other_person")
    as_li = browser.ask("POST", "/api/v1/act", headers={"sentinel-person": "li.qiang"})
    assert as_li.json() == {"by": "li.qiang"}


def test_signing_out_ends_the_session_for_whoever_has_copied_it(site: Site) -> None:
    browser, thief = site.browser(), site.browser()
    browser.sign_in()
    thief.cookies = httpx.Cookies(browser.cookies)
    assert browser.ask("DELETE", SESSION).status_code == 204

    assert "sentinel_session" not in browser.cookies
    assert thief.ask("POST", "/api/v1/act").status_code == 401


def test_a_wrong_password_is_refused_without_saying_what_is_wrong(site: Site) -> None:
    answers = [
        site.browser().ask("POST", SESSION, json={"name": name, "password": "guess"})
        for name in ("wang.fang", "nobody")
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].content == answers[1].content
    assert answers[0].json()["reason"] == "wrong"
    assert "set-cookie" not in answers[0].headers


def test_guessing_is_slowed_and_told_for_how_long(site: Site) -> None:
    guesses = [
        site.browser().ask("POST", SESSION, json=WANG | {"password": "guess"}) for _ in range(6)
    ]

    assert [answer.status_code for answer in guesses] == [401] * 5 + [429]
    assert guesses[-1].json()["wait_seconds"] == 1
    assert guesses[-1].headers["retry-after"] == "1"
    assert site.browser(host="10.0.0.8").ask("POST", SESSION, json=WANG).status_code == 200


def test_a_browser_that_was_here_before_is_not_slowed_by_others(site: Site) -> None:
    browser = site.browser()
    browser.sign_in()
    browser.ask("DELETE", SESSION)
    for _ in range(6):
        site.browser().ask("POST", SESSION, json=WANG | {"password": "guess"})

    browser.sign_in()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"name": "wang.fang"}',
        b'{"name": "wang.fang", "password": 5}',
        b'{"name": "wang.fang", "password": "hidden-one", "admin": true}',
        b'{"name": "x", "password": "' + b"hidden-one" * 200 + b'"}',
        b"\xff\xfe",
        b"[" * 50_000,
    ],
)
def test_a_body_that_is_none_is_told_so_without_repeating_a_password(
    site: Site, body: bytes
) -> None:
    answer = site.browser().ask(
        "POST", SESSION, content=body, headers={"content-type": "application/json"}
    )

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert "hidden-one" not in answer.text


def test_another_site_cannot_sign_anybody_in_or_out(site: Site) -> None:
    """Else it could make somebody act, without knowing it, in its own user's name."""
    browser, foreign = site.browser(), {"origin": "https://evil.example"}
    browser.sign_in()

    assert browser.ask("POST", SESSION, json=WANG, headers=foreign).status_code == 403
    assert browser.ask("DELETE", SESSION, headers=foreign).status_code == 403
    assert browser.ask("GET", SESSION).status_code == 200


def test_a_machine_says_who_it_is_with_a_token(site: Site) -> None:
    grant = Grant(role=Role.VIEWER, area="pudong")
    number, token = site.staff.add_token("hotline", [grant], site.clock.at + HOUR)
    program, bearer = site.browser(), {"authorization": f"Bearer {token}"}

    told = program.ask("GET", SESSION, headers=bearer).json()
    assert (told["person"]["id"], told["ends_at"]) == (f"token:{number}", None)
    assert program.ask("POST", "/api/v1/act", headers=bearer).json() == {"by": f"token:{number}"}
    lower = {"authorization": f"bearer  {token}"}
    assert program.ask("POST", "/api/v1/act", headers=lower).status_code == 200
    assert (
        program.ask(
            "POST", f"{SESSION}/password", headers=bearer, json={"old": "", "new": ""}
        ).status_code
        == 403
    )
    site.staff.revoke_token(number)
    assert program.ask("POST", "/api/v1/act", headers=bearer).status_code == 401


def test_a_wrong_token_does_not_fall_back_on_a_cookie(site: Site) -> None:
    browser = site.browser()
    browser.sign_in()
    bearer = {"authorization": "Bearer sentinel_forged"}

    assert browser.ask("POST", "/api/v1/act", headers=bearer).status_code == 401
    of_a_proxy = {"authorization": "Basic d2FuZzp4"}
    assert browser.ask("POST", "/api/v1/act", headers=of_a_proxy).status_code == 200


def test_a_password_of_ones_own_choice(site: Site) -> None:
    browser, other = site.browser(), site.browser()
    browser.sign_in()
    other.sign_in()
    weak = browser.ask("POST", f"{SESSION}/password", json={"old": PASSWORD, "new": "short"})
    wrong = browser.ask("POST", f"{SESSION}/password", json={"old": "x", "new": "b" * 12})
    done = browser.ask("POST", f"{SESSION}/password", json={"old": PASSWORD, "new": "b" * 12})

    assert (weak.status_code, set(weak.json()["words"])) == (400, {"zh", "en"})
    assert (wrong.status_code, wrong.json()["reason"]) == (401, "wrong")
    assert done.status_code == 204
    assert browser.ask("GET", SESSION).status_code == 200
    assert other.ask("GET", SESSION).status_code == 401


def test_drafts_are_kept_listed_and_discarded(site: Site) -> None:
    browser = site.browser()
    browser.sign_in()
    kept = browser.ask("PUT", "/api/v1/drafts/c1", json={"found": "井盖移位"})

    assert kept.json() == {"case": "c1", "at": site.clock.at, "body": {"found": "井盖移位"}}
    assert browser.ask("GET", "/api/v1/drafts").json() == {"drafts": [kept.json()]}
    browser.ask("DELETE", "/api/v1/drafts/c1")
    assert browser.ask("GET", "/api/v1/drafts/c1").status_code == 404


@pytest.mark.parametrize(
    ("case", "body"),
    [
        ("c1", b'"text"'),
        ("c1", b"{"),
        ("c1", b'{"a": "\\ud800"}'),
        ("c1", b'{"a": "' + b"x" * 33_000 + b'"}'),
        ("c" * 65, b"{}"),
        ("c%00", b"{}"),
        ("%27;--", b"{}"),
    ],
)
def test_a_draft_that_cannot_be_kept_is_refused_in_plain_words(
    site: Site, case: str, body: bytes
) -> None:
    browser = site.browser()
    browser.sign_in()
    answer = browser.ask("PUT", f"/api/v1/drafts/{case}", content=body)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_database_that_does_not_answer_is_said_and_lets_nobody_in(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = site.browser()
    browser.sign_in()

    def down(_token: str) -> None:
        message = "desk: the database refused: it is down"
        raise ServiceError(message)

    monkeypatch.setattr(site.people, "session", down)
    answer = browser.ask("POST", "/api/v1/act")

    assert (answer.status_code, answer.json()) == (
        503,
        {"error": "desk: the database refused: it is down"},
    )


def stream_until_it_ends(browser: Browser, most: int) -> list[Message]:
    """Open the stream and take what comes, `most` messages at most."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = [(b"host", b"localhost"), (b"cookie", cookie.encode())]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/stream",
        "query_string": b"",
        "headers": headers,
    }
    sent: list[Message] = []
    left = asyncio.Event()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if len(sent) >= most:
            left.set()

    async def run() -> None:
        try:
            await browser.app(scope, receive, send)
        except* OSError:
            pass

    asyncio.run(run())
    return sent


def test_a_stream_ends_soon_after_its_session(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign, "_LOOK_SECONDS", 0.0)
    browser = site.browser()
    browser.sign_in()
    session, looks = site.people.session, iter(range(1_000))

    def watched(token: str) -> Any:  # noqa: ANN401 -- as it is
        if next(looks) == 5:
            site.staff.disable("wang.fang")
        return session(token)

    monkeypatch.setattr(site.people, "session", watched)
    sent = stream_until_it_ends(browser, most=500)

    assert sent[-1] == {"type": "http.response.body", "body": b""}
    assert 3 < len(sent) < 10


def test_a_stream_ends_when_what_its_listener_holds_has_changed(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign, "_LOOK_SECONDS", 0.0)
    browser = site.browser()
    browser.sign_in()
    session, looks = site.people.session, iter(range(1_000))

    def watched(token: str) -> Any:  # noqa: ANN401 -- as it is
        if next(looks) == 5:
            site.staff.revoke("wang.fang", Grant(role=Role.OPERATOR, area="pudong"))
        return session(token)

    monkeypatch.setattr(site.people, "session", watched)
    sent = stream_until_it_ends(browser, most=500)

    assert sent[-1] == {"type": "http.response.body", "body": b""}
    assert 3 < len(sent) < 10


def test_an_open_stream_keeps_its_session_alive(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A screen that shows the night is used, although nobody touches it."""
    monkeypatch.setattr(sign, "_LOOK_SECONDS", 0.0)
    browser = site.browser()
    browser.sign_in()
    session = site.people.session

    def later(token: str) -> Any:  # noqa: ANN401 -- as it is
        site.clock.at += 20 * 60_000
        return session(token)

    monkeypatch.setattr(site.people, "session", later)

    assert len(stream_until_it_ends(browser, most=10)) == 10


def talk(site: Site, browser: Browser, path: str) -> list[str]:
    """Open a socket that is sent a word again and again; return what came over it."""
    sent: list[str] = []

    async def chatter(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "websocket.accept"})
        for _ in range(20):
            await send({"type": "websocket.send", "text": "word"})

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])
        if len(sent) == 5:
            site.staff.disable("wang.fang")

    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    headers = [(b"host", b"localhost"), (b"cookie", cookie.encode())]
    scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b""}
    guarded = sign.SignIn(chatter, people=site.people, cookies=Cookies())
    with suppress(OSError):
        asyncio.run(guarded(scope, receive, send))
    return sent


def test_a_socket_ends_soon_after_its_session(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign, "_LOOK_SECONDS", 0.0)
    browser = site.browser()
    browser.sign_in()

    told = talk(site, browser, "/socket")
    assert told == ["websocket.accept", *["websocket.send"] * 4, "websocket.close"]


def test_the_pages_own_socket_stays_so_that_the_page_can_ask_in_place(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NiceGUI loads a page anew that has lost its socket, and what was typed would be gone."""
    monkeypatch.setattr(sign, "_LOOK_SECONDS", 0.0)
    browser = site.browser()
    browser.sign_in()

    told = talk(site, browser, "/_nicegui_ws/socket.io")
    assert told == ["websocket.accept", *["websocket.send"] * 20]


@pytest.mark.parametrize("path", ["/socket", "/_nicegui_ws/socket.io"])
def test_a_socket_of_a_stranger_is_refused(site: Site, path: str) -> None:
    headers = [(b"host", b"localhost")]
    scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b""}
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(site.app(scope, receive, send))

    assert sent == [{"type": "websocket.close", "code": 1008}]
