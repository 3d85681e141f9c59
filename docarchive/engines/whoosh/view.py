"""View: the segments of an index as one search sees them.

Postings and columns are read whole, as arrays, and cached for as long as the index does not change.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Final

from docarchive.engines.ranking import norm
from docarchive.engines.terms import TERM, VALUE
from docarchive.engines.whoosh.packing import DamagedIndex
from docarchive.engines.whoosh.postings import Postings
from docarchive.engines.whoosh.schema import LENGTHS
from docarchive.engines.whoosh.segmentfile import SegmentFile
from docarchive.engines.whoosh.toc import Entry, read_toc
from docarchive.folder import Folder
from docarchive.query.tree import languages_of

_CACHE_SIZE: Final = 2_000  # postings per segment
_ATTEMPTS: Final = 5
_MARKS: Final = re.compile(f"[{TERM}{VALUE}]")
_AFTER_MARKS: Final = (
    " "  # keys hold no control character, and the marks are two: all that begins with a space sorts later
)


class Segment:
    """One segment of the index, for reading, with its entry in the table of contents. Close it."""

    def __init__(self, file: SegmentFile, entry: Entry) -> None:
        if file.count != entry.documents or any(not 0 <= number < file.count for number in entry.deleted):
            raise DamagedIndex("a segment that does not fit its entry in the table of contents")
        self.entry = entry
        self._file = file
        self._postings: dict[tuple[str, str], Postings | None] = {}
        self._vocabularies: dict[str, list[str]] = {}
        self._columns: dict[str, array[int]] = {}
        self._by_languages: dict[frozenset[str], set[int]] = {}
        self.count = file.count
        self.total_length = file.length
        self.deleted = entry.deleted

    def close(self) -> None:
        """Closes its file."""
        self._file.close()

    def postings(self, field: str, term: str) -> Postings | None:
        """Returns the postings of a term, deleted documents included."""
        key = (field, term)
        if key not in self._postings:
            if len(self._postings) >= _CACHE_SIZE:
                self._postings.clear()
            self._postings[key] = self._file.terms(field).postings(term.encode())
        return self._postings[key]

    def docs(self, field: str, term: str) -> list[int]:
        """Returns the documents that have a term, deleted ones included."""
        postings = self.postings(field, term)
        return postings.ids if postings else []

    def frequency(self, term: str, field: str = "text") -> int:
        """Returns how many documents have a term, deleted ones included, without reading its postings."""
        postings = self._postings.get((field, term))
        return len(postings.ids) if postings else self._file.terms(field).frequency(term.encode())

    def words(self, term: str, field: str = "text") -> Collection[int]:
        """Returns the documents that have a term of a query in their text, in a language in which it counts."""
        return self.spoken(self.docs(field, term), term)

    def spoken(self, numbers: Collection[int], term: str) -> Collection[int]:
        """Returns those of some documents whose words are in a language in which a term of a query counts."""
        languages = languages_of(term)
        return self.in_languages(languages).intersection(numbers) if languages and numbers else numbers

    def in_languages(self, languages: frozenset[str]) -> set[int]:
        """Returns the documents whose words are in any of several languages."""
        if languages not in self._by_languages:
            self._by_languages[languages] = set().union(*(self.docs("labels", TERM + code) for code in languages))
        return self._by_languages[languages]

    @cached_property
    def alive(self) -> set[int]:
        """The documents that are not deleted."""
        return set(range(self.count)) - self.deleted

    def terms_from(self, field: str, prefix: str) -> list[str]:
        """Returns the terms of a field that begin with a prefix, in order."""
        if prefix:
            return self._file.terms(field).starting(prefix)
        if field not in self._vocabularies:
            self._vocabularies[field] = self._file.terms(field).starting("")
        return self._vocabularies[field]

    def keys(self, field: str) -> list[str]:
        """Returns the metadata keys that terms of a field begin with, in order; it does not go through all terms."""
        terms, keys, start = self._file.terms(field), [], _AFTER_MARKS
        while (term := terms.first_from(start)) is not None:
            keys.append(_MARKS.split(term, 1)[0])
            start = keys[-1] + _AFTER_MARKS
        return keys

    def column(self, name: str) -> array[int]:
        """Returns a column of numbers, one per document."""
        if name not in self._columns:
            self._columns[name] = self._file.numbers(name, "q")
        return self._columns[name]

    @cached_property
    def lengths(self) -> bytes:
        """The lengths of the documents' texts, as indexes into ``LENGTHS``."""
        return self._file.section("lengths")

    def texts(self, name: str) -> list[bytes]:
        """Returns a column of bytes, one value per document."""
        return self._file.texts(name)

    def id(self, number: int) -> str:
        """Returns the id of a document."""
        return self._file.text("id", number).decode()


class View:
    """All segments of one generation of the index; every change of the index raises the generation. Close it."""

    def __init__(self, segments: Iterable[Segment], generation: int = 0) -> None:
        self.segments = list(segments)
        self.generation = generation
        self.total = sum(segment.count - len(segment.deleted) for segment in self.segments)
        # Statistics include deleted documents until their segment is merged (decision 0013).
        count = sum(segment.count for segment in self.segments)
        self.average = sum(segment.total_length for segment in self.segments) / count if count else 0.0

    def close(self) -> None:
        """Closes the segments."""
        for segment in self.segments:
            segment.close()

    def documents(self, terms: tuple[str, ...]) -> int:
        """Returns how many documents have any of several terms in their text."""
        return sum(
            len(segment.words(terms[0]))
            if len(terms) == 1
            else len(set().union(*(segment.words(term) for term in terms)))
            for segment in self.segments
        )

    def frequency(self, term: str) -> tuple[int, int]:
        """Returns how many documents have a term in their text, in any language, and how many documents there are."""
        return sum(segment.frequency(term) for segment in self.segments), self.total

    @cached_property
    def norms(self) -> list[float]:
        """BM25's normalization for the length of a document, by the byte of the length."""
        return [norm(length, self.average) for length in LENGTHS]


def open_view(folder: Folder) -> View:
    """Opens the index in a folder; raises ``DamagedIndex`` if there is none, or a damaged one."""
    for attempt in range(_ATTEMPTS):
        opened: list[Segment] = []
        try:
            generation, entries = read_toc(folder)
            opened.extend(Segment(SegmentFile(folder, entry.name), entry) for entry in entries)
            return View(opened, generation)
        except FileNotFoundError:  # another process has merged the segment since the table of contents was read
            View(opened).close()
            if attempt == _ATTEMPTS - 1:
                raise
        except BaseException:
            View(opened).close()
            raise
    raise AssertionError
