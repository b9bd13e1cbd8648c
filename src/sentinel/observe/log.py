"""How log lines look: for a person on a terminal, JSON elsewhere."""

import sys
from typing import TextIO

import structlog


def configure_logging(
    *, service: str, json: bool | None = None, level: str = "info", stream: TextIO | None = None
) -> None:
    """Send log lines to stderr or `stream`, each with the service's name.

    json: Whether as JSON; None: unless it goes to a terminal.
    """
    stream = stream or sys.stderr
    as_json = not stream.isatty() if json is None else json
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
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)
