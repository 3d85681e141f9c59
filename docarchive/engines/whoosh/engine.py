"""WhooshEngine: the Engine protocol over an index of segments in a folder."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final

from docarchive.engines.base import Explanation, IndexEngine
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
from docarchive.engines.whoosh.schema import FIELD_BITS
from docarchive.engines.whoosh.view import Segment, View, open_view
from docarchive.folder import Folder
from docarchive.query import Node, Pattern, Word
from docarchive.query.patterns import FUZZY
from docarchive.query.tree import text_fields

if TYPE_CHECKING:
    from docarchive.engines.counting import Matches

#: Scores are rounded to four digits: two that are further apart than this stay apart, in the same order.
_ROUNDING: Final = 0.0002


class WhooshEngine(IndexEngine[View]):
    """Keeps and searches an index in a folder, which several processes may build; see ``IndexEngine``."""

    name = "whoosh"

    def __init__(self, folder: Folder, language: str = "en", jobs: int | None = None) -> None:
        super().__init__(folder, language)
        self._jobs = jobs

    def _write(self, changes: Iterable[Change], *, fresh: bool) -> None:
        from docarchive.engines.whoosh.indexing import write_changes
        from docarchive.processes import processors

        write_changes(changes, self._folder, self._jobs or processors(), fresh=fresh)

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

    def _explanation(self, query: Node, id_: str, view: View, reader: Reader | None) -> Explanation | None:
        documents = [(segment, n) for segment in view.segments for n in segment.docs("id", id_) if n in segment.alive]
        if not documents or documents[0][1] not in _docs(query, documents[0][0]):
            return None
        segment, number = documents[0]
        boosted = self._boosted(query, view, [_matches(query, other, view) for other in view.segments], reader)
        feedback = boosted and boosted[0]
        if boosted and number not in boosted[1][view.segments.index(segment)]:
            feedback = boosted[0]._replace(terms={})
        date = segment.column("date_key")[number]
        from docarchive.engines.whoosh.scoring import explained

        return lambda node, factor: explained(node, number, segment, view, factor), feedback, date

    def ids(self, query: Node) -> Iterator[str]:
        with self._damage_reported():
            for segment in self._segments():
                for number in _docs(query, segment):
                    yield segment.id(number)

    def rows(self, query: Node) -> list[int]:
        with self._damage_reported():
            rows: list[int] = []
            for segment in self._segments():
                column = segment.column("row")
                rows += [column[number] for number in _docs(query, segment)]
            return rows

    def _matches(self, query: Node, view: View) -> Matches:
        from docarchive.engines.whoosh.counting import Matches

        return Matches(query, view.segments)

    def count(self, query: Node) -> int:
        with self._damage_reported():
            return sum(len(_docs(query, segment)) for segment in self._segments())

    def words_like(self, word: str, distance: int, field: str | None = None) -> list[tuple[str, int]]:
        pattern = Pattern(FUZZY, word, distance)
        bits = sum(FIELD_BITS[name] for name in text_fields(field))
        counts: Counter[str] = Counter()
        with self._damage_reported():
            for segment in self._segments():
                for other in pattern.select(segment.terms_from("words", word[:1])):
                    if field is None:
                        counts[other] += segment.frequency(other, "words")
                    elif postings := segment.postings("words", other):
                        counts[other] += len(postings.with_bits(bits))
        return sorted((other, count) for other, count in counts.items() if count)

    def _scores(
        self, query: Node, view: View, reader: Reader | None, freshness: Freshness | None
    ) -> list[dict[int, float]]:
        """Returns the scores of all matches, one dict per segment."""
        matches = [_matches(query, segment, view) for segment in view.segments]
        if boosted := self._boosted(query, view, matches, reader):
            feedback, best = boosted
            rows = zip(matches, best, view.segments, strict=True)
            matches = [_with_feedback(scored, feedback, numbers, segment, view) for scored, numbers, segment in rows]
        if freshness:
            for scored, segment in zip(matches, view.segments, strict=True):
                for number in scored:
                    scored[number] *= freshness.factor(moment(segment.column("date_key")[number]))
        return matches

    def _boosted(
        self, query: Node, view: View, matches: list[dict[int, float]], reader: Reader | None
    ) -> tuple[Feedback, Sequence[Container[int]]] | None:
        """Returns the feedback of the best hits, and per segment the documents that it boosts."""
        if reader is None or not takes_feedback(query):
            return None
        all_of_them = sum(map(len, matches)) <= FEEDBACK_FOR_ALL
        best = _ordered(matches, view, FEEDBACK_HITS if all_of_them else FEEDBACK_DEPTH)
        hits = [Scored(id_, score) for score, id_, _, _ in best[:FEEDBACK_HITS]]
        feedback = self._feedback(query, hits, view, reader)
        if feedback is None:
            return None
        if all_of_them:
            return feedback, matches
        return feedback, [{number for _, _, index, number in best if index == own} for own in range(len(matches))]

    def _segments(self) -> list[Segment]:
        view = self._current_view()
        return view.segments if view else []


def _docs(query: Node, segment: Segment) -> set[int]:
    from docarchive.engines.whoosh.matching import docs  # here and below: an import builds an index, and searches none

    return docs(query, segment)


def _matches(query: Node, segment: Segment, view: View) -> dict[int, float]:
    from docarchive.engines.whoosh.scoring import scores

    return scores(query, segment, view)


def _by_score(matches: list[dict[int, float]], view: View, wanted: int) -> tuple[int, list[Scored]]:
    """Returns the number of matches, and the best of them in order."""
    return sum(map(len, matches)), [Scored(id_, score) for score, id_, _, _ in _ordered(matches, view, wanted)]


def _ordered(matches: list[dict[int, float]], view: View, wanted: int) -> list[tuple[float, str, int, int]]:
    """Returns the best documents in order: score, id, index of the segment, number in the segment."""
    least = float("-inf")
    if wanted < sum(map(len, matches)):
        best = heapq.nlargest(wanted, chain.from_iterable(scored.values() for scored in matches))
        least = best[-1] - _ROUNDING if best else float("inf")
    named = [
        (round(score, 4), view.segments[index].id(number), index, number)
        for index, scored in enumerate(matches)
        for number, score in scored.items()
        if score >= least
    ]
    return sorted(named, key=lambda row: (-row[0], row[1]))[:wanted]


def _by_column(query: Node, view: View, sort: str) -> tuple[int, list[Scored]]:
    name = sort.lstrip("-") + "_key"
    rows: list[tuple[str | int, str, Scored]] = []
    for segment in view.segments:
        keys = [text.decode() for text in segment.texts(name)] if name == "title_key" else segment.column(name)
        for number in _docs(query, segment):
            id_ = segment.id(number)
            rows.append((keys[number], id_, Scored(id_, 0.0)))
    return len(rows), list(ordered(rows, sort))


def _with_feedback(
    scored: dict[int, float], feedback: Feedback, boosted: Container[int], segment: Segment, view: View
) -> dict[int, float]:
    """Returns the scores of a segment's documents with feedback for some of them."""
    from docarchive.engines.whoosh.scoring import add_word

    total = {number: score * feedback.share for number, score in scored.items()}
    for term, factor in feedback.terms.items():
        add_word(total, Word((term,)), factor, boosted, segment, view)
    return total
