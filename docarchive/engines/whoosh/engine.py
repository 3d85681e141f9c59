"""WhooshEngine: the Engine protocol over a Whoosh index.

Owns the index folder: Whoosh's files, and ``state.json``, which says how far the index goes. The
state is written after the index's own commit, so an interruption between the two repeats some
changes and loses none.
"""

from __future__ import annotations

import gc
import heapq
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from whoosh import index as windex

from docarchive.engines.damage import damage_told
from docarchive.engines.protocol import Change, Found, Part, Position, Scored, ordered
from docarchive.engines.ranking import (
    FEEDBACK_HITS,
    Feedback,
    Freshness,
    Reader,
    asked_feedback,
    takes_feedback,
    telling_terms,
)
from docarchive.engines.state import read_state, write_state
from docarchive.engines.terms import moment
from docarchive.engines.whoosh import schema
from docarchive.engines.whoosh.codec import Storage
from docarchive.engines.whoosh.evaluate import docs, explained, scores
from docarchive.engines.whoosh.schema import FIELD_BITS
from docarchive.engines.whoosh.view import Segment, View
from docarchive.query import AnalyzedArticle, Node, Pattern, Word, any_of
from docarchive.query.patterns import FUZZY
from docarchive.query.tree import text_fields

#: Postings that are held in memory before a segment is written; about 60 bytes each.
_MAX_BUFFERED = 5_000_000


class WhooshEngine:
    """Keeps and searches a Whoosh index in a folder.

    Args:
        folder: The folder of the index; made when first written to.
        language: Of articles whose own is not known; an index made for another one is rebuilt.
    """

    name = "whoosh"

    def __init__(self, folder: Path, language: str = "en") -> None:
        self._folder = folder
        self._language = language
        self._storage = Storage(str(folder))
        self._reader: Any = None
        self._view: View | None = None

    # The journal

    def position(self) -> Position | None:
        """See ``Engine``."""
        return read_state(self._folder, schema.VERSION, self._language)

    def index(self, changes: Iterable[Change], position: Position) -> None:
        """See ``Engine``."""
        fresh = self.position() is None
        if fresh:
            self.clear()
            self._folder.mkdir(parents=True, exist_ok=True)
            index = windex.FileIndex.create(self._storage, schema.schema())
        else:
            self._close_view()
            self._remove_leftovers()
            index = self._open()
        remaining = iter(changes)
        with self._damage_told():
            while self._write_segment(index, remaining, replace=not fresh):
                pass
        write_state(self._folder, schema.VERSION, self._language, position)

    def _write_segment(self, index: Any, changes: Iterator[Change], *, replace: bool) -> bool:
        """Writes one segment, as large as memory allows; returns whether changes may be left."""
        from docarchive.engines.whoosh.writer import BulkWriter

        writer = BulkWriter(index)
        reader = index.reader() if replace else None
        collecting = gc.isenabled()
        gc.disable()  # millions of small objects live to the end, and none of them is in a cycle
        try:
            for change in changes:
                if reader is not None:
                    self._delete(writer, reader, change.id)
                if change.article is not None:
                    analyzed = AnalyzedArticle(change.article, change.language)
                    writer.add_document(**schema.document(analyzed, change.row))
                if writer.buffered > _MAX_BUFFERED:
                    writer.commit(merge=False)
                    return True
            writer.commit()
        except BaseException:
            with suppress(Exception):
                writer.cancel()
            raise
        finally:
            if collecting:
                gc.enable()
            if reader is not None:
                reader.close()
        return False

    def clear(self) -> None:
        """See ``Engine``."""
        self._close_view()
        import shutil

        with suppress(FileNotFoundError):
            shutil.rmtree(self._folder)

    def close(self) -> None:
        """See ``Engine``."""
        self._close_view()

    def _open(self) -> Any:
        with self._damage_told():
            return windex.FileIndex(self._storage, schema.schema())

    def _remove_leftovers(self) -> None:
        """Deletes temporary folders that an interrupted writer left; we hold the archive's lock."""
        import shutil

        for path in self._folder.glob("*.tmp"):
            shutil.rmtree(path, ignore_errors=True)

    def _delete(self, writer: Any, reader: Any, id_: str) -> None:
        term = ("id", id_.encode())
        if term in reader:
            matcher = reader.postings(*term)
            while matcher.is_active():
                writer.delete_document(matcher.id())
                matcher.next()

    # Searching

    def search(
        self,
        query: Node,
        *,
        limit: int,
        offset: int = 0,
        sort: str = "relevance",
        reader: Reader | None = None,
        freshness: Freshness | None = None,
    ) -> Found:
        """See ``Engine``."""
        wanted = limit + offset
        with self._damage_told():
            view = self._open_view()
            if sort == "relevance":
                total, hits = _best(self._scores(query, view, reader, freshness), view, wanted)
            else:
                total, hits = _by_column(query, view, sort)
        return Found(total, hits[offset:wanted])

    def explain(
        self, query: Node, id_: str, *, reader: Reader | None = None, freshness: Freshness | None = None
    ) -> list[Part]:
        """See ``Engine``."""
        with self._damage_told():
            view = self._open_view()
            found = [(segment, n) for segment in view.segments for n in segment.docs("id", id_) if n in segment.alive]
            if not found or found[0][1] not in docs(query, found[0][0]):
                return []
            segment, number = found[0]
            added = self._feedback(query, view, [scores(query, each, view) for each in view.segments], reader)
            parts = list(explained(query, number, segment, view, added.share if added else 1.0))
            if added:
                parts += [
                    part._replace(what=f"{part.what} (as in the best hits)")
                    for term, factor in added.terms.items()
                    for part in explained(Word((term,)), number, segment, view, factor)
                ]
            if freshness:
                parts.append(Part("freshness (a factor)", freshness.factor(moment(segment.column("date_key")[number]))))
            return parts

    def ids(self, query: Node) -> Iterator[str]:
        """See ``Engine``."""
        with self._damage_told():
            for segment in self._open_view().segments:
                for number in docs(query, segment):
                    yield segment.id(number)

    def rows(self, query: Node) -> list[int]:
        """See ``Engine``."""
        with self._damage_told():
            found: list[int] = []
            for segment in self._open_view().segments:
                column = segment.column("row")
                found += [column[number] for number in docs(query, segment)]
            return found

    def count(self, query: Node) -> int:
        """See ``Engine``."""
        with self._damage_told():
            return sum(len(docs(query, segment)) for segment in self._open_view().segments)

    def similar(self, analyzed: AnalyzedArticle) -> Node:
        """See ``Engine``."""
        with self._damage_told():
            view = self._open_view()
            terms = telling_terms(analyzed, view.frequency)
            return any_of(terms, analyzed.analyzer.language)

    def words_like(self, word: str, distance: int, field: str | None = None) -> list[tuple[str, int]]:
        """See ``Engine``."""
        pattern = Pattern(FUZZY, word, distance)
        bits = sum(FIELD_BITS[name] for name in text_fields(field))
        found: Counter[str] = Counter()
        with self._damage_told():
            for segment, words, counts in self._open_view().words():
                for each in pattern.select(words):
                    if field is None:
                        found[each] += counts[bisect_left(words, each)]
                    elif block := segment.postings("words", each):
                        found[each] += sum(bool(int(mask) & bits) for mask in block.weights())
        return sorted((each, count) for each, count in found.items() if count)

    def _scores(
        self, query: Node, view: View, reader: Reader | None, freshness: Freshness | None
    ) -> list[dict[int, float]]:
        """Returns the scores of all matches, segment by segment."""
        found = [scores(query, segment, view) for segment in view.segments]
        if added := self._feedback(query, view, found, reader):
            found = [_with_feedback(each, added, s, view) for each, s in zip(found, view.segments, strict=True)]
        if freshness:
            for each, segment in zip(found, view.segments, strict=True):
                for number in each:
                    each[number] *= freshness.factor(moment(segment.column("date_key")[number]))
        return found

    def _feedback(
        self, query: Node, view: View, found: list[dict[int, float]], reader: Reader | None
    ) -> Feedback | None:
        if reader is None or not takes_feedback(query):
            return None
        _, best = _best(found, view, FEEDBACK_HITS)
        return asked_feedback(query, best, reader, view.average, view.frequency)

    def _damage_told(self) -> AbstractContextManager[None]:
        return damage_told(self._close_view)

    def _open_view(self) -> View:
        if self._view is None:
            if self.position() is None:
                return View(())
            self._reader = self._open().reader()  # no searcher, whose classes take long to load
            self._view = View([leaf for leaf, _ in self._reader.leaf_readers()])
        return self._view

    def _close_view(self) -> None:
        self._view = None
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        self._storage.close_all()


def _best(found: list[dict[int, float]], view: View, wanted: int) -> tuple[int, list[Scored]]:
    """Returns how many documents were found, and the best of them in order."""
    rows = [(round(score, 4), place, number) for place, each in enumerate(found) for number, score in each.items()]
    total = len(rows)
    if wanted < total:
        least = min(heapq.nlargest(wanted, (score for score, _, _ in rows)), default=float("inf"))
        rows = [row for row in rows if row[0] >= least]
    hits = [Scored(view.segments[place].id(number), score) for score, place, number in rows]
    return total, sorted(hits, key=lambda hit: (-hit.score, hit.id))[:wanted]


def _by_column(query: Node, view: View, sort: str) -> tuple[int, list[Scored]]:
    name = sort.lstrip("-") + "_key"
    rows = []
    for segment in view.segments:
        keys = segment.texts(name) if name == "title_key" else segment.column(name)
        for number in docs(query, segment):
            id_ = segment.id(number)
            rows.append((keys[number], id_, Scored(id_, 0.0)))
    return len(rows), list(ordered(rows, sort))


def _with_feedback(found: dict[int, float], added: Feedback, segment: Segment, view: View) -> dict[int, float]:
    total = {number: score * added.share for number, score in found.items()}
    for term, factor in added.terms.items():
        for number, score in scores(Word((term,)), segment, view).items():
            if number in total:
                total[number] += factor * score
    return total
