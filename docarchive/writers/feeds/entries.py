"""Entries: what every kind of feed says of an article, and of itself."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from docarchive.article import Article
from docarchive.writers.addresses import web_address
from docarchive.writers.markup import html_of
from docarchive.writers.moments import moment
from docarchive.writers.protocol import WriteOptions

#: Before everything, for what has no date at all.
NEVER: Final = "1970-01-01T00:00:00Z"


class Entry(NamedTuple):
    """What a feed says of an article.

    Attributes:
        id: ``urn:docarchive:ID``, the same in every feed.
        title: Its title.
        url: Its address on the web, or nothing.
        published: The first moment of its date, RFC 3339, or nothing.
        changed: That of its last change, by its publisher's word, or nothing.
        last: The latest known: of its change, else its date, else its archiving.
        authors: Names.
        summary: Its summary.
        html: Its text, without what could act.
        tags: Its tags.
        language: A BCP 47 tag, or nothing.
    """

    id: str
    title: str
    url: str
    published: str
    changed: str
    last: str
    authors: tuple[str, ...]
    summary: str
    html: str
    tags: tuple[str, ...]
    language: str


def entry_of(article: Article) -> Entry:
    """Returns what feeds say of an article."""
    last = article.updated or article.date or article.archived
    return Entry(
        id=f"urn:docarchive:{article.id}",
        title=article.title,
        url=web_address(article.url),
        published=moment(article.date) if article.date else "",
        changed=moment(article.updated) if article.updated else "",
        last=moment(last) if last else NEVER,
        authors=tuple(article.authors),
        summary=article.summary or "",
        html=html_of(article.body),
        tags=tuple(article.tags),
        language=article.language or "",
    )


def feed_id(options: WriteOptions) -> str:
    """Returns what tells a feed from others: its address, else a name made from its title."""
    return options.url or f"urn:uuid:{uuid5(NAMESPACE_URL, f'docarchive:feed {options.title}')}"


def mail_date(text: str) -> str:
    """Returns a moment of RFC 3339 in the form of RFC 822."""
    return format_datetime(datetime.fromisoformat(text))


def later(one: str, other: str) -> str:
    """Returns the later of two moments of RFC 3339."""
    return max(one, other, key=lambda text: (datetime.fromisoformat(text), text))
