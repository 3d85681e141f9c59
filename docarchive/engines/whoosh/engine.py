"""WhooshEngine: the Engine protocol over a Whoosh index.

Owns the index folder: Whoosh's files, and ``state.json``, which says how far the index goes. The
state is written after the index's own commit, so an interruption between the two repeats some
changes and loses none.
"""

from __future__ import annotations

import heapq
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh import index as windex
from whoosh import scoring

from docarchive.analysis import Analyzer
from docarchive.engines.protocol import Change, Found, Position, Scored, ordered
from docarchive.engines.whoosh import schema
from docarchive.engines.whoosh.codec import Storage
from docarchive.engines.whoosh.compiler import compile_query
from docarchive.engines.whoosh.writer import BulkWriter
from docarchive.errors import ArchiveDamaged, DocarchiveError
from docarchive.query import AnalyzedArticle, Node

#: Postings that are held in memory before a segment is written; about 60 bytes each.
_MAX_BUFFERED = 5_000_000
_STATE = "state.json"


class WhooshEngine:
    """Keeps and searches a Whoosh index in a folder.

    Args:
        folder: The folder of the index; made when first written to.
        analyzer: Makes the terms; an index made with another language is rebuilt.
    """

    name = "whoosh"

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self._folder = folder
        self._analyzer = analyzer
        self._storage = Storage(str(folder))
        self._searcher: Any = None

    # The journal

    def position(self) -> Position | None:
        """See ``Engine``."""
        try:
            state = json.loads((self._folder / _STATE).read_text("utf-8"))
            if state["version"] != schema.VERSION or state["language"] != self._analyzer.language:
                return None
            return Position(str(state["epoch"]), int(state["number"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def index(self, changes: Iterable[Change], position: Position) -> None:
        """See ``Engine``."""
        fresh = self.position() is None
        if fresh:
            self.clear()
            self._folder.mkdir(parents=True, exist_ok=True)
            index = windex.FileIndex.create(self._storage, schema.schema())
        else:
            self._close_searcher()
            self._remove_leftovers()
            index = self._open()
        remaining = iter(changes)
        with self._damage_told():
            while self._write_segment(index, remaining, replace=not fresh):
                pass
        self._write_state(position)

    def _write_segment(self, index: Any, changes: Iterator[Change], *, replace: bool) -> bool:
        """Writes one segment, as large as memory allows; returns whether changes may be left."""
        writer = BulkWriter(index)
        reader = index.reader() if replace else None
        try:
            for change in changes:
                if reader is not None:
                    self._delete(writer, reader, change.id)
                if change.article is not None:
                    writer.add_document(**schema.document(AnalyzedArticle(change.article, self._analyzer)))
                if writer.buffered > _MAX_BUFFERED:
                    writer.commit(merge=False)
                    return True
            writer.commit()
        except BaseException:
            with suppress(Exception):
                writer.cancel()
            raise
        finally:
            if reader is not None:
                reader.close()
        return False

    def clear(self) -> None:
        """See ``Engine``."""
        self._close_searcher()
        with suppress(FileNotFoundError):
            shutil.rmtree(self._folder)

    def close(self) -> None:
        """See ``Engine``."""
        self._close_searcher()

    def _open(self) -> Any:
        with self._damage_told():
            return windex.FileIndex(self._storage, schema.schema())

    def _remove_leftovers(self) -> None:
        """Deletes temporary folders that an interrupted writer left; we hold the archive's lock."""
        for path in self._folder.glob("*.tmp"):
            shutil.rmtree(path, ignore_errors=True)

    def _delete(self, writer: Any, reader: Any, id_: str) -> None:
        term = ("id", id_.encode())
        if term in reader:
            matcher = reader.postings(*term)
            while matcher.is_active():
                writer.delete_document(matcher.id())
                matcher.next()

    def _write_state(self, position: Position) -> None:
        state = {"version": schema.VERSION, "language": self._analyzer.language, **position._asdict()}
        temporary = self._folder / (_STATE + ".new")
        temporary.write_text(json.dumps(state), "utf-8")
        os.replace(temporary, self._folder / _STATE)

    # Searching

    def search(self, query: Node, *, limit: int, offset: int = 0, sort: str = "relevance") -> Found:
        """See ``Engine``."""
        wanted = limit + offset
        with self._damage_told():
            total, hits = self._by_score(query, wanted) if sort == "relevance" else self._by_column(query, sort)
        return Found(total, hits[offset:wanted])

    def ids(self, query: Node) -> Iterator[str]:
        """See ``Engine``."""
        with self._damage_told():
            for leaf, matcher in self._matchers(query):
                ids = leaf.reader().column_reader("id")
                for number in matcher.all_ids():
                    yield _text(ids[number])

    def count(self, query: Node) -> int:
        """See ``Engine``."""
        with self._damage_told():
            return sum(1 for _, matcher in self._matchers(query) for _ in matcher.all_ids())

    def _by_score(self, query: Node, wanted: int) -> tuple[int, list[Scored]]:
        scored: list[tuple[float, int, int]] = []
        columns = []
        for place, (leaf, matcher) in enumerate(self._matchers(query, weighting=self._weighting())):
            columns.append(leaf.reader().column_reader("id"))
            while matcher.is_active():
                scored.append((round(matcher.score(), 4), place, matcher.id()))
                matcher.next()
        if wanted < len(scored):
            least = min(heapq.nlargest(wanted, (score for score, _, _ in scored)), default=float("inf"))
            best = [row for row in scored if row[0] >= least]
        else:
            best = scored
        hits = [Scored(_text(columns[place][number]), score) for score, place, number in best]
        return len(scored), sorted(hits, key=lambda hit: (-hit.score, hit.id))

    def _by_column(self, query: Node, sort: str) -> tuple[int, list[Scored]]:
        rows = []
        for leaf, matcher in self._matchers(query):
            reader = leaf.reader()
            ids, sort_keys = reader.column_reader("id"), reader.column_reader(sort.lstrip("-") + "_key")
            for number in matcher.all_ids():
                id_ = _text(ids[number])
                rows.append((sort_keys[number], id_, Scored(id_, 0.0)))
        return len(rows), list(ordered(rows, sort))

    def _matchers(self, query: Node, weighting: Any = None) -> Iterator[tuple[Any, Any]]:
        """Yields each segment that can match, with its matcher; scored if there is a weighting."""
        searcher = self._open_searcher()
        if searcher is None:
            return
        reader = searcher.reader()

        def expand(field: str, prefix: str) -> list[str]:
            return [_text(term) for term in reader.expand_prefix(field, prefix)]

        compiled = compile_query(query, self._analyzer, expand)
        context = searcher.context(weighting=weighting)
        for leaf, _ in searcher.leaf_searchers():
            matcher = compiled.matcher(leaf, context)
            if matcher.is_active():
                yield leaf, matcher

    def _weighting(self) -> Any:
        return scoring.BM25F()

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        """Turns whatever Whoosh raises over a damaged or hostile index into one clear error."""
        try:
            yield
        except (DocarchiveError, GeneratorExit, OSError):
            raise
        except Exception as error:
            self._close_searcher()
            raise ArchiveDamaged(
                f"the search index cannot be read ({type(error).__name__}: {error}); run 'docarchive rebuild'"
            ) from error

    def _open_searcher(self) -> Any:
        if self._searcher is None and self.position() is not None:
            self._searcher = self._open().searcher(weighting=self._weighting())
        return self._searcher

    def _close_searcher(self) -> None:
        if self._searcher is not None:
            self._searcher.close()
            self._searcher = None
        self._storage.close_all()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
