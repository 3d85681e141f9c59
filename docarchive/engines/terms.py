"""Terms of metadata: how engines that index terms write labels, dates and numbers."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from docarchive.analysis import fold, label_key
from docarchive.dates import PartialDate
from docarchive.errors import UnsupportedQuery
from docarchive.query import AnalyzedArticle
from docarchive.query.document import DATE_FIELDS, date_in, number_in, value_terms
from docarchive.query.patterns import one_line

#: Replaces a space within one token.
SPACE: Final = "\x1d"
#: Separate a metadata key from a term of one of its values, and from a whole value.
TERM: Final = "\x1f"
VALUE: Final = "\x1e"
#: How many terms a wildcard, fuzzy word or regular expression may stand for.
MAX_EXPANSIONS: Final = 100_000
#: How many characters of a text count where it is sorted by, and keys that nobody sorts by.
_ORDER: Final = 200
_UNSORTED: Final = frozenset({"original", "fingerprint"})
#: The characters that dates and numbers begin with.
_FIRST: Final = frozenset("0123456789+-")


def date_terms(analyzed: AnalyzedArticle) -> Iterator[str]:
    """Yields the terms of an article's dates: year, month, day (``y``, ``m``, ``d``), and the date (``=``, ``@``)."""
    for name in DATE_FIELDS:
        for date in analyzed.dates(name):
            yield from _units(label_key(name) + TERM, date)
    for name, values in analyzed.label_values:
        for value in values:
            if value[:1] in _FIRST:
                yield from _terms_of(name, value)[0]


def number_terms(analyzed: AnalyzedArticle) -> Iterator[tuple[str, str]]:
    """Yields the numbers of an article: the key with its separator, and the digits of ``fine``."""
    for name, values in analyzed.label_values:
        for value in values:
            if value[:1] in _FIRST:
                yield from _terms_of(name, value)[1]


@lru_cache(maxsize=20_000)
def _terms_of(name: str, value: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Returns the terms of the date and of the number that a value is, if it is one."""
    marked, date, number = label_key(name) + TERM, date_in(value), number_in(value)
    return _units(marked, date) if date else (), ((marked, fine(number)),) if number is not None else ()


def fine(number: float) -> str:
    """Returns a number as 16 hexadecimal digits that sort as numbers do; the first four are its coarse form."""
    bits = struct.unpack(">Q", struct.pack(">d", number + 0.0))[0]  # + 0.0: there is one zero
    return f"{bits ^ (0xFFFFFFFFFFFFFFFF if bits >> 63 else 1 << 63):016x}"


def instant(start: str) -> int:
    """Returns an instant as microseconds since the year 1, plus one; 0 stands for none."""
    if not start:
        return 0
    delta = datetime.fromisoformat(start) - datetime.min
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds + 1


def moment(instant: int) -> datetime | None:
    """Returns the moment of an ``instant``; None for 0."""
    return datetime.min + timedelta(microseconds=instant - 1) if instant > 0 else None


def order_terms(analyzed: AnalyzedArticle) -> Iterator[str]:
    """Yields what articles are sorted by: each key with its first value, as ``catalog.orders`` sorts by that.

    Numbers are sorted by their values and come before text, which is folded.
    """
    for name, values in analyzed.label_values:
        if name not in _UNSORTED and values and (value := values[0]) and value[0] not in "[{":
            number = number_in(value)
            order = f"1{fold(value)[:_ORDER]}" if number is None else f"0{fine(number)}"
            yield f"{label_key(name)}{VALUE}{order}"


@lru_cache(maxsize=1_000)
def _units(marked: str, date: PartialDate) -> tuple[str, ...]:
    day = date.start[:10]
    lengths = {"year": (4,), "month": (4, 7)}.get(date.precision, (4, 7, 10))
    units = [f"{marked}{unit}{day[:length]}" for unit, length in zip("ymd", lengths, strict=False)]
    own = "@" if date.precision in ("minute", "second") else "="
    return (*units, f"{marked}{own}{date.text}")


def bounded(terms: Sequence[str]) -> list[str]:
    """Returns the terms that a pattern of a query stands for; raises ``UnsupportedQuery`` beyond ``MAX_EXPANSIONS``."""
    if len(terms) > MAX_EXPANSIONS:
        raise UnsupportedQuery(f"more than {MAX_EXPANSIONS:,} different words match this pattern; use a longer one")
    return list(terms)


def marked(key: str) -> str:
    """Returns what precedes the terms of a key in ``labels``, in one token with a term."""
    return label_key(key).replace(" ", SPACE) + TERM


@lru_cache(maxsize=20_000)
def indexed_label(name: str, value: str) -> tuple[str, tuple[str, ...]]:
    """Returns a value of a key as it is indexed in ``labels``, and in ``values``."""
    mark, whole = marked(name), one_line(value)
    terms = " ".join([mark + term for term in value_terms(name, value)])
    odd = () if whole == value else (VALUE + label_key(name),)
    return terms, (f"{label_key(name)}{VALUE}{whole}", *odd)
