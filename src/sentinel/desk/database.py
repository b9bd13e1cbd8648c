"""Opening the desk's database."""

from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, select, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from sentinel.desk import trail
from sentinel.desk.outbox import tables as _outbox  # noqa: F401 -- made with the others
from sentinel.desk.people import tables as _people  # noqa: F401 -- made with the others
from sentinel.desk.publish import tables as _publish  # noqa: F401
from sentinel.desk.tables import SCHEMA, metadata, positions
from sentinel.desk.transactions import TURN, WRITES
from sentinel.domain.errors import ServiceError

_MAKING_TABLES = 0x73656E74
"""The number of the lock at which desks that start together on one PostgreSQL wait."""
_OPTIONS: dict[str, dict[str, Any]] = {"postgresql": {"use_native_hstore": False}}
"""Each new connection would otherwise first ask for a type that no table here has."""


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
        engine = create_engine(url, **_OPTIONS.get(url.get_backend_name(), {}))
        if engine.dialect.name == "sqlite":
            _settle_sqlite(engine)
            engine.update_execution_options(**{TURN: Lock()})
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
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _MAKING_TABLES})
    positions.create(connection, checkfirst=True)
    asked = select(positions.c.name, positions.c.position)
    found = {name: position for name, position in connection.execute(asked)}  # noqa: C416 -- typed
    _refuse_another(found.get("schema", SCHEMA), shown)
    metadata.create_all(connection)
    trail.prepare(connection)
    for name, position in (("schema", SCHEMA), ("findings", 0), ("revision", 0)):
        if name not in found:
            connection.execute(positions.insert().values(name=name, position=position))


def _refuse_another(schema: int, shown: str) -> None:
    if schema > SCHEMA:
        message = (
            f"desk: the database {shown!r} was written by a newer sentinel (schema {schema}, this "
            f"one knows {SCHEMA}); run that one, or restore a backup"
        )
        raise ServiceError(message)
    if schema < SCHEMA:
        message = (
            f"desk: the database {shown!r} is of a sentinel from before there were cases (schema "
            f"{schema}, this one writes {SCHEMA}); move it away: a new one begins with the "
            "findings that are still in their journal"
        )
        raise ServiceError(message)


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
