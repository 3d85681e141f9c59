"""References: what a bibliography says of an article, and the keys by which references are cited."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final, NamedTuple

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.formats.bibliography import CITATION_KEY, EDITORS, PLACE
from docarchive.slugs import Names
from docarchive.writers.addresses import web_address
from docarchive.writers.bibliography.names import Name, name_of
from docarchive.writers.bibliography.types import Type, type_of

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+")
_NOT_IN_KEYS = re.compile(r"[^A-Za-z0-9_:.+/-]+")
_NOT_IN_WORDS = re.compile(r"[^a-z0-9]+")
_KEY_WORD: Final = 24


class Reference(NamedTuple):
    """What is cited; every text is one line, and empty if there is none.

    Attributes:
        key: By which it is cited.
        type: What it is.
        title: Its title.
        authors: Who wrote it; likewise ``editors``.
        editors: Who edited it.
        container: The publication that it stood in, or who brought it out.
        publisher: Who published that.
        place: Where.
        section: The part of the publication.
        date: When it came out.
        accessed: When it came into the archive, if it has an address.
        url: Where it stands on the web.
        doi: Its DOI, without the resolver's address; likewise ``isbn`` and ``issn``.
        isbn: Its ISBN.
        issn: Its ISSN.
        volume: Of the publication; likewise ``number`` and ``pages``.
        number: The issue.
        pages: As ``1-10``.
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
    place: str
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
    """Makes references of articles, each with a key that no other one has.

    A key is ``ruiz2024-0k3m9xq2v7ab``: family name or source, year, and the article's id, so that it is the same in
    every export; one that came with the article from a bibliography is kept.
    """

    def __init__(self) -> None:
        self._names = Names()

    def of(self, article: Article) -> Reference:
        """Returns the reference of an article."""
        organizations = {each.casefold() for each in [*article.organizations, article.source or ""] if each}
        authors = tuple(name_of(each, organizations) for each in map(one_line, article.authors) if each)
        editors = article.extra.get(EDITORS)
        said = {key: _plain(article.extra.get(key)) for key in _SAID}
        date = article.date
        return Reference(
            key=self._names.unique(_key(article, authors), id=article.id),
            type=type_of(article),
            title=one_line(article.title),
            authors=authors,
            editors=tuple(name_of(each, organizations) for each in map(_plain, _list(editors)) if each),
            container=one_line(article.source or ""),
            publisher=said["publisher"],
            place=said[PLACE] or said["address"],
            section=one_line(article.section or ""),
            date=date,
            accessed=article.archived if article.url else None,
            url=web_address(article.url),
            doi=said["doi"],
            isbn=said["isbn"],
            issn=said["issn"],
            volume=said["volume"],
            number=said["number"] or said["issue"],
            pages=re.sub(r"\s*[-–—]+\s*", "-", said["pages"] or said["page"]),
            language=one_line(article.language or ""),
            abstract=one_line(article.summary or ""),
            keywords=tuple(tag for tag in map(one_line, article.tags) if tag),
        )


_SAID: Final = (
    *("publisher", PLACE, "address", "doi", "isbn", "issn"),
    *("volume", "number", "issue", "pages", "page"),
)


def one_line(text: str) -> str:
    """Returns text on one line, without signs that steer machines: XML and TeX take none of them."""
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
