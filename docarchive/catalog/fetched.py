"""Validators: the ETag and Last-Modified of addresses that were fetched, for conditional requests (RFC 9110, 13.1)."""

from __future__ import annotations

from docarchive.catalog.database import Database


class Fetched(Database):
    """The catalog's methods for the validators of addresses."""

    def validators(self, address: str) -> tuple[str | None, str | None]:
        """Returns the ETag and the Last-Modified that the server sent for an address; None for what it did not send."""
        return next(self._select("SELECT etag, modified FROM fetched WHERE address = ?", (address,)), (None, None))

    def set_validators(self, address: str, etag: str | None, modified: str | None) -> None:
        """Sets the ETag and the Last-Modified of an address."""
        self._db.execute("INSERT OR REPLACE INTO fetched VALUES (?, ?, ?)", (address, etag, modified))
