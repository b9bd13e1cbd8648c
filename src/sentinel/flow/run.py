"""Running a flow: one at a time on its folder, with recovery, until it ends or is told to."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bytewax.dataflow import Dataflow
from bytewax.errors import BytewaxRuntimeError
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main

from sentinel.domain.errors import LockedError, ServiceError

EPOCH = timedelta(seconds=1)
"""Between two commits of the cursor: what a crash makes us read again beyond the checkpoints."""


def run_flow(flow: Dataflow, directory: Path, *, epoch: timedelta = EPOCH) -> None:
    """Run `flow` to its end, keeping its position under `directory`.

    Raises:
        SentinelError: What stopped it, as it was raised; also where there is no room to write.
    """
    recovery = directory / "recovery"
    if not list(recovery.glob("*.sqlite3")):
        recovery.mkdir(parents=True, exist_ok=True, mode=0o700)
        init_db_dir(recovery, 1)
    os.environ.setdefault("RUST_BACKTRACE", "0")  # its frames tell nobody here anything
    try:
        cli_main(flow, epoch_interval=epoch, recovery_config=RecoveryConfig(str(recovery)))
    except BytewaxRuntimeError as error:
        raise _told(_root(error), directory) from None
    except RuntimeError as error:  # as Bytewax says that its SQLite files cannot be used
        message = (
            f"the position under {recovery} cannot be kept: {error}; nothing is lost: make room, "
            f"or if a file is damaged remove {directory} to begin again, and start anew"
        )
        raise ServiceError(message) from error


def _told(error: BaseException, directory: Path) -> BaseException:
    """Return trouble with a file in words; anything else as it is."""
    if not isinstance(error, OSError):
        return error
    where, why = error.filename or directory, (error.strerror or str(error)).lower()
    return ServiceError(f"{where}: {why}; nothing is lost: start anew when that is mended")


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
