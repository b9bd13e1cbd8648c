"""Readings in SQLite files on this machine: one file a day, columns in pages, no row a reading."""
