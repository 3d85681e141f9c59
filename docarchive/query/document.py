"""AnalyzedArticle: an article as the query tree sees it.

Owns the division of an article into text fields, labels, dates and numbers. Every engine indexes exactly these.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from docarchive import keys
from docarchive.analysis import PreToken, Slot, analyzer, label_terms, slots_of, words_of
from docarchive.dates import PartialDate
from docarchive.markdown import has_elements, shown
from docarchive.pictures import without_addresses
from docarchive.regexes import lazy

if TYPE_CHECKING:
    from docarchive.article import Article

#: Fields that are searched word by word, with stems; a word without a field is searched in all of them.
TEXT_FIELDS: Final = ("title", "summary", "body")
#: Fields that hold dates.
DATE_FIELDS: Final = tuple(key for key, kind in keys.KNOWN.items() if kind == keys.DATE)
#: The key whose values are compared as addresses, in all their spellings.
ADDRESS: Final = "url"
#: Keys whose values may be below others: ``reading/books`` is below ``reading``.
NESTED: Final = ("tags",)
#: Keys that are not counted or filtered as labels in the catalog, because nearly every article has a different value.
UNLABELLED: Final = ("id", "original", "fingerprint", "imported_from")
#: Date fields that docarchive itself writes, in UTC; words such as ``today`` mean the day in UTC there.
UTC_FIELDS: Final = ("archived",)

#: Known keys whose values are labels. Every article has a language, stated or not.
_LABELS: Final = tuple(key for key, kind in keys.KNOWN.items() if key not in TEXT_FIELDS and kind != keys.DATE)

_HEADING = lazy(r"^#{1,6}[ \t]+\S.*$|^\S.*\n(?:=+|-{2,})[ \t]*$", re.MULTILINE)
_NUMBER = lazy(r"[+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DATE = lazy(r"\d{4}-\d\d(?:-\d\d.*)?", re.ASCII | re.DOTALL)


class AnalyzedArticle:
    """An article with its terms, which are computed when they are first used.

    ``language`` is the one to analyze it in, if it states none; English if left out.
    """

    def __init__(self, article: Article, language: str | None = None) -> None:
        self.article = article
        self.language = article.language or language or "en"
        self.analyzer = analyzer(self.language)
        self._pretokens: dict[str, list[PreToken]] = {}
        self._slots: dict[str, list[Slot]] = {}
        self._positions: dict[str, dict[str, list[int]]] = {}
        self._words: dict[str, set[str]] = {}
        self._values: dict[str, list[str]] = {}
        self._headings: list[PreToken] = []
        self._body: str | None = None

    def text(self, field: str) -> str:
        """Returns the text of a text field.

        The body's is without elements inside words, such as ``H<sub>2</sub>O``, and without the addresses of pictures.
        """
        if field != "body":
            text: str = getattr(self.article, field) or ""
            return text
        if self._body is None:
            body = self.article.body
            self._body = without_addresses(shown(body) if has_elements(body) else body)
        return self._body

    def pretokens(self, field: str) -> list[PreToken]:
        """Returns a text field split at white space, analyzed."""
        pretokens = self._pretokens.get(field)
        if pretokens is None:
            text = self.text(field)
            headed = field == "body" and _may_have_headings(text)
            pretokens = self._with_headings(text) if headed else self.analyzer.pretokens(text)
            self._pretokens[field] = pretokens
        return pretokens

    def _with_headings(self, text: str) -> list[PreToken]:
        """Returns the pre-tokens of the body, and stores those of its headings; no pre-token crosses a line end."""
        pretokens: list[PreToken] = []
        last = 0
        for match in _HEADING.finditer(text):
            pretokens += self.analyzer.pretokens(text[last : match.start()])
            heading = self.analyzer.pretokens(match[0])
            self._headings += heading
            pretokens += heading
            last = match.end()
        pretokens += self.analyzer.pretokens(text[last:] if last else text)
        return pretokens

    def slots(self, field: str) -> list[Slot]:
        """Returns the terms of a text field, position by position."""
        if field not in self._slots:
            self._slots[field] = slots_of(self.pretokens(field))
        return self._slots[field]

    def headings(self) -> list[PreToken]:
        """Returns the pre-tokens of all of the body's headings."""
        self.pretokens("body")
        return self._headings

    def positions(self, field: str) -> dict[str, list[int]]:
        """Returns the positions of the terms of a text field, in ascending order, by term."""
        positions = self._positions.get(field)
        if positions is None:
            gathered: dict[str, list[int]] = defaultdict(list)
            for position, slot in enumerate(self.slots(field)):
                if len(slot) == 1:  # as most: a loop takes longer
                    gathered[slot[0]].append(position)
                else:
                    for term in slot:
                        gathered[term].append(position)
            positions = self._positions[field] = dict(gathered)
        return positions

    def words(self, field: str) -> set[str]:
        """Returns the words of a text field, folded but not stemmed."""
        if field not in self._words:
            self._words[field] = words_of(self.pretokens(field))
        return self._words[field]

    def values(self, key: str) -> list[str]:
        """Returns the values of a metadata key as text; the language has a value even if the article states none."""
        values = self._values.get(key)
        if values is None:
            values = self.article.values(key)
            if key == "language" and not values:
                values = [self.language]
            self._values[key] = values
        return values

    @cached_property
    def label_values(self) -> list[tuple[str, list[str]]]:
        """The metadata keys that are searched as labels, dotted where nested, with their values."""
        return label_values(self.article, self.language)

    def labels(self, key: str) -> list[list[str]]:
        """Returns the label terms of the values of a metadata key, one list per value."""
        return [value_terms(key, value) for value in self.values(key)]

    def has(self, key: str) -> bool:
        """Returns whether a key has a value."""
        return bool(self.text(key) if key in TEXT_FIELDS else self.values(key))

    def dates(self, key: str) -> list[PartialDate]:
        """Returns the dates among the values of a key."""
        if key in DATE_FIELDS:
            date = getattr(self.article, key)
            return [date] if date else []
        return [date for date in map(date_in, self.values(key)) if date]

    def numbers(self, key: str) -> list[float]:
        """Returns the numbers among the values of a key."""
        return [number for number in map(number_in, self.values(key)) if number is not None]


def _may_have_headings(text: str) -> bool:
    return "#" in text or "\n=" in text or "\n--" in text


def date_in(value: str) -> PartialDate | None:
    """Returns a value as a date with at least a month, or None; a year alone is a number."""
    if not _DATE.fullmatch(value):
        return None
    try:
        return PartialDate(value)
    except ValueError:
        return None


def number_in(value: str) -> float | None:
    """Returns a value as a number, or None."""
    return float(value) if _NUMBER.fullmatch(value) else None


def value_terms(key: str, value: str) -> list[str]:
    """Returns the label terms of one value of a metadata key; those of an address also in its canonical form."""
    terms = label_terms(value)
    if key == ADDRESS:
        from docarchive.article import canonical_url  # a search needs no articles

        if canonical := canonical_url(value):
            terms += [term for term in label_terms(canonical) if term not in terms]
    return terms


def label_values(article: Article, language: str, *, without: Collection[str] = ()) -> list[tuple[str, list[str]]]:
    """Returns the metadata keys of an article that are searched as labels, dotted where nested, with their values.

    Args:
        article: The article.
        language: Its language, if it states none.
        without: Keys that are left out.
    """
    rows: list[tuple[str, list[str]]] = []
    for key in _LABELS:
        value = getattr(article, key)
        if key == "language":
            value = value or language
        elif key == "notes":
            value = value or article.highlights  # which may have notes too
        if value and key not in without:
            rows.append((key, [value] if type(value) is str else article.values(key)))
    rows.extend((key, article.values(key)) for key in _extra_keys(article) if key not in without)
    return rows


def _extra_keys(article: Article) -> Iterator[str]:
    for key, value in article.extra.items():
        yield key
        if isinstance(value, dict):
            yield from _inner(key, value)


def _inner(prefix: str, value: dict[str, object]) -> Iterator[str]:
    for key, inner in value.items():
        yield f"{prefix}.{key}"
        if isinstance(inner, dict):
            yield from _inner(f"{prefix}.{key}", inner)
