"""From settings to a store."""

from pathlib import Path

from sentinel.store.contract import ReadingStore
from sentinel.store.rejections import RejectionLog
from sentinel.store.settings import StoreKind, StoreSettings
from sentinel.store.sqlite.store import SqliteStore


def open_store(settings: StoreSettings, directory: Path) -> ReadingStore:
    """Return the store of the settings; nothing is touched before the first write or question.

    Args:
        settings: The section `store:`.
        directory: For what is kept on this machine: rejections, and with SQLite everything.

    Raises:
        StoreError: The token is not where the settings say.
    """
    rejections = open_rejections(settings, directory)
    if settings.kind is StoreKind.SQLITE:
        return SqliteStore(directory, rejections)
    from sentinel.store.line.store import line_store  # noqa: PLC0415 -- its client takes 0.4 s to import

    return line_store(settings, rejections)


def open_rejections(settings: StoreSettings, directory: Path) -> RejectionLog:
    """Return the rejections alone, for those who need no readings."""
    return RejectionLog(
        directory / "rejections.db",
        keep_ms=settings.keep_rejections,
        most=settings.most_rejections,
        most_bytes=settings.most_rejections_size,
    )
