"""People, put together: where they are kept, and the trail that what they do is written to.

Commands on the desk's own machine ask it with a key of its own, made anew at each start and kept in
a file that only its account can read: whoever can read that can read the database too.
"""

import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.config import Config
from sentinel.desk import open_database
from sentinel.desk.people.people import People
from sentinel.desk.people.secret import new_secret
from sentinel.desk.people.staff import Staff
from sentinel.desk.people.trail import Trail
from sentinel.desk.trail import append
from sentinel.domain.clock import Clock
from sentinel.domain.person import Grant, Person, Role
from sentinel.warn.trail import Entry

TERMINAL = Person(
    id="terminal:desk", name="terminal", grants=(Grant(role=Role.OPERATOR), Grant(role=Role.VIEWER))
)
"""Commands on this machine, at the running desk; no user can be called so."""
_KEY = "desk.key"


def people_of(config: Config, engine: Engine, clock: Clock, key: str = "") -> People:
    """Return who may sign in at the desk with this database.

    key: From `make_key`; a token of `TERMINAL`. Empty: there is none.
    """
    local = {key: TERMINAL} if key else {}
    return People(engine, clock, trail_at(clock), config.desk.people, local=local)


def make_key() -> str:
    """Return a new key for commands on this machine."""
    return new_secret("sentinel_local_")


def keep_key(run: Path, key: str) -> None:
    """Put a desk's key into the folder of run files, in place of that of the desk before."""
    run.mkdir(parents=True, exist_ok=True)
    aside = run / f".{_KEY}.{os.getpid()}"
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    aside.replace(run / _KEY)


def read_key(run: Path) -> str:
    """Return the key of the desk that runs; empty if there is none, or it is not for us to read."""
    try:
        return (run / _KEY).read_text()
    except OSError:
        return ""


def trail_at(clock: Clock) -> Trail:
    """Return what writes entries to the trail, at the time it is."""

    def write(connection: Connection, entries: Sequence[Entry]) -> None:
        append(connection, entries, clock.now())

    return write


@contextmanager
def opened_staff(config: Config) -> Iterator[Staff]:
    """Open the desk's database for somebody at a terminal of this machine; a desk may run."""
    clock = WallClock()
    engine = open_database(config.desk.where(Paths(config.data).desk))
    try:
        yield Staff(engine, clock, trail_at(clock), by=f"terminal:{account()}")
    finally:
        engine.dispose()


def account() -> str:
    """Return who is at this terminal, as the machine knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number that has no name
        return str(os.getuid())
