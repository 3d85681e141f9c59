"""What the index holds of an article.

    text     terms of title, summary and body in one field, with positions; a word of the title
             weighs more (BM25F's weights inside one term frequency)
    title    terms of the title alone, with positions, for ``title:word``
    words    words as they are, for wildcards and fuzzy words; a posting's weight says in which text
             fields the word stands (1 title, 2 summary, 4 body)
    labels   terms of all other metadata, marked with their key, with positions; whole values; for
             each key the mark that it has a value; and, without a key, the language of the words
    dates    the years, months and days of each date, so that a range is a handful of terms
    numbers  each number, fine and coarse, in a form that sorts
    id       the id, as term and as column
    row, date_key, title_key, archived_key   columns: the catalog's row, and what is sorted by

Positions of title, summary and body lie so far apart that no phrase reaches from one into the next.
"""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from whoosh import columns, fields, formats

from docarchive.analysis import label_key, label_terms
from docarchive.engines.protocol import sort_value
from docarchive.engines.ranking import length_of, weighted_terms
from docarchive.engines.terms import TERM, VALUE, date_terms, instant, number_terms
from docarchive.query import AnalyzedArticle
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS, label_fields
from docarchive.query.tree import MAX_VALUE, one_line

#: Part of the index's version: raise it when anything here, or the analysis, changes.
VERSION: Final = 3

#: Where the positions of each text field begin, and the first one behind them.
REGIONS: Final = {"title": (0, 10_000), "summary": (10_000, 100_000), "body": (100_000, 1 << 31)}
#: The bit of each text field in the weight of a posting of ``words``.
FIELD_BITS: Final = {"title": 1, "summary": 2, "body": 4}
#: Fields whose terms are also listed in a file of their own.
LISTED: Final = ("words", "labels", "dates", "numbers")
_VALUE_GAP: Final = 1_000

Posting = tuple[bytes, int, float, bytes]


class Positions(formats.Format):
    """Postings with positions, as an array of 32-bit numbers."""


class Masks(formats.Format):
    """Postings whose weight is a set of bits."""


class Presence(formats.Format):
    """Postings that only say that a term is there."""

    posting_size = 0


class Postings(fields.FieldType):
    """A field whose value is its postings, ready made: one pass, no chain of token objects."""

    def __init__(self, format: formats.Format, *, scorable: bool = False) -> None:
        super().__init__(format, None, scorable=scorable)

    def index(self, value: Any, **kwargs: Any) -> Any:
        """Returns the postings."""
        return value


class IdField(Postings):
    """The id of an article, as term and as column."""

    def __init__(self) -> None:
        super().__init__(Presence())
        self.column_type = columns.VarBytesColumn()

    def index(self, value: Any, **kwargs: Any) -> Any:
        """Returns the one posting of an id."""
        return [(value.encode(), 1, 1.0, b"")]


def schema() -> fields.Schema:
    """Returns the schema of the index."""
    return fields.Schema(
        text=Postings(Positions(), scorable=True),
        title=Postings(Positions()),
        words=Postings(Masks()),
        labels=Postings(Positions()),
        dates=Postings(Presence()),
        numbers=Postings(Presence()),
        id=IdField(),
        row=fields.COLUMN(columns.NumericColumn("q", default=0)),
        date_key=fields.COLUMN(columns.NumericColumn("q", default=0)),
        title_key=fields.COLUMN(columns.VarBytesColumn()),
        archived_key=fields.COLUMN(columns.NumericColumn("q", default=0)),
    )


def document(analyzed: AnalyzedArticle, row: int) -> dict[str, Any]:
    """Returns the fields of an article as Whoosh's ``add_document`` takes them."""
    article = analyzed.article
    return {
        "id": article.id,
        "text": (length_of(analyzed), _text(analyzed)),
        "title": [
            (term.encode(), len(found), float(len(found)), _positions(found))
            for term, found in analyzed.positions("title").items()
        ],
        "words": _words(analyzed),
        "labels": _labels(analyzed),
        "dates": [(token.encode(), 1, 1.0, b"") for token in dict.fromkeys(date_terms(analyzed))],
        "numbers": [(token.encode(), 1, 1.0, b"") for token in dict.fromkeys(_numbers(analyzed))],
        "row": row,
        "date_key": instant(sort_value(article, "date")),
        "title_key": sort_value(article, "title").encode(),
        "archived_key": instant(sort_value(article, "archived")),
    }


def _text(analyzed: AnalyzedArticle) -> list[Posting]:
    text: dict[str, list[int]] = {}
    for name in TEXT_FIELDS:
        base, end = REGIONS[name]
        last = end - base - 1
        for term, positions in analyzed.positions(name).items():
            if positions[-1] > last:
                positions = [min(position, last) for position in positions]
            shifted = [base + position for position in positions] if base else positions
            text[term] = text[term] + shifted if term in text else shifted
    weights = weighted_terms(analyzed)
    return [(term.encode(), len(found), weights[term], _positions(found)) for term, found in text.items()]


def _words(analyzed: AnalyzedArticle) -> list[Posting]:
    masks: dict[str, int] = defaultdict(int)
    for name in TEXT_FIELDS:
        bit = FIELD_BITS[name]
        for word in analyzed.words(name):
            masks[word] += bit
    return [(word.encode(), 1, float(mask), b"") for word, mask in masks.items()]


def _labels(analyzed: AnalyzedArticle) -> list[Posting]:
    whole = [name for name in (*DATE_FIELDS, "title") if analyzed.has(name)]
    texts = [name for name in TEXT_FIELDS if name != "title" and analyzed.has(name)]
    there = _positions([0])
    postings = [((name + TERM).encode(), 1, 1.0, there) for name in (*whole, *texts)]
    postings += [((f"{name}{VALUE}{one_line(analyzed.values(name)[0])}").encode(), 1, 1.0, there) for name in whole]
    postings.append(((TERM + analyzed.analyzer.language).encode(), 1, 1.0, there))
    for name in label_fields(analyzed.article):
        found = _label_positions(label_key(name), analyzed.values(name))
        postings += [(term.encode(), len(at), 1.0, _positions(sorted(set(at)))) for term, at in found.items()]
    return postings


def _label_positions(key: str, values: list[str]) -> dict[str, list[int]]:
    """Returns the terms of a key's values, with positions."""
    found: dict[str, list[int]] = defaultdict(list)
    base = 0
    for value in values:
        terms = label_terms(value)
        if terms == [value] and len(value) <= MAX_VALUE:  # one term that is the whole value is kept once
            found[key + VALUE + value].append(base)
        else:
            for position, term in enumerate(terms, start=base):
                found[key + TERM + term].append(position)
            found[key + VALUE + one_line(value)].append(base)
        base += len(terms) + _VALUE_GAP
    if base:
        found[key + TERM].append(0)
    return found


def _numbers(analyzed: AnalyzedArticle) -> Iterator[str]:
    for key, digits in number_terms(analyzed):
        yield f"{key}f{digits}"
        yield f"{key}c{digits[:4]}"


def _positions(numbers: list[int]) -> bytes:
    values = array("I", numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
