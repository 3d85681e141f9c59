"""Fetched: what servers said of the addresses that articles were fetched from, for conditional requests."""

from __future__ import annotations

from docarchive.catalog.database import Database


class Fetched(Database):
    """What reads and writes that."""

    def validators(self, address: str) -> tuple[str | None, str | None]:
        """Returns the ETag and the date of change that a server gave for an address, as far as they are known."""
        return next(self._select("SELECT etag, modified FROM fetched WHERE address = ?", (address,)), (None, None))

    def set_validators(self, address: str, etag: str | None, modified: str | None) -> None:
        """Notes what a server said of an address."""
        self._db.execute("INSERT OR REPLACE INTO fetched VALUES (?, ?, ?)", (address, etag, modified))
