"""IndexEngine: what every engine with an index in a folder does alike.

Owns how an index follows the journal, when it is opened again, how a page is cut from results, and what a
score is the sum of. An engine adds how its index is written, opened and asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from docarchive.engines.damage import damage_told
from docarchive.engines.protocol import Change, Found, Part, Position, Scored
from docarchive.engines.ranking import FEEDBACK_HITS, Feedback, Freshness, Reader, asked_feedback, telling_terms
from docarchive.engines.state import VERSIONS, mark_of_state, read_state, write_state
from docarchive.engines.terms import moment
from docarchive.query import AnalyzedArticle, Node, Word, any_of


class Statistics(Protocol):
    """What ranking asks of an opened index."""

    @property
    def average(self) -> float:
        """The average length of a document, in words."""

    def frequency(self, term: str) -> tuple[int, int]:
        """Returns how many documents have a term in their text, and how many there are."""


View = TypeVar("View", bound=Statistics)
#: What a query, times a factor, adds to the score of a document; what the best hits add to it; and its date, as
#: ``terms.instant`` gives it.
TakenApart = tuple[Callable[[Node, float], Iterator[Part]], Feedback | None, int]


class IndexEngine(Generic[View]):
    """An engine with an index in a folder.

    Args:
        folder: The folder of the index; made when first written to.
        language: Of articles whose own is not known; an index made for another one is rebuilt.
    """

    name: str

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
        self._close_view()
        with self._damage_told():
            self._write(changes, fresh=fresh)
        write_state(self._folder, VERSIONS[self.name], self._language, position() if callable(position) else position)

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
            view = self._view_for(query)
            if view is None:
                return Found(0, [])
            total, hits = self._first(query, view, limit + offset, sort, reader, freshness)
            return Found(total, hits[offset : limit + offset])

    def explain(
        self, query: Node, id_: str, *, reader: Reader | None = None, freshness: Freshness | None = None
    ) -> list[Part]:
        """See ``Engine``."""
        with self._damage_told():
            view = self._current_view()
            taken = None if view is None else self._taken_apart(query, id_, view, reader)
            if taken is None:
                return []
            parts_of, added, date = taken
            parts = [*parts_of(query, added.share if added else 1.0)]
            for term, factor in added.terms.items() if added else ():
                found = parts_of(Word((term,)), factor)
                parts += [part._replace(what=f"{part.what} (as in the best hits)") for part in found]
            if freshness:
                parts.append(Part("freshness (a factor)", freshness.factor(moment(date))))
            return parts

    def similar(self, analyzed: AnalyzedArticle) -> Node:
        """See ``Engine``."""
        with self._damage_told():
            view = self._current_view()
            terms = telling_terms(analyzed, view.frequency if view else lambda term: (0, 0))
            return any_of(terms, analyzed.analyzer.language)

    def _feedback(self, query: Node, best: list[Scored], view: View, reader: Reader) -> Feedback | None:
        """Returns what the best hits of a query add to it."""
        return asked_feedback(query, best[:FEEDBACK_HITS], reader, view.average, view.frequency)

    def _damage_told(self) -> AbstractContextManager[None]:
        return damage_told(self._close_view)

    def _view_for(self, query: Node) -> View | None:
        """Returns the index as a query is best asked of it; None without one."""
        return self._current_view()

    def _current_view(self) -> View | None:
        """Returns the index as it is now, opened again if another process has written to it; None without one."""
        seen = mark_of_state(self._folder)
        if self._view is None or seen != self._seen:
            self._view = None  # not closed: an iteration may still go through it
            if self.position() is None:
                return None
            self._view, self._seen = self._open(), seen
        return self._view

    def _close_view(self) -> None:
        self._view = None

    # What an engine adds

    def _write(self, changes: Iterable[Change], *, fresh: bool) -> None:
        """Brings changes into the index; fresh, if there is none yet."""
        raise NotImplementedError

    def _open(self) -> View:
        """Opens the index."""
        raise NotImplementedError

    def _first(
        self, query: Node, view: View, wanted: int, sort: str, reader: Reader | None, freshness: Freshness | None
    ) -> tuple[int, list[Scored]]:
        """Returns how many documents match, and the first of them in an order; see ``Engine.search``."""
        raise NotImplementedError

    def _taken_apart(self, query: Node, id_: str, view: View, reader: Reader | None) -> TakenApart | None:
        """Returns how the score of an article is made; None if the query does not match it."""
        raise NotImplementedError
