"""Transactions on the desk's database, on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from sentinel.domain.errors import ServiceError

WRITES = "sentinel_writes"
"""Execution option of a connection that will write: SQLite then waits for its turn at once."""
TURN = "sentinel_turn"
"""Execution option of an engine that knows one writer only: the lock that our threads queue at,
since SQLite's own way of waiting is to look again now and then."""


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Give a connection that sees one state of the database.

    Raises:
        ServiceError: The database does not do its work; the same may succeed later.
    """
    with told_plainly(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that is committed at the end of the block, or undone.

    Not to be nested: SQLite has one writer, and it would wait for itself.

    Raises:
        ServiceError: The database does not do its work; nothing of the block is kept.
    """
    with told_plainly(), _turn(engine), engine.connect() as plain:
        connection = plain.execution_options(**{WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn the database's errors into our own."""
    try:
        yield
    except SQLAlchemyError as error:
        message = f"desk: the database refused: {getattr(error, 'orig', None) or error}"
        raise ServiceError(message) from error


def _turn(engine: Engine) -> AbstractContextManager[object]:
    turn: AbstractContextManager[object] | None = engine.get_execution_options().get(TURN)
    return turn or nullcontext()
