"""The audit trail: who did what when, in a chain that cannot be altered unseen.

Rows are only ever added, each in the transaction of what it tells, and each with the hash of
itself and its predecessor. `verify` names the first broken link. Whoever can write the database
could make the whole chain anew; so its head is kept outside, and what is older than a head that
was kept cannot be rewritten unseen.
"""

from sentinel.desk.trail.asking import Asked, Line, lines
from sentinel.desk.trail.chain import Head, append, head, prepare
from sentinel.desk.trail.verify import Broken, Fault, Whole, verify

__all__ = [
    "Asked",
    "Broken",
    "Fault",
    "Head",
    "Line",
    "Whole",
    "append",
    "head",
    "lines",
    "prepare",
    "verify",
]
