import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from sentinel.console.plainly import speak_plainly
from sentinel.console.who import Asking, must_hold, must_see
from sentinel.domain.person import Grant, Person, Role
from tests.signing.conftest import Browser

WANG = Person(
    id="wang.fang",
    name="王芳",
    grants=(Grant(role=Role.OPERATOR, area="pudong"), Grant(role=Role.VIEWER, area="hongkou")),
)


class Known:
    """Puts Wang before every path but `/open`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/open":
            scope["state"] = {"person": WANG}
        await self._app(scope, receive, send)


@pytest.fixture
def client() -> Browser:
    """A server on which Wang asks, except at `/open`, where nobody is known."""
    app = FastAPI()
    speak_plainly(app)

    app.add_middleware(Known)

    @app.get("/see/{area:path}")
    def see(area: str, who: Asking) -> str:
        must_see(who, area, f"case in {area!r}")
        return "seen"

    @app.get("/act/{area:path}")
    def act(area: str, who: Asking) -> str:
        must_see(who, area, f"case in {area!r}")
        must_hold(who, Role.OPERATOR, area)
        return "done"

    @app.get("/open")
    def open_(who: Asking) -> str:
        return who.id

    return Browser(app)


@pytest.mark.parametrize("area", ["pudong", "pudong/hq/g07", "hongkou/x"])
def test_what_lies_in_ones_areas_is_seen(client: Browser, area: str) -> None:
    assert client.ask("GET", f"/see/{area}").json() == "seen"


@pytest.mark.parametrize("area", ["jingan", "pudong2", "pudon", "PUDONG", "x/pudong"])
def test_what_lies_elsewhere_is_as_if_it_were_not_there(client: Browser, area: str) -> None:
    answer = client.ask("GET", f"/act/{area}")

    assert answer.status_code == 404
    assert answer.json() == {"error": f"there is no case in {area!r}"}


def test_what_one_sees_without_the_role_is_refused_in_plain_words(client: Browser) -> None:
    assert client.ask("GET", "/act/pudong/hq").json() == "done"
    answer = client.ask("GET", "/act/hongkou")

    assert answer.status_code == 403
    assert answer.json() == {
        "error": "this needs the role 'operator' in 'hongkou', which 王芳 does not have"
    }


def test_a_route_that_is_open_and_asks_who_it_is_says_to_sign_in(client: Browser) -> None:
    answer = client.ask("GET", "/open")

    assert answer.status_code == 401
    assert "sign in" in answer.json()["error"]
