"""What can go wrong that is not bad input.

SentinelError
├── ConfigurationError   the files given do not add up; carries every problem found
├── JournalError         a journal cannot be read or written
│   └── DiskFull         no room to append; nothing was acknowledged
├── StoreError           the time-series store refused
│   └── StoreDown        not reachable or not answering; worth trying again
├── LockedError          another process is at work on the same files
└── ServiceError         a service cannot do its work
    └── NoRoom           the disk is full; begun anew it goes on when there is room

Bad input from devices is a value, `domain.rejection.Rejection`, never an exception.
"""


class SentinelError(Exception):
    """Root of all errors that sentinel raises on purpose; its text is for a person."""


class JournalError(SentinelError):
    """A journal cannot be read or written."""


class DiskFull(JournalError):  # noqa: N818 -- named after what happened
    """There is no room to append; the rows of this call are not in the journal."""


class StoreError(SentinelError):
    """The store refused what it was given."""


class StoreDown(StoreError):  # noqa: N818 -- named after what happened
    """The store is not reachable or not answering; the same call may succeed later."""


class LockedError(SentinelError):
    """Another process is at work on the same files."""


class ServiceError(SentinelError):
    """A service cannot do its work."""


class NoRoom(ServiceError):  # noqa: N818 -- named after what happened
    """The disk is full; the service lost nothing, and may begin anew when there is room."""
