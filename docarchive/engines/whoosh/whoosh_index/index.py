"""WhooshIndex: the engine's index as Whoosh's own ``FileIndex``, read only."""

from __future__ import annotations

from typing import Any, Final, NoReturn

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from docarchive.analysis import QueryAnalyzer
from docarchive.engines.damage import damage_reported
from docarchive.engines.whoosh.toc import INDEX_NAME, TOC_FILE, read_toc
from docarchive.engines.whoosh.view import View, open_view
from docarchive.engines.whoosh.whoosh_index.codec import Codec, Segment, Stored
from docarchive.engines.whoosh.whoosh_index.schema import whoosh_schema
from docarchive.errors import UsageError
from docarchive.folder import Folder

_NO_INDEX: Final = -1  # the generation where nothing was indexed yet


def _read_only(*_: Any, **__: Any) -> NoReturn:
    raise UsageError("this index is read-only; change the archive instead (import_, sync)")


class _Storage(FileStorage):
    """The folder of the index, for reading."""

    create = destroy = clean = create_file = delete_file = rename_file = lock = temp_storage = _read_only
    create_index = _read_only


class WhooshIndex(FileIndex):
    """An index of the Whoosh engine, as Whoosh's library sees it.

    It follows the archive: ``refresh()`` of a searcher, or a new one, sees what was indexed since.

    Raises:
        ArchiveDamaged: It cannot be read.
    """

    def __init__(self, folder: Folder, words: QueryAnalyzer, stored: Stored) -> None:
        self.storage = _Storage(str(folder), readonly=True)
        self.indexname = INDEX_NAME
        self._folder = folder
        self._words = words
        self._stored = stored
        self._toc: Any = None
        self._read_toc()

    def __repr__(self) -> str:
        return f"WhooshIndex({str(self._folder)!r})"

    writer = lock = _read_only

    def latest_generation(self) -> int:
        """Returns the number of the index's latest change."""
        with damage_reported(_nothing):
            return read_toc(self._folder)[0] if self._folder.exists(TOC_FILE) else _NO_INDEX

    def last_modified(self) -> float:
        """Returns when that was, in seconds since 1970."""
        return float(self._folder.status(TOC_FILE).st_mtime)

    def reader(self, reuse: Any = None) -> Any:
        """Returns a reader of the index as it is now; one to be reused is closed, as its deletions are of its time."""
        with damage_reported(_nothing):
            reader = super().reader()
        if reuse:
            reuse.close()
        return reader

    def _read_toc(self) -> Any:
        """Returns Whoosh's table of contents, made from ours: what a file holds is never unpickled."""
        if self._toc is None or self._toc.generation != self.latest_generation():
            with damage_reported(_nothing):
                view = open_view(self._folder) if self.latest_generation() != _NO_INDEX else View((), _NO_INDEX)
                schema = whoosh_schema(view.segments, self._words)
                codec = Codec(self._folder, schema, self._stored)
                segments = [Segment(segment.entry, codec) for segment in view.segments]
                self._toc = TOC(schema, segments, view.generation)
                view.close()
        return self._toc


def _nothing() -> None:
    pass
