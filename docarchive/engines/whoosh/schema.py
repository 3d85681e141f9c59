"""The fields of the index.

    text     terms of title, summary and body in one field, with positions; words of the title
             weigh more (BM25F's weights inside one term frequency)
    title    terms of the title alone, with positions, for ``title:word``
    words    words as they are written, for wildcards and fuzzy words; the weight of a posting is the
             set of text fields that have the word (1 title, 2 summary, 4 body)
    labels   terms of all other metadata, after their key and a separator, with positions; whole values;
             per key a mark that it has a value; and, without a key, the language of the words, and the keys
             with values that are not indexed as they are, so that they cannot be counted
    dates    the years, months and days of dates, so that a range is a few terms
    numbers  numbers, fine and coarse, in a form that sorts
    id       the id, as a term and as a column
    row, date_key, title_key, archived_key   columns: the catalog's row, and the sort keys
    text_digest  column: a digest of all that the terms and the length of the text depend on
    lengths  column: the length of the text, in one byte

Positions of title, summary and body are so far apart that no phrase reaches from one into the next.

Raise the engine's number in ``engines.state`` when anything here changes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from docarchive.analysis import label_key, slots_of
from docarchive.digests import sha256
from docarchive.engines.ranking import HEADING_WEIGHT, WEIGHTS, weight_of
from docarchive.engines.terms import TERM, VALUE, number_terms
from docarchive.engines.whoosh.postings import LAYOUTS, REGIONS
from docarchive.query import AnalyzedArticle
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS, value_terms
from docarchive.query.patterns import MAX_VALUE, one_line

if TYPE_CHECKING:
    from docarchive.article import Article

#: The bits of the text fields in the weight of a posting of ``words``.
FIELD_BITS: Final = {"title": 1, "summary": 2, "body": 4}
#: Numeric columns, of 64 bits.
COLUMNS: Final = ("row", "date_key", "archived_key")
#: Columns of bytes.
TEXT_COLUMNS: Final = ("id", "title_key", "text_digest")
#: The fields that depend on metadata alone; all others depend on the text and the id.
OF_METADATA: Final = frozenset({"dates", "labels", "numbers"})
#: The lengths that a byte stands for: exact at first, then in steps of 3% (Whoosh's own table).
LENGTHS: Final = tuple(round((1.033**number - 1) * 27) for number in range(256))

_VALUE_GAP: Final = 1_000
_FIRST: Final = (0,)
#: The weights of one occurrence of a term in the text fields, in units of the field ``text``.
_UNITS: Final = {name: round(weight / LAYOUTS["text"].unit) for name, weight in WEIGHTS.items()}
_HEADING_UNITS: Final = round((HEADING_WEIGHT - WEIGHTS["body"]) / LAYOUTS["text"].unit)
BODY_UNITS: Final = _UNITS["body"]


def text_digest(article: Article, language: str) -> bytes:
    """Returns a digest of all that the terms of an article's text depend on; ``language`` is that of its words."""
    parts = (article.language or language, article.title, article.summary or "", article.body)
    text = "\0".join(parts) + "\0" * article.title_derived  # a title that was derived has no weight
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def length_byte(length: int) -> int:
    """Returns the byte that stands for a length in words."""
    return min(bisect_left(LENGTHS, length), 255)


def weighted_terms(analyzed: AnalyzedArticle) -> dict[str, tuple[int, list[int]]]:
    """Returns the terms of ``text`` that are not in plain body text alone, with their weights and positions."""
    terms: dict[str, tuple[int, list[int]]] = {}
    for name in ("title", "summary"):
        base, end = REGIONS[name]
        last = end - 1
        units = _UNITS[name] if weight_of(name, analyzed) else 0
        for term, positions in analyzed.positions(name).items():
            weight, before = terms.get(term, (0, []))
            shifted = [min(base + position, last) for position in positions]
            terms[term] = weight + units * len(positions), before + shifted
    base, _ = REGIONS["body"]
    headings = _in_headings(analyzed)
    body = analyzed.positions("body")
    for term in terms.keys() | headings.keys():
        if in_body := body.get(term):
            weight, before = terms.get(term, (0, []))
            weight += BODY_UNITS * len(in_body) + _HEADING_UNITS * headings.get(term, 0)
            terms[term] = weight, before + [base + position for position in in_body]
    return terms


def _in_headings(analyzed: AnalyzedArticle) -> dict[str, int]:
    """Returns how often terms of the body occur in headings."""
    counts: dict[str, int] = {}
    for slot in slots_of(analyzed.headings()):
        for term in slot:
            counts[term] = counts.get(term, 0) + 1
    return counts


def masks(analyzed: AnalyzedArticle) -> Iterator[tuple[int, Iterable[str]]]:
    """Yields the terms of ``words`` by the set of text fields that have them."""
    title, summary, body = (analyzed.words(name) for name in TEXT_FIELDS)
    yield FIELD_BITS["body"], body - title - summary if title or summary else body
    for word in title | summary:
        yield sum(FIELD_BITS[name] for name in TEXT_FIELDS if word in analyzed.words(name)), (word,)


def labels(analyzed: AnalyzedArticle) -> Iterator[tuple[str, Sequence[int]]]:
    """Yields the terms of ``labels``, with positions."""
    for name in (*DATE_FIELDS, *TEXT_FIELDS):
        if analyzed.has(name):
            yield name + TERM, _FIRST
            if name in DATE_FIELDS or name == "title":
                yield f"{name}{VALUE}{one_line(analyzed.values(name)[0])}", _FIRST
    yield TERM + analyzed.analyzer.language, _FIRST
    for name, values in analyzed.label_values:
        yield from _rows_of(name, values[0]) if len(values) == 1 else _label_rows(name, values)


@lru_cache(maxsize=20_000)
def _rows_of(name: str, value: str) -> tuple[tuple[str, Sequence[int]], ...]:
    return tuple(_label_rows(name, [value]))


def _label_rows(name: str, values: list[str]) -> Iterator[tuple[str, Sequence[int]]]:
    """Yields the terms of a key's values, with positions."""
    rows: dict[str, list[int]] = {}
    key, base = label_key(name), 0
    for value in values:
        terms = _label_terms(name, value)
        if terms == (value,) and len(value) <= MAX_VALUE:  # one term, the whole value: indexed once, as a value
            rows.setdefault(key + VALUE + value, []).append(base)
        else:
            for position, term in enumerate(terms, start=base):
                rows.setdefault(key + TERM + term, []).append(position)
            whole = one_line(value)
            rows.setdefault(key + VALUE + whole, []).append(base)
            if whole != value:
                rows[VALUE + key] = [0]
        base += len(terms) + _VALUE_GAP
    if base:
        yield key + TERM, _FIRST
    for term, positions in rows.items():
        yield term, positions if len(positions) == 1 else sorted(set(positions))


@lru_cache(maxsize=20_000)
def _label_terms(name: str, value: str) -> tuple[str, ...]:
    return tuple(value_terms(name, value))


def numbers(analyzed: AnalyzedArticle) -> Iterator[str]:
    """Yields the terms of ``numbers``."""
    for key, digits in number_terms(analyzed):
        yield f"{key}f{digits}"
        yield f"{key}c{digits[:4]}"
