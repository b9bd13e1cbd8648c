"""Every refusal of the API in plain words: `{"error": "..."}`."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from sentinel.domain.errors import AccessError, SentinelError
from sentinel.observe.events.desk import RequestFailed

_SECRET = frozenset({"password", "old", "new"})
"""Fields that no answer repeats."""


class NotFoundError(SentinelError):
    """What was asked for is not there, or not for the one who asks to see."""


class NotAllowedError(SentinelError):
    """The one who asks may see it and may not do it."""


def speak_plainly(app: FastAPI) -> None:
    """Turn errors into plain words, and mistakes of our own into a line in the log."""
    for error, status in _STATUS.items():
        app.add_exception_handler(error, _telling(status))

    @app.exception_handler(StarletteHTTPException)
    def refused(_request: Request, error: StarletteHTTPException) -> Response:
        return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)

    @app.exception_handler(RequestValidationError)
    def not_understood(_request: Request, error: RequestValidationError) -> Response:
        problems = "; ".join(_problem(problem) for problem in error.errors())
        return JSONResponse({"error": problems}, 400)

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> Response:
        RequestFailed(path=request.url.path, reason=repr(error)).emit()
        return JSONResponse({"error": "a mistake of our own; it is in the desk's log"}, 500)


_STATUS: dict[type[Exception], int] = {
    NotFoundError: 404,
    NotAllowedError: 403,
    AccessError: 400,
    SentinelError: 503,
}


def _telling(status: int) -> Any:  # noqa: ANN401 -- Starlette wants handlers of any exception
    def tell(_request: Request, error: Exception) -> Response:
        return JSONResponse({"error": str(error)}, status)

    return tell


def _problem(problem: dict[str, Any]) -> str:
    where = ".".join(str(part) for part in problem["loc"][1:]) or "body"
    told, found = f"`{where}`: {problem['msg'].lower()}", problem.get("input")
    if isinstance(found, dict) or where in _SECRET:
        return told
    return f"{told}; got {found!r:.80}"
