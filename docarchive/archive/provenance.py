"""Provenance: where an article came from."""

from __future__ import annotations

from typing import Any, NamedTuple


class Provenance(NamedTuple):
    """Where an article came from; what is not known is None or empty.

    Attributes:
        id: The article's.
        title: Likewise.
        imported_from: The input as the user named it, and its place in it: ``inbox.zip:posts/a.md``.
        url: The article's address, if it has one.
        archived: When it came in, in UTC.
        format: The reader that read it.
        reader: The same with its version.
        encoding: Of its bytes, if it was not UTF-8.
        original: ``sha256:`` and the digest of the file that it was read from.
        original_path: That file in the archive, relative to it; None if it was deleted.
        original_size: Its bytes.
        fingerprint: Digest of the article's own record, if that file held many.
        path: The article's file, relative to the archive.
        versions: Files of its older versions, the oldest first.
    """

    id: str
    title: str
    imported_from: str | None
    url: str | None
    archived: str | None
    format: str | None
    reader: str | None
    encoding: str | None
    original: str | None
    original_path: str | None
    original_size: int | None
    fingerprint: str | None
    path: str
    versions: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Returns it as a JSON object (schema 1)."""
        return {"schema": 1, **self._asdict(), "versions": [*self.versions]}
