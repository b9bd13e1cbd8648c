"""How log lines look: for a person on a terminal, JSON elsewhere."""

import sys
from contextlib import suppress
from io import TextIOBase
from typing import TextIO, cast

import structlog
from typing_extensions import override

from sentinel.observe.events.app import lost_log_lines


def configure_logging(
    *, service: str, json: bool | None = None, level: str = "info", stream: TextIO | None = None
) -> None:
    """Send log lines to stderr or `stream`, each with the service's name.

    json: Whether as JSON; None: unless it goes to a terminal.
    """
    as_json = not (stream or sys.stderr).isatty() if json is None else json
    numbers = {"debug": 10, "info": 20, "warning": 30, "error": 40}
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if as_json
            else structlog.dev.ConsoleRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(numbers[level]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Lenient(stream))),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)


class _Lenient(TextIOBase):
    """A log that finds no room loses lines; it must not end the service that writes them."""

    def __init__(self, stream: TextIO | None) -> None:
        self._chosen = stream

    @property
    def _stream(self) -> TextIO:
        """Whatever stderr is by now: a test, or a parent, may have put another in its place."""
        return self._chosen or sys.stderr

    @override
    def write(self, text: str, /) -> int:
        try:
            self._stream.write(text)
        except OSError:
            lost_log_lines.inc()
        return len(text)

    @override
    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()
