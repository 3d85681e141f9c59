"""IndexEngine: the base of engines with an index in a folder; for its methods see ``Engine``.

Owns how an index follows the journal, when it is opened again, how a page is cut from results, and how a score is
explained. A subclass adds how its index is written, opened and queried.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from time import sleep
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from docarchive import failures
from docarchive.engines.damage import damage_reported
from docarchive.engines.protocol import Change, Page, Position, Scored, ScorePart
from docarchive.engines.ranking import (
    FEEDBACK_HITS,
    Feedback,
    Freshness,
    Reader,
    distinctive_terms,
    read_feedback,
    scored_leaves,
    words_of,
)
from docarchive.engines.state import VERSIONS, read_state, state_stamp, write_state
from docarchive.engines.terms import moment
from docarchive.errors import ArchiveError
from docarchive.folder import Folder
from docarchive.query import AnalyzedArticle, Like, Node, Word

if TYPE_CHECKING:
    from docarchive.engines.counting import Matches
    from docarchive.query.facets import Counts, Facet


class Statistics(Protocol):
    """The statistics of an open index that ranking needs."""

    total: int
    """The number of documents."""

    @property
    def average(self) -> float:
        """The average length of a document, in words."""

    def frequency(self, term: str) -> tuple[int, int]:
        """Returns how many documents have a term in their text, and how many there are."""


_ATTEMPTS = 5
View = TypeVar("View", bound=Statistics)
#: How the score of a document is made: a function that yields the summands of a query, given the query and a factor;
#: the query's feedback for this document; and its date as an ``instant``.
Explanation = tuple[Callable[[Node, float], Iterator[ScorePart]], Feedback | None, int]


class IndexEngine(Generic[View]):
    """An engine with an index in a folder, which the first write creates.

    ``language`` is that of articles whose own is unknown; an index built for another language is rebuilt.
    """

    name: str
    partial: bool = False
    keeps_files: bool = False
    sorts_by_any_key: bool = False

    def __init__(self, folder: Folder, language: str = "en") -> None:
        self._folder = folder
        self._language = language
        self._view: View | None = None
        self._stamp: tuple[int, int] | None = None

    # The journal

    def position(self) -> Position | None:
        return read_state(self._folder, VERSIONS[self.name], self._language)

    def index(self, changes: Iterable[Change], position: Position | Callable[[], Position]) -> None:
        if self._folder.exists("") and not failures.may(self._folder.path, os.W_OK):
            raise ArchiveError(f"the search index must be updated, but {self._folder} is read-only; make it writable")
        fresh = self.position() is None
        if fresh:
            self.clear()
        self._close_view()
        with self._damage_reported():
            self._write(changes, fresh=fresh)
        write_state(self._folder, VERSIONS[self.name], self._language, position() if callable(position) else position)

    def publish(self, progress: Callable[[int, int], None] | None = None) -> None:
        pass  # only this archive reads an index in its folder

    def clear(self) -> None:
        self._close_view()
        self._stamp = None
        for attempt in range(_ATTEMPTS):
            try:
                self._folder.remove_all("")
                return
            except OSError as error:
                if not self._folder.exists(""):
                    return
                # A thread of an engine's library that failed, or another process, adds or deletes a last file.
                if error.errno not in (errno.ENOENT, errno.ENOTEMPTY) or attempt == _ATTEMPTS - 1:
                    raise
                sleep(0.05)

    def close(self) -> None:
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
    ) -> Page:
        with self._damage_reported():
            view = self._view_for(query)
            if view is None:
                return Page(0, [])
            total, hits = self._first(query, view, limit + offset, sort, reader, freshness)
            return Page(total, hits[offset : limit + offset])

    def explain(
        self, query: Node, id_: str, *, reader: Reader | None = None, freshness: Freshness | None = None
    ) -> list[ScorePart]:
        with self._damage_reported():
            view = self._current_view()
            explanation = None if view is None else self._explanation(query, id_, view, reader)
            if explanation is None:
                return []
            summands, feedback, date = explanation
            parts = [*summands(query, feedback.share if feedback else 1.0)]
            for term, factor in feedback.terms.items() if feedback else ():
                added = summands(Word((term,)), factor)
                parts += [part._replace(what=f"{part.what} (as in the best hits)") for part in added]
            if freshness:
                parts.append(ScorePart("freshness (a factor)", freshness.factor(moment(date))))
            return parts

    def similar(self, analyzed: AnalyzedArticle) -> Node:
        with self._damage_reported():
            view = self._current_view()
            terms = distinctive_terms(analyzed, view.frequency if view else lambda term: (0, 0))
            from docarchive.query import any_of

            return any_of(terms, analyzed.analyzer.language)

    def facets(self, query: Node, facets: Sequence[Facet]) -> dict[str, Counts]:
        from docarchive.engines.counting import counted  # few searches count

        with self._damage_reported():
            view = self._view_for(query)
            return counted(facets, self._matches(query, view)) if view else {}

    def _feedback(self, query: Node, best: list[Scored], view: View, reader: Reader) -> Feedback | None:
        """Returns the feedback of a query's best hits."""
        return read_feedback(query, best[:FEEDBACK_HITS], reader, view.average, view.frequency)

    def _damage_reported(self) -> AbstractContextManager[None]:
        return damage_reported(self._close_view, self._folder.path)

    def _view_for(self, query: Node) -> View | None:
        """Returns the index in the form that answers a query best; None without an index."""
        return self._current_view()

    def _current_view(self) -> View | None:
        """Returns the index, opened again if another process has written to it; None without an index."""
        for _ in range(_ATTEMPTS):
            stamp = state_stamp(self._folder)
            if self._view is None or stamp != self._stamp:
                self._view = None  # not closed: an iterator of ``ids`` may still read it
                if self.position() is not None:
                    self._view, self._stamp = self._open(), stamp
                elif self._stamp is not None:  # a rebuild is just putting a new index in place
                    sleep(0.02)
                    continue
            return self._view
        self._stamp = None
        return None

    def _close_view(self) -> None:
        self._view = None

    # What a subclass adds

    def _write(self, changes: Iterable[Change], *, fresh: bool) -> None:
        """Applies changes to the index, or to a new one if it is fresh, and flushes it.

        After a power cut, the state must not say more than the index has.
        """
        raise NotImplementedError

    def _open(self) -> View:
        """Opens the index."""
        raise NotImplementedError

    def _first(
        self, query: Node, view: View, wanted: int, sort: str, reader: Reader | None, freshness: Freshness | None
    ) -> tuple[int, list[Scored]]:
        """Returns the number of matches and the first of them in order; see ``Engine.search``."""
        raise NotImplementedError

    def _matches(self, query: Node, view: View) -> Matches:
        """Returns the documents that match, to count them."""
        raise NotImplementedError

    def _explanation(self, query: Node, id_: str, view: View, reader: Reader | None) -> Explanation | None:
        """Returns how the score of an article is made; None if the article is not in the index or no match."""
        raise NotImplementedError


def score_parts(
    node: Node,
    matches: Callable[[Node], bool],
    value: Callable[[Node], tuple[float, float]],
    count: Callable[[Node], int],
    factor: float = 1.0,
) -> Iterator[ScorePart]:
    """Yields the summands of a node in the score of a document, for engines that score by themselves.

    Args:
        node: The node.
        matches: Returns whether the document matches a node.
        value: Returns a node's score of the document, and how often that has the word, weighted.
        count: Returns how many documents match a node.
        factor: What the scores are multiplied by.
    """
    for leaf, times in scored_leaves(node, matches, factor):
        if isinstance(leaf, Like):
            yield ScorePart(f"{leaf.pattern.text} ({leaf.pattern.kind})", value(leaf)[0] * times)
            continue
        for word in words_of(leaf):
            if matches(word):
                score, frequency = value(word)
                yield ScorePart("|".join(word.terms), score * times, frequency, count(Word(word.terms)))
