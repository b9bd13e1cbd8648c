"""Transactions on both databases, and desks that start together."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, func, select, update

from sentinel.desk import open_database
from sentinel.desk.tables import positions
from sentinel.desk.transactions import reading, writing
from sentinel.domain.errors import ServiceError
from sentinel.testing.postgres import Postgres

REVISION = positions.c.name == "revision"


def revision(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.scalars(select(positions.c.position).where(REVISION)).one())


def test_what_is_written_is_there_at_the_end_of_the_block(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(update(positions).where(REVISION).values(position=7))

    assert revision(engine) == 7


def test_a_block_that_fails_leaves_nothing(engine: Engine) -> None:
    def fail() -> None:
        with writing(engine) as connection:
            connection.execute(update(positions).where(REVISION).values(position=7))
            _ = 1 // 0

    with pytest.raises(ZeroDivisionError):
        fail()

    assert revision(engine) == 0


def test_threads_that_write_at_once_lose_nothing(engine: Engine) -> None:
    def add_one(_: int) -> None:
        with writing(engine) as connection:
            more = positions.c.position + 1
            connection.execute(update(positions).where(REVISION).values(position=more))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(40)))

    assert revision(engine) == 40


def test_a_refusal_of_the_database_is_told_plainly(engine: Engine) -> None:
    with pytest.raises(ServiceError, match="the database refused"), writing(engine) as connection:
        connection.execute(positions.insert().values(name="revision", position=1))


def test_desks_that_start_together_on_an_empty_database_all_start(database_url: str) -> None:
    with ThreadPoolExecutor(6) as desks:
        engines = list(desks.map(open_database, [database_url] * 6))

    with reading(engines[0]) as connection:
        count = connection.scalar(select(func.count()).select_from(positions))
    assert count == 3
    for engine in engines:
        engine.dispose()


@pytest.mark.postgres
def test_a_server_that_died_serves_again_after_its_start(postgres: Postgres) -> None:
    engine = open_database(postgres.database())
    postgres.kill()
    with pytest.raises(ServiceError):
        revision(engine)
    postgres.start()

    assert revision(engine) == 0
    engine.dispose()
