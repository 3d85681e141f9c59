"""The reader of feeds in XML: RSS 0.9 to 2.0, Atom, CDF. Each entry is an article (decision 0022).

feedparser parses the feed; it gets bytes, never an address, so it fetches nothing.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final
from urllib.parse import urljoin

from docarchive.article import DOI
from docarchive.errors import ReaderError
from docarchive.markdown import escape
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.html.to_markdown import has_element, to_line, to_markdown, to_text
from docarchive.readers.html.xml import as_utf8, parse_bytes
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.dates_found import dates
from docarchive.readers.values.people import without_addresses
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import as_text, objects_in, sorted_json, without_empty
from docarchive.texts import one_line

_DEFAULT_TYPE: Final = "application/xml"
_ARXIV: Final = "oai:arXiv.org:"
_BLANK_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the entries of a feed, with their numbers as locations."""
    parsed = parsed_feed(source)
    for number, entry in enumerate(parsed.entries, start=1):
        yield _record(str(number), parsed.feed, entry)


def parsed_feed(source: Source) -> Any:
    """Returns what feedparser reads in a feed: ``feed`` and ``entries``.

    Raises:
        ReaderError: It cannot be parsed, or has no entries.
    """
    import feedparser

    media_type, sent_as = source.media_type or _DEFAULT_TYPE, _CHARSET.search(source.media_type)
    data = source.read(MAX_SIZE, "feed")
    in_utf8 = as_utf8(
        data, sent_as[1] if sent_as else None
    )  # feedparser reads Shift_JIS without the letters of Windows
    if in_utf8 is not data:
        media_type, data = media_type.partition(";")[0] + "; charset=utf-8", in_utf8
    headers = {"content-type": media_type, "content-location": source.url or ""}
    try:
        parsed = feedparser.parse(io.BytesIO(data), response_headers=headers, sanitize_html=True)
    except Exception as error:  # feedparser raises many types on broken feeds
        raise ReaderError(f"the feed cannot be parsed ({type(error).__name__})") from None
    if not parsed.entries and b"<!ENTITY" in data:
        raise ReaderError("the feed declares XML entities, which are not supported, and has no entries")
    if not parsed.entries:
        problem = parsed.get("bozo_exception") if parsed.bozo else None
        raise ReaderError(f"the feed has no entries{f' ({_parse_error(problem, data)})' if problem else ''}")
    return parsed


def _parse_error(error: object, data: bytes) -> str:
    """Returns why a feed cannot be parsed; feedparser's own messages have positions in a changed text."""
    from xml.sax import SAXException

    try:
        parse_bytes(data)
    except ReaderError as xml_error:
        return str(xml_error)
    message = error.getMessage() if isinstance(error, SAXException) else str(error)
    return " ".join(message.split())[:150]


def _record(location: str, feed: Mapping[str, Any], entry: Mapping[str, Any]) -> Record | Refusal:
    try:
        metadata, body = read_entry(feed, entry)
    except ReaderError as error:
        return Refusal(location, repr(entry).encode()[:1_000_000], str(error))
    raw = sorted_json({**metadata, "body": body})
    return Record(location, raw, partial(make_article, metadata, body))


def read_entry(feed: Mapping[str, Any], entry: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Returns the metadata of an entry, without empty values, and its text as Markdown.

    Args:
        feed: feedparser's values of the feed.
        entry: feedparser's values of the entry.

    Raises:
        ReaderError: The entry has neither text nor title nor address.
    """
    title = _line(entry, "title")
    origin: Mapping[str, Any] = entry.get("source") or {}  # the feed that had the entry first
    url = _absolute(as_text(entry.get("link")), feed)
    body = _body(entry, url)
    enclosures = [str(item["href"]) for item in entry.get("enclosures", ()) if item.get("href")]
    if not (title or body or url or enclosures):
        raise ReaderError("the entry has neither text nor title")
    contents = [item.get("value") for item in entry.get("content") or ()]  # feedparser copies it to the summary too
    summary = _summary(entry) if contents and entry.get("summary") not in contents else ""
    metadata: dict[str, Any] = {
        "title": title,
        **_dates(entry, "published", "created", "updated"),
        "updated": _dates(entry, "updated")["date"],
        "authors": _authors(entry) or _authors(origin) or _authors(feed),
        "contributors": _names(entry.get("contributors") or ()),
        "source": _line(origin, "title") or _line(feed, "title"),
        "feed": feed.get("link"),
        "url": url if url.startswith(("http://", "https://")) else "",
        "guid": entry.get("id") or "",
        "language": entry.get("language") or (entry.get("title_detail") or {}).get("language") or feed.get("language"),
        "summary": summary if summary != body else "",
        "tags": [*dict.fromkeys(name for tag in entry.get("tags", ()) if (name := _tag(tag)))],
        "enclosures": enclosures,
        "comments": entry.get("comments"),
        "rights": _line(entry, "rights"),
        "doi": _doi(entry),
        **{key: _line(entry, f"arxiv_{key}") for key in ("comment", "journal_ref")},
    }
    if metadata["guid"] == metadata["url"]:
        del metadata["guid"]
    return without_empty(metadata), body or escape(title) or url or enclosures[0]


def _absolute(url: str, feed: Mapping[str, Any]) -> str:
    """Returns an address; one that is relative is so to the page that the feed is of."""
    page = as_text(feed.get("link"))
    if not url.startswith(("/", "?", ".")) or not page.startswith(("http://", "https://")):
        return url
    with suppress(ValueError):
        return urljoin(page, url)
    return url


def _body(entry: Mapping[str, Any], url: str) -> str:
    """Returns the longest of the contents, or the summary."""
    of_html = partial(to_markdown, base=url)
    contents = [_content_text(detail, of_html, escape) for detail in entry.get("content", ())]
    return max(contents, key=len, default="") or _content_text(_summary_detail(entry), of_html, escape)


def _summary(entry: Mapping[str, Any]) -> str:
    return _content_text(_summary_detail(entry), to_text, str)


def _summary_detail(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    detail: Mapping[str, Any] = entry.get("summary_detail") or {"value": entry.get("summary")}
    return detail


def _content_text(detail: Mapping[str, Any], of_html: Callable[[str], str], of_text: Callable[[str], str]) -> str:
    value = as_text(detail.get("value"))
    if has_element(value):
        return of_html(value)
    if "html" in str(detail.get("type")):  # only its entities are HTML, as in the descriptions of YouTube and podcasts
        return "\n\n".join(filter(None, map(of_html, _BLANK_LINES.split(value))))
    return of_text(value)


def _line(values: Mapping[str, Any], key: str) -> str:
    value = as_text(values.get(key))
    with suppress(ReaderError):
        return to_line(value)
    return value[:1000]


def _authors(entry: Mapping[str, Any]) -> list[str]:
    people = objects_in(entry.get("authors")) or [entry.get("author_detail") or {"name": entry.get("author")}]
    names = _names(people)
    written = as_text(entry.get("author"))
    if names and "@" in written and written != f"{people[-1].get('name')} ({people[-1].get('email')})":
        # feedparser looks for the end of an address after four letters: of ``ann@sea.online`` it leaves ``ne``
        names[-1:] = without_addresses(written) or [written]
    if str(entry.get("id")).startswith(_ARXIV):  # its RSS has all names in one value, its Atom has not
        return [name.strip() for text in names for name in text.split(",") if name.strip()]
    return names


def _doi(entry: Mapping[str, Any]) -> str:
    """Returns the DOI that journals (PRISM, Dublin Core) and arXiv state; empty if there is none."""
    stated = (DOI.fullmatch(as_text(entry.get(key)).strip()) for key in ("prism_doi", "dc_identifier", "arxiv_doi"))
    return next((match[1] for match in stated if match), "")


def _names(value: object) -> list[str]:
    names = (as_text(person.get("name")) or as_text(person.get("email")) for person in objects_in(value))
    return [*dict.fromkeys(name for name in names if name)]


def _tag(tag: Mapping[str, Any]) -> str:
    return one_line(as_text(tag.get("label")) or as_text(tag.get("term")))


def _dates(entry: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Returns the first date of an entry, as it is written: feedparser's own reading guesses."""
    return dates(*(as_text(entry.get(name)) for name in names if name in entry))  # it has another for a missing one
