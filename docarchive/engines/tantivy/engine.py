"""TantivyEngine: the Engine protocol over tantivy's files in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from tantivy import Index

from docarchive.engines.base import Explanation, IndexEngine
from docarchive.engines.protocol import Change, Scored
from docarchive.engines.ranking import (
    FEEDBACK_DEPTH,
    Feedback,
    Freshness,
    Reader,
    even_score,
    feedback_of_one,
    reordered,
    scored,
    takes_feedback,
)
from docarchive.engines.tantivy import checksums, schema
from docarchive.engines.tantivy.compile import matching, scoring, with_terms
from docarchive.engines.tantivy.explain import explained
from docarchive.engines.tantivy.files import checked_index, delete_unlisted
from docarchive.engines.tantivy.ordering import by_column, by_id, by_score
from docarchive.engines.tantivy.view import View, any_of
from docarchive.query import AnalyzedArticle, Node, Pattern
from docarchive.query.patterns import FUZZY
from docarchive.query.tree import text_fields

if TYPE_CHECKING:
    from docarchive.engines.counting import Matches

#: Fewer changes than this are written by one thread in little memory, as one segment.
_FEW: Final = 500
_SMALL_HEAP: Final = 15_000_000  # tantivy's minimum
_HEAP: Final = 128_000_000
_MAX_THREADS: Final = 4
#: An index of fewer articles is not searched in parallel.
_LARGE: Final = 100_000


class TantivyEngine(IndexEngine[View]):
    """Keeps and searches a tantivy index in a folder; see ``IndexEngine``."""

    name = "tantivy"

    def _write(self, changes: Iterable[Change], *, fresh: bool) -> None:
        from docarchive.processes import processors

        if fresh:
            self._folder.make()
        path = checked_index(self._folder)
        delete_unlisted(self._folder)
        if not fresh:
            checksums.check(self._folder)  # or damage would be merged into new segments
        checksums.begin(self._folder)
        index: Any = Index(schema.schema(), path) if fresh else Index.open(path)
        remaining = iter(changes)
        first = list(islice(remaining, _FEW))
        if len(first) < _FEW:
            writer = index.writer(_SMALL_HEAP, 1)
        else:
            writer = index.writer(_HEAP, min(processors(), _MAX_THREADS))
        try:
            for change in chain(first, remaining):
                if not fresh:
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
        checksums.note(self._folder)
        self._folder.sync_folders([""])

    def _open(self) -> View:
        path = checked_index(self._folder)
        checksums.check(self._folder)
        try:
            return View(path)
        except ValueError as error:
            if "Failed to acquire Lockfile" not in str(error):
                raise
        from docarchive.engines.tantivy.read_only import linked_folder

        folder = linked_folder(self._folder.path)
        view = View(folder.name)
        view.kept = folder
        return view

    def _view_for(self, query: Node) -> View | None:
        view = self._current_view()
        if view is None or view.total < _LARGE:
            return view
        from docarchive.engines.tantivy.partitions import view_for

        return view_for(query, view)

    def _first(
        self, query: Node, view: View, wanted: int, sort: str, reader: Reader | None, freshness: Freshness | None
    ) -> tuple[int, list[Scored]]:
        wanted = min(wanted, view.total)
        if sort == "relevance" and scored(query):
            return self._ranked(query, view, wanted, reader, freshness)
        matched = matching(query, view)
        if sort == "relevance":
            return by_id(matched, view, wanted)
        return view.count(matched), by_column(matched, view, sort, wanted)

    def _ranked(
        self, query: Node, view: View, wanted: int, reader: Reader | None, freshness: Freshness | None
    ) -> tuple[int, list[Scored]]:
        """Returns the number of matches and the best of them."""
        even = even_score(query)
        if even is not None and freshness is None:
            return by_id(matching(query, view), view, wanted, round(even, 4))
        scores = scoring(query, view)
        if not takes_feedback(query) or reader is None:
            return by_score(scores, view, wanted, freshness)
        total, best = by_score(scores, view, FEEDBACK_DEPTH)
        if added := self._feedback(query, best, view, reader):
            ids = reordered(total, best)
            scores = with_terms(scores, added, view, ids, alone=wanted <= len(ids) and freshness is None)
        return total, by_score(scores, view, wanted, freshness)[1]

    def _explanation(self, query: Node, id_: str, view: View, reader: Reader | None) -> Explanation | None:
        address = view.address(id_)
        if address is None:
            return None
        added = self._feedback_for(query, id_, view, reader)
        date = view.numbers("date_key", [address])[0] or 0
        return lambda node, factor: explained(node, id_, address, view, factor), added, date

    def _feedback_for(self, query: Node, id_: str, view: View, reader: Reader | None) -> Feedback | None:
        """Returns the feedback of a query's best hits for one article."""
        if reader is None or not takes_feedback(query):
            return None
        total, best = by_score(scoring(query, view), view, FEEDBACK_DEPTH)
        return feedback_of_one(self._feedback(query, best, view, reader), id_, total, best)

    def ids(self, query: Node) -> Iterator[str]:
        with self._damage_reported():
            if view := self._view_for(query):
                for _, address in view.all(matching(query, view)):
                    yield view.id(address)

    def rows(self, query: Node) -> list[int]:
        with self._damage_reported():
            view = self._view_for(query)
            return [row for row, _ in view.all(matching(query, view))] if view else []

    def _matches(self, query: Node, view: View) -> Matches:
        from docarchive.engines.tantivy.counting import Matches

        return Matches(matching(query, view), view)

    def count(self, query: Node) -> int:
        with self._damage_reported():
            view = self._view_for(query)
            return view.count(matching(query, view)) if view else 0

    def words_like(self, word: str, distance: int, field: str | None = None) -> list[tuple[str, int]]:
        pattern = Pattern(FUZZY, word, distance)
        fields = [f"words_{name}" for name in text_fields(field)]
        with self._damage_reported():
            view = self._current_view()
            if view is None:
                return []
            words = sorted({other for name in fields for other in pattern.select(view.vocabulary(name, word[:1]))})
            return [(other, view.count(any_of([view.term(name, other) for name in fields]))) for other in words]
