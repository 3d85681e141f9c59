"""TantivyEngine: the Engine protocol over a tantivy index.

Owns the index folder: tantivy's files, and ``state.json``, which says how far the index goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from tantivy import Index

from docarchive.engines.damage import damage_told
from docarchive.engines.protocol import Change, Found, Part, Position, Scored
from docarchive.engines.ranking import (
    FEEDBACK_DEPTH,
    FEEDBACK_FOR_ALL,
    FEEDBACK_HITS,
    Feedback,
    Freshness,
    Reader,
    asked_feedback,
    even_score,
    scored,
    takes_feedback,
    telling_terms,
)
from docarchive.engines.state import VERSIONS, mark_of_state, read_state, write_state
from docarchive.engines.tantivy import schema
from docarchive.engines.tantivy.compile import matching, scoring, with_terms
from docarchive.engines.tantivy.explain import explained
from docarchive.engines.tantivy.ordering import by_column, by_id, by_score
from docarchive.engines.tantivy.view import View
from docarchive.engines.terms import moment
from docarchive.query import AnalyzedArticle, Node, Pattern, Word, any_of
from docarchive.query.patterns import FUZZY
from docarchive.query.tree import text_fields

#: A change of this many articles or fewer is written by one thread in little memory, as one segment.
_FEW: Final = 500
_SMALL_HEAP: Final = 15_000_000  # tantivy's least
_HEAP: Final = 128_000_000
_MAX_THREADS: Final = 4
#: An index of fewer articles is never searched in parallel.
_LARGE: Final = 100_000


class TantivyEngine:
    """Keeps and searches a tantivy index in a folder.

    Args:
        folder: The folder of the index; made when first written to.
        language: Of articles whose own is not known; an index made for another one is rebuilt.
    """

    name = "tantivy"

    def __init__(self, folder: Path, language: str = "en") -> None:
        self._folder = folder
        self._language = language
        self._view: View | None = None
        self._seen: tuple[int, int] | None = None

    # The journal

    def position(self) -> Position | None:
        """See ``Engine``."""
        return read_state(self._folder, VERSIONS[self.name], self._language)

    def index(self, changes: Iterable[Change], position: Position | Callable[[], Position]) -> None:
        """See ``Engine``."""
        fresh = self.position() is None
        if fresh:
            self.clear()
            self._folder.mkdir(parents=True, exist_ok=True)
        self._close_view()
        with self._damage_told():
            index = Index(schema.schema(), str(self._folder)) if fresh else Index.open(str(self._folder))
            self._write(index, changes, replace=not fresh)
        write_state(self._folder, VERSIONS[self.name], self._language, position() if callable(position) else position)

    def _write(self, index: Any, changes: Iterable[Change], *, replace: bool) -> None:
        from docarchive.processes import processors

        remaining = iter(changes)
        first = list(islice(remaining, _FEW))
        if len(first) < _FEW:
            writer = index.writer(_SMALL_HEAP, 1)
        else:
            writer = index.writer(_HEAP, min(processors(), _MAX_THREADS))
        try:
            for change in chain(first, remaining):
                if replace:
                    writer.delete_documents_by_term("id", change.id)
                if change.article is not None:
                    writer.add_document(schema.document(AnalyzedArticle(change.article, change.language), change.row))
            writer.commit()
        except BaseException:
            with suppress(Exception):
                writer.rollback()
            raise
        finally:
            with suppress(Exception):
                writer.wait_merging_threads()

    def clear(self) -> None:
        """See ``Engine``."""
        self._close_view()
        import shutil

        with suppress(FileNotFoundError):
            shutil.rmtree(self._folder)

    def close(self) -> None:
        """See ``Engine``."""
        self._close_view()

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
        with self._damage_told():
            view = self._open_view(query)
            if view is None:
                return Found(0, [])
            wanted = min(limit + offset, view.total)
            if sort == "relevance" and scored(query):
                total, hits = self._ranked(query, view, wanted, reader, freshness)
            elif sort == "relevance":
                total, hits = by_id(matching(query, view), view, wanted)
            else:
                matched = matching(query, view)
                total, hits = view.count(matched), by_column(matched, view, sort, wanted)
        return Found(total, hits[offset:wanted])

    def _ranked(
        self, query: Node, view: View, wanted: int, reader: Reader | None, freshness: Freshness | None
    ) -> tuple[int, list[Scored]]:
        """Returns how many match, and the best of them."""
        even = even_score(query)
        if even is not None and freshness is None:
            return by_id(matching(query, view), view, wanted, round(even, 4))
        scores = scoring(query, view)
        if not takes_feedback(query) or reader is None:
            return by_score(scores, view, wanted, freshness)
        total, best = by_score(scores, view, FEEDBACK_DEPTH)
        if added := self._feedback(query, best, view, reader):
            ids = [] if total <= FEEDBACK_FOR_ALL else [hit.id for hit in best]
            scores = with_terms(scores, added, view, ids, alone=wanted <= len(ids) and freshness is None)
        return total, by_score(scores, view, wanted, freshness)[1]

    def explain(
        self, query: Node, id_: str, *, reader: Reader | None = None, freshness: Freshness | None = None
    ) -> list[Part]:
        """See ``Engine``."""
        with self._damage_told():
            view = self._open_view()
            address = view.address(id_) if view else None
            if view is None or address is None:
                return []
            added = self._feedback_for(query, id_, view, reader)
            parts = list(explained(query, id_, address, view, added.share if added else 1.0))
            if added:
                parts += [
                    part._replace(what=f"{part.what} (as in the best hits)")
                    for term, factor in added.terms.items()
                    for part in explained(Word((term,)), id_, address, view, factor)
                ]
            if freshness:
                date = view.numbers("date_key", [address])[0]
                parts.append(Part("freshness (a factor)", freshness.factor(moment(date or 0))))
            return parts

    def ids(self, query: Node) -> Iterator[str]:
        """See ``Engine``."""
        with self._damage_told():
            if view := self._open_view(query):
                for _, address in view.all(matching(query, view)):
                    yield view.id(address)

    def rows(self, query: Node) -> list[int]:
        """See ``Engine``."""
        with self._damage_told():
            view = self._open_view(query)
            return [row for row, _ in view.all(matching(query, view))] if view else []

    def count(self, query: Node) -> int:
        """See ``Engine``."""
        with self._damage_told():
            view = self._open_view(query)
            return view.count(matching(query, view)) if view else 0

    def similar(self, analyzed: AnalyzedArticle) -> Node:
        """See ``Engine``."""
        with self._damage_told():
            view = self._open_view()
            terms = telling_terms(analyzed, view.frequency if view else lambda term: (0, 0))
            return any_of(terms, analyzed.analyzer.language)

    def words_like(self, word: str, distance: int, field: str | None = None) -> list[tuple[str, int]]:
        """See ``Engine``."""
        pattern = Pattern(FUZZY, word, distance)
        fields = [f"words_{name}" for name in text_fields(field)]
        with self._damage_told():
            view = self._open_view()
            if view is None:
                return []
            words = sorted({each for name in fields for each in pattern.select(view.vocabulary(name, word[:1]))})
            return [(each, view.count_in(fields, each)) for each in words]

    def _feedback(self, query: Node, best: list[Scored], view: View, reader: Reader) -> Feedback | None:
        return asked_feedback(query, best[:FEEDBACK_HITS], reader, view.average, view.frequency)

    def _feedback_for(self, query: Node, id_: str, view: View, reader: Reader | None) -> Feedback | None:
        """Returns what the best hits of a query add to it for one article."""
        if reader is None or not takes_feedback(query):
            return None
        total, best = by_score(scoring(query, view), view, FEEDBACK_DEPTH)
        added = self._feedback(query, best, view, reader)
        within = total <= FEEDBACK_FOR_ALL or any(hit.id == id_ for hit in best)
        return added if added is None or within else added._replace(terms={})

    def _damage_told(self) -> AbstractContextManager[None]:
        return damage_told(self._close_view)

    def _open_view(self, query: Node | None = None) -> View | None:
        """Returns the index as it is now, read anew where another process has written to it; None without one.

        Args:
            query: What it is to be asked, which may be asked of partitions.
        """
        if self.position() is None:
            return None
        seen = mark_of_state(self._folder)
        if self._view is None or seen != self._seen:
            self._view = View.at(self._folder)
            self._seen = seen
        if query is None or self._view.total < _LARGE:
            return self._view
        from docarchive.engines.tantivy.partitions import view_for

        return view_for(query, self._view)

    def _close_view(self) -> None:
        self._view = None
