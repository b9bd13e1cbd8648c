"""The duty desk: warnings and orders in SQL, moved by findings and by people."""

from sentinel.desk.database import open_database
from sentinel.desk.desk import Desk
from sentinel.desk.service import DeskService, Intake
from sentinel.desk.settings import DeskSettings

__all__ = ["Desk", "DeskService", "DeskSettings", "Intake", "open_database"]
