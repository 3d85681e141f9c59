"""View: the segments of an index as one evaluation sees them.

Reads postings, vocabularies and columns whole, at the speed of arrays, and keeps what it has read for
as long as the index does not change.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Any, Final

from docarchive.engines.ranking import norm
from docarchive.engines.terms import TERM
from docarchive.engines.whoosh.codec import (
    Block,
    read_frequency,
    read_lengths,
    read_numbers,
    read_postings,
    read_vocabulary,
    vocabulary_name,
)
from docarchive.query.tree import languages_of

_REMEMBERED: Final = 2_000  # postings a segment
_END: Final = "\U0010ffff"


class Segment:
    """One segment of the index, for reading.

    Args:
        reader: Whoosh's reader of it.
    """

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self._blocks: dict[tuple[str, str], Block | None] = {}
        self._ids: Any = None
        self.count: int = reader.doc_count_all()
        self.deleted: frozenset[int] = frozenset(reader.segment().deleted_docs() or ())

    def postings(self, field: str, term: str) -> Block | None:
        """Returns the postings of a term, those of deleted documents among them."""
        key = (field, term)
        if key not in self._blocks:
            if len(self._blocks) >= _REMEMBERED:
                self._blocks.clear()
            self._blocks[key] = read_postings(self._reader, field, term)
        return self._blocks[key]

    def docs(self, field: str, term: str) -> list[int]:
        """Returns the documents that have a term, deleted ones among them."""
        block = self.postings(field, term)
        return block.ids if block else []

    def frequency(self, term: str) -> int:
        """Returns how many documents have a term in their text; its postings are not read for that."""
        block = self._blocks.get(("text", term))
        return len(block.ids) if block else read_frequency(self._reader, "text", term)

    def words(self, term: str, field: str = "text") -> Collection[int]:
        """Returns the documents that have a term of a query in their text, in a language where it counts."""
        found = self.docs(field, term)
        languages = languages_of(term)
        return self.in_languages(languages).intersection(found) if languages and found else found

    def in_languages(self, languages: frozenset[str]) -> set[int]:
        """Returns the documents whose words are in one of some languages."""
        if languages not in self._spoken:
            self._spoken[languages] = set().union(*(self.docs("labels", TERM + each) for each in languages))
        return self._spoken[languages]

    @cached_property
    def _spoken(self) -> dict[frozenset[str], set[int]]:
        return {}

    @cached_property
    def alive(self) -> set[int]:
        """The documents that are not deleted."""
        return set(range(self.count)) - self.deleted

    def vocabulary(self, field: str) -> tuple[list[str], array[int]]:
        """Returns the terms of a field in order, and how many documents have each."""
        if field not in self._vocabularies:
            storage, name = self._reader.storage(), vocabulary_name(self._reader.segment(), field)
            if not storage.file_exists(name):
                return [], array("I")
            with storage.open_file(name) as file:
                self._vocabularies[field] = read_vocabulary(file.read(storage.file_length(name)))
        return self._vocabularies[field]

    @cached_property
    def _vocabularies(self) -> dict[str, tuple[list[str], array[int]]]:
        return {}

    def terms_from(self, field: str, prefix: str) -> list[str]:
        """Returns the terms of a field that begin so, in order."""
        terms, _ = self.vocabulary(field)
        low = bisect_left(terms, prefix)
        return terms[low : bisect_left(terms, prefix + _END, low)]

    def column(self, name: str) -> array[int]:
        """Returns a numeric column: a value for each document."""
        if name not in self._columns:
            self._columns[name] = read_numbers(self._reader, name, self.count)
        return self._columns[name]

    @cached_property
    def _columns(self) -> dict[str, array[int]]:
        return {}

    @cached_property
    def lengths(self) -> bytes:
        """The length of each document's text, in the form of ``norms``."""
        return read_lengths(self._reader, "text", self.count)

    @cached_property
    def total_length(self) -> int:
        """The length of all documents together, in words."""
        return int(self._reader.field_length("text"))

    def texts(self, name: str) -> Any:
        """Returns a column of bytes: ``texts(name)[document]``."""
        return self._reader.column_reader(name)

    def id(self, number: int) -> str:
        """Returns the id of a document."""
        if self._ids is None:
            self._ids = self.texts("id")
        value = self._ids[number]
        return value.decode() if isinstance(value, bytes) else str(value)


class View:
    """All segments of the index as it is now.

    Args:
        readers: Whoosh's, one a segment; closed by whoever opened them.
    """

    def __init__(self, readers: Iterable[Any]) -> None:
        self.segments = [Segment(reader) for reader in readers]
        self.total = sum(segment.count - len(segment.deleted) for segment in self.segments)
        count = sum(segment.count for segment in self.segments)
        self.average = sum(segment.total_length for segment in self.segments) / count if count else 0.0

    def documents(self, terms: tuple[str, ...]) -> int:
        """Returns how many documents have one of some terms in their text."""
        return sum(
            len(segment.words(terms[0]))
            if len(terms) == 1
            else len(set().union(*(segment.words(term) for term in terms)))
            for segment in self.segments
        )

    def frequency(self, term: str) -> tuple[int, int]:
        """Returns how many documents have a term in their text, in any language, and how many there are."""
        return sum(segment.frequency(term) for segment in self.segments), self.total

    @cached_property
    def norms(self) -> list[float]:
        """BM25's part for the length of a document, by the byte that stands for the length."""
        from whoosh.util.numeric import byte_to_length

        return [norm(byte_to_length(number), self.average) for number in range(256)]

    def words(self) -> Iterator[tuple[Segment, list[str], array[int]]]:
        """Yields the words of each segment in order, and how many documents have each."""
        for segment in self.segments:
            yield segment, *segment.vocabulary("words")
