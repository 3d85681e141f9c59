"""Texts: those of the articles that were read last, so that a page of results is asked for once."""

from __future__ import annotations

from _thread import allocate_lock
from collections import OrderedDict
from typing import Final

from docarchive.catalog import Row

_MOST: Final = 4_000_000  # characters


class Texts:
    """Texts of articles' files by id and digest, as many as fit; any thread may ask."""

    def __init__(self) -> None:
        self._texts: OrderedDict[tuple[str, bytes], str] = OrderedDict()
        self._size = 0
        self._lock = allocate_lock()

    def keep(self, row: Row, text: str) -> None:
        """Keeps the text of an article, and drops those that were kept first."""
        with self._lock:
            self._size += len(text) - len(self._texts.pop((row.id, row.digest), ""))
            self._texts[row.id, row.digest] = text
            while self._size > _MOST and len(self._texts) > 1:
                self._size -= len(self._texts.popitem(last=False)[1])

    def get(self, id_: str, digest: bytes) -> str | None:
        """Returns the text of an article; None if it is not kept."""
        with self._lock:
            return self._texts.get((id_, digest))
