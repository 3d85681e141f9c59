"""Notes: what a union notes of many articles while it runs, in a temporary database rather than in memory."""

from __future__ import annotations

import sqlite3


def notes(*tables: str) -> sqlite3.Connection:
    """Returns a database with empty tables, given as SQL has them; SQLite deletes it when it is closed."""
    database = sqlite3.connect("", isolation_level=None)
    for table in tables:
        database.execute(f"CREATE TABLE {table}")
    return database
