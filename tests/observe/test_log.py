"""What is written about what happens."""

import io
from collections.abc import Iterator

import pytest
import structlog
from typing_extensions import override

from sentinel.observe.events.app import UpkeepFailed
from sentinel.observe.log import configure_logging


class Full(io.StringIO):
    """A file on a disk without room."""

    @override
    def write(self, text: str, /) -> int:
        raise OSError(28, "No space left on device")

    @override
    def flush(self) -> None:
        raise OSError(28, "No space left on device")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()


def test_a_log_that_finds_no_room_ends_nothing() -> None:
    configure_logging(service="listen", stream=Full())

    UpkeepFailed(service="listen", reason="no room").emit()
