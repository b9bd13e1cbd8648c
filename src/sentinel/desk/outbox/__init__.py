"""The outbox: every message that was to go out, until it has gone or a person has seen that not.

A message is put in the transaction of what it tells. A sender leases it, tries, and notes what came
of it; if it dies in between, the lease ends and the next try carries the same id. So a message is
never lost, and one that comes twice can be known by its id.
"""

from sentinel.desk.outbox.asking import Asked, Kept, Waiting, counts, listed, waiting
from sentinel.desk.outbox.leasing import Leased, due, lease, renew
from sentinel.desk.outbox.noting import Patience, Setback, Upshot, deferred, done, failed
from sentinel.desk.outbox.putting import cancel, put
from sentinel.desk.outbox.tables import MessageState
from sentinel.desk.outbox.tending import dismiss, prune, retry

__all__ = [
    "Asked",
    "Kept",
    "Leased",
    "MessageState",
    "Patience",
    "Setback",
    "Upshot",
    "Waiting",
    "cancel",
    "counts",
    "deferred",
    "dismiss",
    "done",
    "due",
    "failed",
    "lease",
    "listed",
    "prune",
    "put",
    "renew",
    "retry",
    "waiting",
]
