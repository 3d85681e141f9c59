"""WhooshEngine: the Engine protocol over a Whoosh index.

Owns the index folder: its segments, their table of contents, and ``state.json``, which says how far the
index goes. The state is written after the table of contents, so an interruption between the two repeats
some changes and loses none.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path

from docarchive.engines.base import IndexEngine, TakenApart
from docarchive.engines.protocol import Change, Scored, ordered
from docarchive.engines.ranking import (
    FEEDBACK_DEPTH,
    FEEDBACK_FOR_ALL,
    FEEDBACK_HITS,
    Feedback,
    Freshness,
    Reader,
    takes_feedback,
)
from docarchive.engines.terms import moment
from docarchive.engines.whoosh.matching import docs
from docarchive.engines.whoosh.schema import FIELD_BITS
from docarchive.engines.whoosh.scoring import explained, scores
from docarchive.engines.whoosh.view import Segment, View, open_view
from docarchive.query import Node, Pattern, Word
from docarchive.query.patterns import FUZZY
from docarchive.query.tree import text_fields


class WhooshEngine(IndexEngine[View]):
    """Keeps and searches a Whoosh index in a folder.

    Args:
        folder: The folder of the index; made when first written to.
        language: Of articles whose own is not known; an index made for another one is rebuilt.
        jobs: How many processes may build it; None for as many as there are processors.
    """

    name = "whoosh"

    def __init__(self, folder: Path, language: str = "en", jobs: int | None = None) -> None:
        super().__init__(folder, language)
        self._jobs = jobs

    def _write(self, changes: Iterable[Change], *, fresh: bool) -> None:
        from docarchive.engines.whoosh.indexing import bring_in
        from docarchive.processes import processors

        bring_in(changes, self._folder, self._jobs or processors(), fresh=fresh)

    def _open(self) -> View:
        return open_view(self._folder)

    def _close_view(self) -> None:
        if self._view is not None:
            self._view.close()
        super()._close_view()

    def _first(
        self, query: Node, view: View, wanted: int, sort: str, reader: Reader | None, freshness: Freshness | None
    ) -> tuple[int, list[Scored]]:
        if sort != "relevance":
            return _by_column(query, view, sort)
        return _by_score(self._scores(query, view, reader, freshness), view, wanted)

    def _taken_apart(self, query: Node, id_: str, view: View, reader: Reader | None) -> TakenApart | None:
        found = [(segment, n) for segment in view.segments for n in segment.docs("id", id_) if n in segment.alive]
        if not found or found[0][1] not in docs(query, found[0][0]):
            return None
        segment, number = found[0]
        told = self._told(query, view, [scores(query, each, view) for each in view.segments], reader)
        added = told and told[0]
        if told and number not in told[1][view.segments.index(segment)]:
            added = told[0]._replace(terms={})
        date = segment.column("date_key")[number]
        return lambda node, factor: explained(node, number, segment, view, factor), added, date

    def ids(self, query: Node) -> Iterator[str]:
        """See ``Engine``."""
        with self._damage_told():
            for segment in self._segments():
                for number in docs(query, segment):
                    yield segment.id(number)

    def rows(self, query: Node) -> list[int]:
        """See ``Engine``."""
        with self._damage_told():
            found: list[int] = []
            for segment in self._segments():
                column = segment.column("row")
                found += [column[number] for number in docs(query, segment)]
            return found

    def count(self, query: Node) -> int:
        """See ``Engine``."""
        with self._damage_told():
            return sum(len(docs(query, segment)) for segment in self._segments())

    def words_like(self, word: str, distance: int, field: str | None = None) -> list[tuple[str, int]]:
        """See ``Engine``."""
        pattern = Pattern(FUZZY, word, distance)
        bits = sum(FIELD_BITS[name] for name in text_fields(field))
        found: Counter[str] = Counter()
        with self._damage_told():
            for segment in self._segments():
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
        if told := self._told(query, view, found, reader):
            parts = zip(found, told[1], view.segments, strict=True)
            found = [_with_feedback(each, told[0], best, segment, view) for each, best, segment in parts]
        if freshness:
            for each, segment in zip(found, view.segments, strict=True):
                for number in each:
                    each[number] *= freshness.factor(moment(segment.column("date_key")[number]))
        return found

    def _told(
        self, query: Node, view: View, found: list[dict[int, float]], reader: Reader | None
    ) -> tuple[Feedback, Sequence[Container[int]]] | None:
        """Returns what the best hits add, and the documents to which they do, segment by segment."""
        if reader is None or not takes_feedback(query):
            return None
        everything = sum(map(len, found)) <= FEEDBACK_FOR_ALL
        best = _ordered(found, view, FEEDBACK_HITS if everything else FEEDBACK_DEPTH)
        hits = [Scored(id_, score) for score, id_, _, _ in best[:FEEDBACK_HITS]]
        added = self._feedback(query, hits, view, reader)
        if added is None:
            return None
        if everything:
            return added, found
        return added, [{number for _, _, at, number in best if at == place} for place in range(len(found))]

    def _segments(self) -> list[Segment]:
        view = self._current_view()
        return view.segments if view else []


def _by_score(found: list[dict[int, float]], view: View, wanted: int) -> tuple[int, list[Scored]]:
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
