"""Readings kept for charts, exports and hindsight; nothing that judges ever reads them.

`open_store` gives a `ReadingStore`: SQLite files on this machine, or a time-series database that
speaks line protocol. Rejections stay in SQLite on this machine whichever it is.
"""

from sentinel.store.contract import RankPoint, ReadingStore, StoredReadings
from sentinel.store.open import open_store
from sentinel.store.rejections import Kept, KeptState, RejectionLog
from sentinel.store.settings import StoreKind, StoreSettings

__all__ = [
    "Kept",
    "KeptState",
    "RankPoint",
    "ReadingStore",
    "RejectionLog",
    "StoreKind",
    "StoreSettings",
    "StoredReadings",
    "open_store",
]
