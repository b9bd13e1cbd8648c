"""The duty desk: warnings, cases and orders in SQL, moved by findings, people and clocks."""

from sentinel.desk.database import open_database
from sentinel.desk.desk import Desk
from sentinel.desk.facts import NOBODY, Facts, FactsReader
from sentinel.desk.service import Clocks, DeskService, Intake
from sentinel.desk.settings import DeskSettings

__all__ = [
    "NOBODY",
    "Clocks",
    "Desk",
    "DeskService",
    "DeskSettings",
    "Facts",
    "FactsReader",
    "Intake",
    "open_database",
]
