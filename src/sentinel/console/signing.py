"""Puts signing in on a server: middleware, routes, and the page that works by itself."""

from collections.abc import Iterable
from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, Response

from sentinel.console.cookies import Cookies
from sentinel.console.people import PeopleDesk
from sentinel.console.session_api import drafts_router, session_router
from sentinel.console.shapes import PREFIX
from sentinel.console.sign import SIGN_IN, SignIn

_WEB = Path(__file__).parent / "web"
_LOADED = ("console.css", "drafts.js", "sign-in.js", "sign-texts.js", "signing.js")
"""What strangers may load: the page on which they sign in, and nothing of the city."""
_ASKED_ANEW = {"cache-control": "no-cache"}


def add_signing(
    app: FastAPI, people: PeopleDesk, *, secure: bool = False, open_paths: Iterable[str] = ()
) -> None:
    """Let only people who are known ask `app` anything; the `Guard` is added after this one.

    secure: Cookies go over HTTPS only, even if it seems to be HTTP. open_paths: Further ones that
    everybody may read.
    """
    cookies = Cookies(secure=secure)
    app.include_router(session_router(people, cookies), prefix=PREFIX)
    app.include_router(drafts_router(people), prefix=PREFIX)
    _add_page(app)
    app.add_middleware(SignIn, people=people, cookies=cookies, open_paths=open_paths)


def _add_page(app: FastAPI) -> None:
    @app.get(SIGN_IN, include_in_schema=False)
    def sign_in_page() -> Response:
        return FileResponse(_WEB / "sign-in.html", headers=_ASKED_ANEW)

    @app.get(f"{SIGN_IN}/{{name}}", include_in_schema=False)
    def loaded_by_it(name: str) -> Response:
        if name not in _LOADED:
            raise HTTPException(404, f"the sign-in page loads no {name!r}")
        return FileResponse(_WEB / name, headers=_ASKED_ANEW)
