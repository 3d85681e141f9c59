"""Copies: the text of every article's file as it was last read or written. See docs/decisions/0088.

Small files are stored as they are, larger ones compressed: in an import, compressing all took 4 % of the time.

A file that was edited, emptied or deleted by hand is all that there was of its text; this is what it was before. The
copies have a table of their own, so that no query reads them. A catalog that was made before has none until a sync.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from docarchive.catalog.database import Database
from docarchive.catalog.schema import COPIES
from docarchive.catalog.stored import row_sum
from docarchive.digests import sha256
from docarchive.folder import MAX_READ
from docarchive.records import NamedTuple

_FACT: Final = ("copies", "all")
_BATCH: Final = 500
#: The size of files in bytes up to which they are stored as they are: two of them fit on a page of the database.
_SMALL: Final = 2_000
#: How the file of an article begins that is stored as it is. What is compressed begins otherwise (RFC 1950, 2.2).
_START: Final = b"-"


class Uncopied(NamedTuple):
    """An article of which the catalog has no copy."""

    n: int  # its row number
    id: str
    path: str  # of its file, relative to the archive
    digest: bytes  # the SHA-256 of its file


def packed(content: bytes) -> bytes:
    """Returns what ``keep_copies`` stores of the bytes of a file."""
    if len(content) <= _SMALL and content.startswith(_START):
        return content
    window = min(max(len(content).bit_length(), 9), 15)  # to prepare a larger one takes longer than to compress a text
    deflating = zlib.compressobj(1, zlib.DEFLATED, window, memLevel=6)
    return deflating.compress(content) + deflating.flush()


def unpacked(copy: bytes) -> bytes:
    """Returns the bytes of a file from what ``packed`` has returned; raises ``zlib.error`` if it is damaged."""
    return copy if copy.startswith(_START) else zlib.decompressobj().decompress(copy, MAX_READ)


class Copies(Database):
    """The catalog's methods for copies of articles' files."""

    def copy_of(self, id_: str) -> bytes | None:
        """Returns what an article's file was when it was last read; None if there is no copy that has its digest."""
        if not self._has_copies:
            return None
        sql = "SELECT copy, digest FROM copies JOIN articles USING (n) WHERE id = ?"
        for copy, digest in self._select("bd", sql, (id_,)):
            with suppress(zlib.error):
                content = unpacked(copy)
                if sha256(content).digest() == digest:
                    return content
        return None

    def keep_copies(self, copies: Iterable[tuple[str, bytes]]) -> None:
        """Adds or replaces copies of articles' files, ``packed``, by id; in the transaction that adds the articles.

        Each has the digest that is recorded of the file.
        """
        self._db.execute(COPIES.replace("TABLE", "TABLE IF NOT EXISTS"))
        sql = "INSERT OR REPLACE INTO copies SELECT n, ?, ? FROM articles WHERE id = ?"
        self._db.executemany(sql, ((copy, zlib.crc32(copy), id_) for id_, copy in copies))

    def take_copies(self, other: Copies, ids: Iterable[str]) -> None:
        """Adds copies from another catalog, of articles that have the same digests in both; in a transaction."""
        contents = ((id_, other.copy_of(id_)) for id_ in ids)
        self.keep_copies((id_, packed(content)) for id_, content in contents if content is not None)

    @property
    def has_all_copies(self) -> bool:
        """Whether every article has a copy whose file was whole when it was last read."""
        facts = self._select("ttn", "SELECT name, value, sum FROM facts WHERE name = ?", _FACT[:1])
        return (*_FACT, row_sum(*_FACT)) in facts

    def note_all_copies(self) -> None:
        """Notes that every article has a copy; in a transaction."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", (*_FACT, row_sum(*_FACT)))

    def uncopied(self) -> Iterator[list[Uncopied]]:
        """Yields the articles that have no copy, in lists; copies may be added in between."""
        last = 0
        missing = "AND n NOT IN (SELECT n FROM copies) " if self._has_copies else ""
        sql = f"SELECT n, id, path, digest FROM articles WHERE n > ? {missing}ORDER BY n LIMIT {_BATCH}"
        while rows := [Uncopied(*row) for row in self._select("nttd", sql, (last,))]:
            yield rows
            last = rows[-1].n

    def damaged_copies(self) -> int:
        """Returns how many copies have other bytes than were stored."""
        if not self._has_copies:
            return 0
        copies = self._select("bn", "SELECT copy, sum FROM copies")
        return sum(zlib.crc32(copy) != sum_ for copy, sum_ in copies)

    @property
    def _has_copies(self) -> bool:
        return bool(self._one("n", "SELECT count(*) FROM sqlite_master WHERE name = 'copies'"))
