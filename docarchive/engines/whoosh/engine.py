"""WhooshEngine: the Engine protocol over a Whoosh index.

Owns the index folder: its segments, their table of contents, and ``state.json``, which says how far the
index goes. The state is written after the table of contents, so an interruption between the two repeats
some changes and loses none.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from docarchive.engines.damage import damage_told
from docarchive.engines.protocol import Change, Found, Part, Position, Scored, ordered
from docarchive.engines.ranking import (
    FEEDBACK_DEPTH,
    FEEDBACK_FOR_ALL,
    FEEDBACK_HITS,
    Feedback,
    Freshness,
    Reader,
    asked_feedback,
    takes_feedback,
    telling_terms,
)
from docarchive.engines.state import VERSIONS, mark_of_state, read_state, write_state
from docarchive.engines.terms import moment
from docarchive.engines.whoosh.matching import docs
from docarchive.engines.whoosh.schema import FIELD_BITS
from docarchive.engines.whoosh.scoring import explained, scores
from docarchive.engines.whoosh.view import Segment, View, open_view
from docarchive.query import AnalyzedArticle, Node, Pattern, Word, any_of
from docarchive.query.patterns import FUZZY
from docarchive.query.tree import text_fields


class WhooshEngine:
    """Keeps and searches a Whoosh index in a folder.

    Args:
        folder: The folder of the index; made when first written to.
        language: Of articles whose own is not known; an index made for another one is rebuilt.
        jobs: How many processes may build it; None for as many as there are processors.
    """

    name = "whoosh"

    def __init__(self, folder: Path, language: str = "en", jobs: int | None = None) -> None:
        self._folder = folder
        self._language = language
        self._jobs = jobs
        self._view: View | None = None
        self._seen: tuple[int, int] | None = None

    # The journal

    def position(self) -> Position | None:
        """See ``Engine``."""
        return read_state(self._folder, VERSIONS[self.name], self._language)

    def index(self, changes: Iterable[Change], position: Position | Callable[[], Position]) -> None:
        """See ``Engine``."""
        from docarchive.engines.whoosh.indexing import bring_in
        from docarchive.processes import processors

        fresh = self.position() is None
        if fresh:
            self.clear()
        self._close_view()
        with self._damage_told():
            bring_in(changes, self._folder, self._jobs or processors(), fresh=fresh)
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
            parts = list(explained(query, number, segment, view, added[0].share if added else 1.0))
            if added and number in added[1][view.segments.index(segment)]:
                parts += [
                    part._replace(what=f"{part.what} (as in the best hits)")
                    for term, factor in added[0].terms.items()
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
            for segment in self._open_view().segments:
                for each in pattern.select(segment.terms_from("words", word[:1])):
                    if field is None:
                        found[each] += segment.frequency(each, "words")
                    elif postings := segment.postings("words", each):
                        found[each] += sum(bool(int(mask) & bits) for mask in postings.weights())
        return sorted((each, count) for each, count in found.items() if count)

    def _scores(
        self, query: Node, view: View, reader: Reader | None, freshness: Freshness | None
    ) -> list[dict[int, float]]:
        """Returns the scores of all matches, segment by segment."""
        found = [scores(query, segment, view) for segment in view.segments]
        if told := self._feedback(query, view, found, reader):
            parts = zip(found, told[1], view.segments, strict=True)
            found = [_with_feedback(each, told[0], best, segment, view) for each, best, segment in parts]
        if freshness:
            for each, segment in zip(found, view.segments, strict=True):
                for number in each:
                    each[number] *= freshness.factor(moment(segment.column("date_key")[number]))
        return found

    def _feedback(
        self, query: Node, view: View, found: list[dict[int, float]], reader: Reader | None
    ) -> tuple[Feedback, Sequence[Container[int]]] | None:
        """Returns what the best hits add, and the documents to which they do, segment by segment."""
        if reader is None or not takes_feedback(query):
            return None
        everything = sum(map(len, found)) <= FEEDBACK_FOR_ALL
        best = _ordered(found, view, FEEDBACK_HITS if everything else FEEDBACK_DEPTH)
        hits = [Scored(id_, score) for score, id_, _, _ in best[:FEEDBACK_HITS]]
        added = asked_feedback(query, hits, reader, view.average, view.frequency)
        if added is None:
            return None
        if everything:
            return added, found
        return added, [{number for _, _, at, number in best if at == place} for place in range(len(found))]

    def _damage_told(self) -> AbstractContextManager[None]:
        return damage_told(self._close_view)

    def _open_view(self) -> View:
        """Returns the index as it is now, read anew where another process has written to it."""
        seen = mark_of_state(self._folder)
        if self._view is None or seen != self._seen:
            self._view = None  # not closed: an iteration may still go through it
            if self.position() is None:
                return View(())
            self._view, self._seen = open_view(self._folder), seen
        return self._view

    def _close_view(self) -> None:
        if self._view is not None:
            self._view.close()
            self._view = None


def _best(found: list[dict[int, float]], view: View, wanted: int) -> tuple[int, list[Scored]]:
    """Returns how many documents were found, and the best of them in order."""
    return sum(map(len, found)), [Scored(id_, score) for score, id_, _, _ in _ordered(found, view, wanted)]


def _ordered(found: list[dict[int, float]], view: View, wanted: int) -> list[tuple[float, str, int, int]]:
    """Returns the best documents in order: score, id, the place of the segment, and the number in it."""
    rows = [(round(score, 4), place, number) for place, each in enumerate(found) for number, score in each.items()]
    if wanted < len(rows):
        least = min(heapq.nlargest(wanted, (score for score, _, _ in rows)), default=float("inf"))
        rows = [row for row in rows if row[0] >= least]
    named = [(score, view.segments[place].id(number), place, number) for score, place, number in rows]
    return sorted(named, key=lambda row: (-row[0], row[1]))[:wanted]


def _by_column(query: Node, view: View, sort: str) -> tuple[int, list[Scored]]:
    name = sort.lstrip("-") + "_key"
    rows: list[tuple[str | int, str, Scored]] = []
    for segment in view.segments:
        keys = [each.decode() for each in segment.texts(name)] if name == "title_key" else segment.column(name)
        for number in docs(query, segment):
            id_ = segment.id(number)
            rows.append((keys[number], id_, Scored(id_, 0.0)))
    return len(rows), list(ordered(rows, sort))


def _with_feedback(
    found: dict[int, float], added: Feedback, best: Container[int], segment: Segment, view: View
) -> dict[int, float]:
    total = {number: score * added.share for number, score in found.items()}
    for term, factor in added.terms.items():
        for number, score in scores(Word((term,)), segment, view).items():
            if number in best:
                total[number] += factor * score
    return total
