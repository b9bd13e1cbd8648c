"""Opening the desk's database."""

from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import URL, Engine, create_engine, event, select, text, update
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from sentinel.desk.tables import SCHEMA, metadata, positions, warnings
from sentinel.desk.taking import warning_row
from sentinel.domain.errors import ServiceError
from sentinel.warn.warning import EarlyWarning

WRITES = "sentinel_writes"
"""Execution option of a connection that will write: SQLite then waits for its turn at once."""


def open_database(where: str | Path) -> Engine:
    """Open the database at a path or SQLAlchemy URL, with its tables, made if there are none.

    Raises:
        ServiceError: It cannot be opened, or a newer sentinel has written it.
    """
    url = _url(where)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    shown = url.render_as_string(hide_password=True)
    try:
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            _settle_sqlite(engine)
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            _prepare(connection, shown)
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        message = f"desk: the database {shown!r} cannot be opened: {reason}"
        raise ServiceError(message) from error
    except ImportError as error:
        message = (
            f"desk: the database {shown!r} needs a driver that is not installed here: {error}; "
            f"install it beside sentinel, or name another one, such as "
            f"`{url.get_backend_name()}+DRIVER://...`"
        )
        raise ServiceError(message) from error
    return engine


def _url(where: str | Path) -> URL:
    """Return a URL; a path may hold anything, such as `?`, which in a URL begins something else."""
    if isinstance(where, Path):
        return URL.create("sqlite", database=str(where))
    try:
        return make_url(where)
    except SQLAlchemyError as error:
        message = (
            "desk: `database` must be a URL such as `postgresql+psycopg://desk@host/sentinel`; "
            f"it is none: {where.split('@')[-1]!r}"
        )
        raise ServiceError(message) from error


def _prepare(connection: Connection, shown: str) -> None:
    metadata.create_all(connection)
    asked = select(positions.c.name, positions.c.position)
    found = {name: position for name, position in connection.execute(asked)}  # noqa: C416 -- typed
    if found.get("schema", SCHEMA) > SCHEMA:
        message = (
            f"desk: the database {shown!r} was written by a newer sentinel (schema "
            f"{found['schema']}, this one knows {SCHEMA}); run that one, or restore a backup"
        )
        raise ServiceError(message)
    if found.get("schema", SCHEMA) < SCHEMA:
        _bring_up(connection)
    for name, position in (("schema", SCHEMA), ("findings", 0), ("revision", 0)):
        if name not in found:
            connection.execute(positions.insert().values(name=name, position=position))


def _bring_up(connection: Connection) -> None:
    """Schema 1 had `rule` and `worst` in the body of a warning only."""
    for column in ("rule VARCHAR(200) NOT NULL DEFAULT ''", "worst INTEGER NOT NULL DEFAULT 0"):
        connection.execute(text(f"ALTER TABLE warnings ADD COLUMN {column}"))
    for key, body in connection.execute(select(warnings.c.id, warnings.c.body)).all():
        row = warning_row(msgspec.json.decode(body, type=EarlyWarning))
        connection.execute(update(warnings).where(warnings.c.id == key).values(row))
    schema = positions.c.name == "schema"
    connection.execute(update(positions).where(schema).values(position=SCHEMA))


def _settle_sqlite(engine: Engine) -> None:
    """Readers beside one writer; a commit is on the disk; transactions begin when we say so."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's own
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
