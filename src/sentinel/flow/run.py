"""Running a flow: one at a time on its folder, with recovery, until it ends or is told to."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bytewax.dataflow import Dataflow
from bytewax.errors import BytewaxRuntimeError
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main

from sentinel.disk.room import is_low, is_no_room
from sentinel.domain.errors import LockedError, NoRoom, ServiceError

EPOCH = timedelta(seconds=1)
"""Between two commits of the cursor: what a crash makes us read again beyond the checkpoints."""

_FULL = ("database or disk is full", "no space left on device")
"""How SQLite and the system say, through Bytewax, that there is no room."""
_SPOILT = ("file is not a database", "malformed")
"""Of these no room is the cure."""


def run_flow(flow: Dataflow, directory: Path, *, epoch: timedelta = EPOCH) -> None:
    """Run `flow` to its end, keeping its position under `directory`.

    Raises:
        NoRoom: The disk is full; begun anew, it goes on from the last position on it.
        SentinelError: What else stopped it, as it was raised.
    """
    recovery = directory / "recovery"
    os.environ.setdefault("RUST_BACKTRACE", "0")  # its frames tell nobody here anything
    try:
        _make(recovery)
        cli_main(flow, epoch_interval=epoch, recovery_config=RecoveryConfig(str(recovery)))
    except BytewaxRuntimeError as error:
        root = _root(error)
        if isinstance(root, RuntimeError) and str(recovery) in str(root):
            raise _unkept(root, recovery) from None
        raise _told(root, directory) from None
    except BaseException as error:
        if not _is_of_position(error):
            raise
        raise _unkept(error, recovery) from error


def _make(recovery: Path) -> None:
    """Make Bytewax's own folder if there is none; whole or not at all, since a disk may be full."""
    if list(recovery.glob("*.sqlite3")):
        return
    unfinished = recovery.with_suffix(".unfinished")
    for folder in (recovery, unfinished):
        shutil.rmtree(folder, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    init_db_dir(unfinished, 1)
    unfinished.rename(recovery)


def _told(error: BaseException, directory: Path) -> BaseException:
    """Return trouble with a file in words; anything else as it is."""
    if not isinstance(error, OSError):
        return error
    where, why = error.filename or directory, (error.strerror or str(error)).lower()
    if is_no_room(error):
        return NoRoom(f"{where}: {why}")
    return ServiceError(f"{where}: {why}; nothing is lost: start anew when that is mended")


def _is_of_position(error: BaseException) -> bool:
    """Say whether Bytewax cannot use its SQLite files: an error when it opens them, else a panic.

    The panic's type has no name to be imported by, and is no Exception.
    """
    return isinstance(error, RuntimeError) or type(error).__name__ == "PanicException"


def _unkept(error: BaseException, recovery: Path) -> ServiceError:
    what = str(error).lower()
    full = next((said for said in _FULL if said in what), None)
    if full is not None:
        return NoRoom(f"{recovery}: {full}")
    if is_low(recovery) and not any(said in what for said in _SPOILT):
        return NoRoom(f"{recovery}: {error}")
    return ServiceError(
        f"the position under {recovery} cannot be kept: {error}; nothing is lost: make room, or if "
        f"a file is damaged remove {recovery.parent} to begin again, and start anew"
    )


def _root(error: BaseException) -> BaseException:
    """Return what went wrong below Bytewax's own wrappings."""
    while isinstance(error, BytewaxRuntimeError) and error.__cause__ is not None:
        error = error.__cause__
    return error


@contextmanager
def alone_in(directory: Path) -> Iterator[None]:
    """Hold the folder's lock: Bytewax itself would let two executions spoil one another's state.

    Raises:
        LockedError: Another process holds it.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            message = f"{directory}: one process at a time; another one is at work here"
            raise LockedError(message) from error
        yield
    finally:
        os.close(handle)
