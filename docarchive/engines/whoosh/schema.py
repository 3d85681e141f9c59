"""What the index holds of an article.

    text    stems of title, summary and body in one field, with positions; a word of the title
            weighs more (BM25F's weights inside one term frequency)
    title   stems of the title alone, for ``title:word``
    words   words as they are, for prefixes; marked with the field that they stand in
    labels  terms of all other metadata, marked with their key, with positions
    dates   the years, months and days of each date, so that a range is a handful of terms
    id      the id, as term and as column
    date_key, title_key, archived_key   columns to sort by

Positions of title, summary and body lie so far apart that no phrase reaches from one into the next.
"""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from whoosh import columns, fields, formats

from docarchive.dates import PartialDate
from docarchive.engines.protocol import sort_value
from docarchive.query import AnalyzedArticle
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS, label_fields

#: Part of the index's version: raise it when anything here changes.
VERSION: Final = 1

#: Where the positions of each text field begin, and what a word in it weighs.
REGIONS: Final = {"title": (0, 3.0), "summary": (10_000, 1.5), "body": (100_000, 1.0)}
REGION_END: Final = {"title": 10_000, "summary": 100_000, "body": 1 << 31}
#: The mark of each text field in ``words``.
WORD_MARK: Final = {"title": "t", "summary": "s", "body": "b"}
SEPARATOR: Final = "\x1f"
_VALUE_GAP: Final = 1_000

Posting = tuple[bytes, int, float, bytes]


class Positions(formats.Format):
    """Postings with positions, as an array of 32-bit numbers."""

    def decode_positions(self, value: bytes) -> list[int]:
        """Returns the positions in a posting."""
        numbers = array("I", value)
        if sys.byteorder == "big":
            numbers.byteswap()
        return list(numbers)


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
        title=Postings(Positions(), scorable=True),
        words=Postings(Presence()),
        labels=Postings(Positions()),
        dates=Postings(Presence()),
        id=IdField(),
        date_key=fields.COLUMN(columns.NumericColumn("q", default=0)),
        title_key=fields.COLUMN(columns.VarBytesColumn()),
        archived_key=fields.COLUMN(columns.NumericColumn("q", default=0)),
    )


def document(analyzed: AnalyzedArticle) -> dict[str, Any]:
    """Returns the fields of an article as Whoosh's ``add_document`` takes them."""
    article = analyzed.article
    text: dict[str, list[int]] = defaultdict(list)
    weights: dict[str, float] = defaultdict(float)
    for name in TEXT_FIELDS:
        base, weight = REGIONS[name]
        last = REGION_END[name] - 1
        for position, term in enumerate(analyzed.terms[name], start=base):
            text[term].append(min(position, last))
            weights[term] += weight
    return {
        "id": article.id,
        "text": [(t.encode(), len(p), weights[t], _positions(p)) for t, p in text.items()],
        "title": _with_positions(analyzed.terms["title"]),
        "words": [
            ((WORD_MARK[name] + word).encode(), 1, 1.0, b"") for name in TEXT_FIELDS for word in analyzed.words[name]
        ],
        "labels": list(_labels(analyzed)),
        "dates": [(token.encode(), 1, 1.0, b"") for token in date_tokens(analyzed)],
        "date_key": _instant(sort_value(article, "date")),
        "title_key": sort_value(article, "title").encode(),
        "archived_key": _instant(sort_value(article, "archived")),
    }


def date_tokens(analyzed: AnalyzedArticle) -> Iterator[str]:
    """Yields the date terms of an article: the units that hold it, and its own unit."""
    for field in DATE_FIELDS:
        date = analyzed.date(field)
        if date:
            for token in _units(date):
                yield field + SEPARATOR + token


def _units(date: PartialDate) -> Iterator[str]:
    day = date.start[:10]
    yield "y" + day[:4]
    if date.precision != "year":
        yield "m" + day[:7]
        if date.precision != "month":
            yield "d" + day
    if date.precision in ("minute", "second"):
        yield "@" + date.text
    else:
        yield "=" + date.text


def _labels(analyzed: AnalyzedArticle) -> Iterator[Posting]:
    for key in label_fields(analyzed.article):
        found: dict[str, list[int]] = defaultdict(list)
        base = 0
        for terms in analyzed.labels(key):
            for position, term in enumerate(terms, start=base):
                found[term].append(position)
            base += len(terms) + _VALUE_GAP
        if base:
            yield ((key + SEPARATOR).encode(), 1, 1.0, _positions([0]))
        for term, positions in found.items():
            yield ((key + SEPARATOR + term).encode(), len(positions), 1.0, _positions(positions))


def _with_positions(terms: Iterable[str]) -> list[Posting]:
    found: dict[str, list[int]] = defaultdict(list)
    for position, term in enumerate(terms):
        found[term].append(position)
    return [(term.encode(), len(p), float(len(p)), _positions(p)) for term, p in found.items()]


def _positions(numbers: list[int]) -> bytes:
    values = array("I", numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def _instant(start: str) -> int:
    """Returns an instant as microseconds since the year 1, plus one; 0 stands for none."""
    if not start:
        return 0
    delta = datetime.fromisoformat(start) - datetime.min
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds + 1
