"""The index of a site's search: JavaScript files that are loaded one by one, as a query needs them.

Postings are collected in memory, and written to a temporary table whenever there are many; at the end they are read
in the order of their terms. A file holds the terms from its first one to that of the next file, so that terms with the
same prefix are in the same file; ``search/index.js`` names the first terms.

The postings of a term are one string, article by article: the distance from the article before (in base 36, nothing
for 1), and a capital letter from B to Z, the weight of the term in the article (BM25 without its factor for the rarity
of the term, in 25 steps).
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from docarchive.writers.pages.site.words import words
from docarchive.writers.protocol import Files

#: Articles per file of results.
PER_FILE: Final = 100
_FILE: Final = 100_000
_BUFFERED: Final = 1_000_000
_MOST: Final = 255
_K1: Final = 1.2
_B: Final = 0.75
_STEPS: Final = 25
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class SearchIndex:
    """Collects the words of articles, and writes the index.

    Args:
        connection: The connection to a temporary database.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._connection.execute("CREATE TABLE postings (term BLOB, run INTEGER, data BLOB)")
        self._lengths = array("I")
        self._terms: dict[str, array[int]] = {}
        self._buffered = self._runs = 0

    def add(self, texts: Iterable[tuple[str, int]]) -> None:
        """Adds the next article.

        Args:
            texts: Its texts, and the weights of their words.
        """
        counts: Counter[str] = Counter()
        length = 0
        for text, weight in texts:
            for word in words(text):
                counts[word] += weight
                length += 1
        number = len(self._lengths)
        self._lengths.append(length)
        for word, count in counts.items():
            packed = number << 8 | min(count, _MOST)
            postings = self._terms.get(word)
            if postings is None:
                self._terms[word] = array("Q", (packed,))
            else:
                postings.append(packed)
        self._buffered += len(counts)
        if self._buffered >= _BUFFERED:
            self._flush()

    def _flush(self) -> None:
        rows = ((_sorting(term), self._runs, data.tobytes()) for term, data in self._terms.items())
        self._connection.executemany("INSERT INTO postings VALUES (?, ?, ?)", rows)
        self._terms = {}
        self._buffered = 0
        self._runs += 1

    def write(self, files: Files) -> None:
        """Writes the files with the terms, and the one that names them."""
        self._flush()
        first: list[str] = []
        waiting: list[str] = []
        size = 0
        for term, postings in self._encoded():
            if size and size + len(postings) > _FILE:
                _write_terms(files, len(first) - 1, waiting)
                waiting, size = [], 0
            if not size:
                first.append(term)
            waiting.append(f"{_literal(term)}:{_literal(postings)}")
            size += len(term) + len(postings) + 6
        if waiting:
            _write_terms(files, len(first) - 1, waiting)
        index = {"articles": len(self._lengths), "perFile": PER_FILE, "terms": first}
        files.add("search/index.js", f"docarchive.index({_literal(index)});\n".encode())

    def _encoded(self) -> Iterator[tuple[str, str]]:
        """Yields terms and their postings, in the order in which JavaScript compares strings."""
        average = sum(self._lengths) / len(self._lengths) if self._lengths else 1.0
        rows = self._connection.execute("SELECT term, data FROM postings ORDER BY term, run")
        for term, group in groupby(rows, lambda row: row[0]):
            parts: list[str] = []
            last = -1
            for _, data in group:
                for packed in array("Q", data):
                    number, count = packed >> 8, packed & _MOST
                    parts.append(_base36(number - last) + self._weight(number, count, average))
                    last = number
            yield term.decode("utf-16-be"), "".join(parts)

    def _weight(self, number: int, count: int, average: float) -> str:
        norm = _K1 * (1 - _B + _B * self._lengths[number] / (average or 1))
        return chr(65 + max(1, round(_STEPS * count / (count + norm))))


def write_articles(files: Files, entries: Iterable[tuple[str, str, str, str]]) -> None:
    """Writes the files of the results of a search.

    Args:
        files: The files of the site.
        entries: The path, title, date in words and excerpt of all articles, in order.
    """
    waiting: list[str] = []
    number = 0
    for entry in entries:
        waiting.append(_literal(entry))
        if len(waiting) == PER_FILE:
            _write_entries(files, number, waiting)
            waiting, number = [], number + 1
    if waiting:
        _write_entries(files, number, waiting)


def _write_terms(files: Files, number: int, terms: list[str]) -> None:
    text = ",\n".join(terms)
    files.add(f"search/terms/{number}.js", f"docarchive.terms({number},{{\n{text}}});\n".encode())


def _write_entries(files: Files, number: int, entries: list[str]) -> None:
    text = ",\n".join(entries)
    files.add(f"search/articles/{number}.js", f"docarchive.entries({number},[\n{text}]);\n".encode())


def _sorting(term: str) -> bytes:
    return term.encode("utf-16-be")


def _literal(value: object) -> str:
    """Returns a value as JavaScript writes it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("<", "\\u003c")


def _base36(number: int) -> str:
    """Returns a number in base 36; nothing for 1."""
    if number == 1:
        return ""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
