"""A real PostgreSQL for tests, on loopback and a free port, with a database for each test."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from threading import Event

import psycopg

_PLACES = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"
_SERVANTS = ("postgres", "nobody")
"""Who runs it where we are root: PostgreSQL refuses root."""
_TRIES = 1500
_PAUSE_SECONDS = 0.02


def find_postgres() -> Path | None:
    """Return the folder of its programs, the newest of several; None if this machine has none."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    folders = [folder for place in _PLACES for folder in Path("/").glob(place[1:])]
    return max((one for one in folders if (one / "initdb").exists()), key=_version, default=None)


class Postgres:
    """One server over its folder; may be stopped, killed and started again on the same port.

    What it writes is not forced to the disk: it is to survive its own death, not the machine's.

    Args:
        folder: Its own, and reachable for another user where we are root.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._servant = _servant()

    def start(self) -> None:
        """Start it and wait until it answers; the first time its files are made.

        Raises:
            FileNotFoundError: It is not installed.
            RuntimeError: It did not start; its log says why.
        """
        programs = find_postgres()
        if programs is None:
            message = "there is no PostgreSQL on this machine"
            raise FileNotFoundError(message)
        if not (self.folder / "data").exists():
            self._make(programs)
        options = f"-D data -F -h 127.0.0.1 -p {self.port} -c max_connections=200"
        self._process = self._run(str(programs / "postgres"), *options.split(), "-k", "")
        self._await(self._process)

    def database(self) -> str:
        """Make a new, empty database and return its URL for SQLAlchemy."""
        name = f"test_{next(self._numbers)}"
        with closing(self._connect()) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._url(name)

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Stop it as a crash would."""
        self._end(signal.SIGQUIT)

    def _make(self, programs: Path) -> None:
        if self._servant:
            shutil.chown(self.folder, self._servant)
        options = "-D data -U sentinel -A trust --no-sync -E UTF8 --locale=C"
        made = self._run(str(programs / "initdb"), *options.split(" "))
        if made.wait() != 0:
            raise RuntimeError(self._said())

    def _run(self, *command: str) -> "subprocess.Popen[bytes]":
        with (self.folder / "server.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 -- found on the path, our arguments
                command,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                user=self._servant,
                group=self._servant and pwd.getpwnam(self._servant).pw_gid,
                extra_groups=[] if self._servant else None,
            )

    def _await(self, process: "subprocess.Popen[bytes]") -> None:
        never = Event()
        for _ in range(_TRIES):
            if process.poll() is not None:
                break
            try:
                self._connect().close()
            except psycopg.OperationalError:
                never.wait(_PAUSE_SECONDS)
            else:
                return
        self.kill()
        raise RuntimeError(self._said())

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(how)
            process.wait()

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="sentinel", dbname="postgres", autocommit=True
        )

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://sentinel@127.0.0.1:{self.port}/{database}"

    def _said(self) -> str:
        log = (self.folder / "server.log").read_text(errors="replace")
        return f"PostgreSQL did not start:\n{log[-4000:]}"


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Run a PostgreSQL in a folder of its own for as long as the block lasts."""
    folder = Path(mkdtemp(prefix="sentinel-postgres-"))
    server = Postgres(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _servant() -> str | None:
    """Return the user who runs it, None: we ourselves."""
    if os.geteuid() != 0:
        return None
    there = {user.pw_name for user in pwd.getpwall()}
    return next(name for name in _SERVANTS if name in there)


def _version(folder: Path) -> tuple[int, ...]:
    digits = "".join(c if c.isdigit() else " " for c in str(folder))
    return tuple(int(number) for number in digits.split())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
