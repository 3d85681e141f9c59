"""References: an article as a bibliography describes it, and its citation key."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from docarchive.article import Article, short_doi
from docarchive.dates import PartialDate
from docarchive.formats.bibliography import CITATION_KEY, EDITORS, PLACE
from docarchive.records import NamedTuple
from docarchive.slugs import Names
from docarchive.writers.addresses import web_address
from docarchive.writers.bibliography.names import Name, name_of
from docarchive.writers.bibliography.types import Type, type_of

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+")
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9_:.+/-]+")
_NOT_IN_WORDS = re.compile(r"[^a-z0-9]+")
_KEY_WORD: Final = 24


class Reference(NamedTuple):
    """An article as a bibliography cites it. Texts are of one line, and empty if unknown.

    Attributes:
        key: The citation key, unique in one export.
        container: The publication that contains it, or its publisher if it is a publication itself.
        publisher: The publisher of the container.
        accessed: When it was archived, if it has an address.
        url: Its address on the web.
        doi: Its DOI, without the resolver's address.
        number: The issue of the publication.
        pages: The pages in the publication, such as ``1-10``.
        language: A BCP 47 tag.
        abstract: Its summary.
        keywords: Its tags.
    """

    key: str
    type: Type
    title: str
    authors: tuple[Name, ...]
    editors: tuple[Name, ...]
    container: str
    publisher: str
    publisher_place: str
    section: str
    date: PartialDate | None
    accessed: PartialDate | None
    url: str
    doi: str
    isbn: str
    issn: str
    volume: str
    number: str
    pages: str
    language: str
    abstract: str
    keywords: tuple[str, ...]


class References:
    """Makes references of articles, with unique citation keys.

    A key is ``ruiz2024-0k3m9xq2v7ab``: family name or source, year, and the article's id, so that it is the same in
    every export. The key of an article that was imported from a bibliography is kept.
    """

    def __init__(self) -> None:
        self._names = Names()

    def of(self, article: Article) -> Reference:
        """Returns the reference of an article."""
        organizations = {name.casefold() for name in [*article.organizations, article.source or ""] if name}
        authors = tuple(name_of(name, organizations) for name in map(one_line, article.authors) if name)
        editors = article.extra.get(EDITORS)
        values = {key: _plain(article.extra.get(key)) for key in _EXTRA_KEYS}
        date = article.date
        return Reference(
            key=self._names.unique(_key(article, authors), id=article.id),
            type=type_of(article),
            title=one_line(article.title),
            authors=authors,
            editors=tuple(name_of(name, organizations) for name in map(_plain, _list(editors)) if name),
            container=one_line(article.source or ""),
            publisher=values["publisher"],
            publisher_place=values[PLACE] or values["address"],
            section=one_line(article.section or ""),
            date=date,
            accessed=article.archived if article.url else None,
            url=web_address(article.url),
            doi=short_doi(values["doi"]),
            isbn=values["isbn"],
            issn=values["issn"],
            volume=values["volume"],
            number=values["number"] or values["issue"],
            pages=re.sub(r"\s*[-–—]+\s*", "-", values["pages"] or values["page"]),
            language=one_line(article.language or ""),
            abstract=one_line(article.summary or ""),
            keywords=tuple(tag for tag in map(one_line, article.tags) if tag),
        )


_EXTRA_KEYS: Final = (
    *("publisher", PLACE, "address", "doi", "isbn", "issn"),
    *("volume", "number", "issue", "pages", "page"),
)


def one_line(text: str) -> str:
    """Returns text on one line, without control characters, which neither XML nor TeX allows."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def date_parts(date: PartialDate) -> tuple[int, ...]:
    """Returns the year, the month and the day of a date, as far as they are known."""
    return tuple(int(part) for part in date.text[:10].split("-"))


def _key(article: Article, authors: tuple[Name, ...]) -> str:
    given = _NOT_IN_KEYS.sub("", _plain(article.extra.get(CITATION_KEY)))
    if given:
        return given
    named = authors[0].family if authors else article.source or ""
    letters = unicodedata.normalize("NFKD", named.lower()).encode("ascii", "ignore").decode()
    word = _NOT_IN_WORDS.sub("", letters)[:_KEY_WORD] or "anon"
    year = article.date.text[:4] if article.date else ""
    return f"{word}{year}-{article.id}"


def _plain(value: Any) -> str:
    return one_line(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, str) else []
