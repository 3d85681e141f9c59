"""Entries: the parts of a feed that do not depend on its format."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from docarchive.article import Article
from docarchive.pictures import described
from docarchive.records import NamedTuple
from docarchive.writers.addresses import web_address
from docarchive.writers.markup import html_of
from docarchive.writers.moments import moment
from docarchive.writers.protocol import WriteOptions

#: The date of a feed or an article without any date.
NEVER: Final = "1970-01-01T00:00:00Z"


class Entry(NamedTuple):
    """An article in a feed.

    Attributes:
        id: ``urn:docarchive:ID``, the same in every feed.
        url: Its address on the web; empty if unknown.
        published: The first moment of its date (RFC 3339); empty if unknown.
        changed: The first moment of its ``updated`` (RFC 3339); empty if unknown.
        last: The first moment of its ``updated``, else of its date, else of its archiving (RFC 3339).
        summary: Its summary; may be empty.
        html: Its text as sanitized HTML.
        language: A BCP 47 tag; empty if unknown.
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
    """Returns the entry of an article."""
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
        html=html_of(described(article.body)),
        tags=tuple(article.tags),
        language=article.language or "",
    )


def feed_id(options: WriteOptions) -> str:
    """Returns the identifier of a feed: its address, else a URN made from its title."""
    return options.url or f"urn:uuid:{uuid5(NAMESPACE_URL, f'docarchive:feed {options.title}')}"


def mail_date(text: str) -> str:
    """Returns a time in the form of RFC 3339 in that of RFC 822."""
    return format_datetime(datetime.fromisoformat(text))


def later(one: str, other: str) -> str:
    """Returns the later of two times in the form of RFC 3339."""
    return max(one, other, key=lambda text: (datetime.fromisoformat(text), text))
