"""What can go wrong that is not bad input.

SentinelError
├── ConfigurationError   the files given do not add up; carries every problem found
├── JournalError         a journal cannot be read or written
│   └── DiskFull         no room to append; nothing was acknowledged
├── StoreError           the time-series store refused
│   └── StoreDown        not reachable or not answering; worth trying again
├── DeliveryError        a message did not go out
│   ├── TryAgain         over this channel it may go out later
│   └── Refused          over this channel it never will
├── LockedError          another process is at work on the same files
├── AccessError          what was asked of users, tokens or drafts is not possible
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


class DeliveryError(SentinelError):
    """A message did not go out over a channel."""


class TryAgain(DeliveryError):  # noqa: N818 -- says what to do
    """The same message may go out over the same channel later.

    Args:
        reason: In plain words; without secrets.
        after: The channel asked for so long a pause, milliseconds; 0: it did not.
    """

    def __init__(self, reason: str, after: int = 0) -> None:
        super().__init__(reason)
        self.after = after


class Refused(DeliveryError):  # noqa: N818 -- named after what happened
    """No later try of the same message over the same channel will do better."""


class LockedError(SentinelError):
    """Another process is at work on the same files."""


class AccessError(SentinelError):
    """What was asked of users, tokens or drafts is not possible; the text says why."""


class ServiceError(SentinelError):
    """A service cannot do its work."""


class NoRoom(ServiceError):  # noqa: N818 -- named after what happened
    """The disk is full; the service lost nothing, and may begin anew when there is room."""
