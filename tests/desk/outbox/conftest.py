"""Messages as the desk puts them, and a way to look at what became of them."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from sentinel.desk import outbox
from sentinel.desk.outbox import Asked, Kept
from sentinel.desk.transactions import reading, writing
from sentinel.testing.notices import notice_message
from sentinel.warn.notice import Message


@pytest.fixture(scope="session")
def message() -> Callable[..., Message]:
    """Build a message."""
    return notice_message


@pytest.fixture
def put(engine: Engine) -> Callable[..., int]:
    """Put messages in a transaction of their own."""

    def at_once(*messages: Message, at: int = 0) -> int:
        with writing(engine) as connection:
            return outbox.put(connection, messages, at)

    return at_once


@pytest.fixture
def look(engine: Engine) -> Callable[[], dict[str, Kept]]:
    """Return every message by its id."""

    def all_of_them() -> dict[str, Kept]:
        with reading(engine) as connection:
            return {
                kept.message.id: kept for kept in outbox.listed(connection, Asked(limit=10_000))
            }

    return all_of_them
