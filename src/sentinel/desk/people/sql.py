"""What SQLite and PostgreSQL say alike, and SQLAlchemy has no common word for."""

from sentinel.desk.sql import inserting

__all__ = ["inserting"]
