"""The reader of feeds in XML: RSS 0.9 to 2.0, Atom, CDF. Each entry is an article.

feedparser takes a feed apart; it is given bytes, never an address, so it fetches nothing.
"""

from __future__ import annotations

import io
import json
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from docarchive.dates import PartialDate
from docarchive.errors import ReaderError
from docarchive.readers.encoding.declared import codec
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.html.to_markdown import to_line, to_markdown
from docarchive.readers.html.xml import parse_bytes
from docarchive.readers.protocol import Reader, Record, Refusal, Source
from docarchive.readers.values.reserved_keys import make_article

_ROOT = re.compile(
    rb"<(?:\w+:)?(?:rss|feed|rdf|channel)(?:\s[^>]*)?>", re.IGNORECASE
)  # RDF is RSS 1.0 if it has a channel or items
_RDF = re.compile(rb"purl\.org/rss|my\.netscape\.com/rdf|channel\.netscape\.com|<(?:\w+:)?(?:channel|item)[\s>]")
_BEFORE = re.compile(rb"^(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE)
_EBCDIC: Final = "<?xml".encode("cp037")  # what follows is told from this, as appendix F of XML 1.0 says
_CHARSET: Final = "application/xml"
_MAX_ENTRIES: Final = 1_000_000


class FeedReader(Reader):
    """Reads each entry of a feed."""

    name = "feed"
    summary = "feeds: RSS and Atom"
    suffixes = (".rss", ".atom", ".rdf", ".xml")
    extra = "feeds"
    requires = ("feedparser",)

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        start = head[:16_384].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
        if start.startswith(_EBCDIC):
            start = _from_ebcdic(start)
        before = _BEFORE.match(start)
        rest = start[before.end() :] if before else start
        root = _ROOT.match(rest)
        return root is not None and (b"rdf" not in root[0][:12].lower() or _RDF.search(rest) is not None)

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``; the place is the entry's number."""
        try:
            import feedparser
        except ImportError:
            raise self.missing() from None
        with source.open() as file:
            data = file.read(MAX_SIZE + 1)
        if len(data) > MAX_SIZE:
            raise ReaderError(f"the feed is longer than {MAX_SIZE // 1_000_000} MB")
        headers = {"content-type": source.media_type or _CHARSET, "content-location": source.url or ""}
        try:
            parsed = feedparser.parse(io.BytesIO(data), response_headers=headers, sanitize_html=True)
        except Exception as error:  # it meets feeds that its authors have not
            raise ReaderError(f"the feed cannot be taken apart ({type(error).__name__})") from None
        if not parsed.entries and b"<!ENTITY" in data:
            raise ReaderError("the feed declares entities, which are not read from strangers, and has no entries")
        if not parsed.entries:
            broken = parsed.get("bozo_exception") if parsed.bozo else None
            raise ReaderError(f"the feed has no entries{f' ({_reason(broken, data)})' if broken else ''}")
        for number, entry in enumerate(parsed.entries, start=1):
            yield _record(str(number), parsed.feed, entry)


def _from_ebcdic(head: bytes) -> bytes:
    """Returns the beginning of a feed in ASCII; where ``!`` and brackets are depends on what it declares."""
    start = head.decode("cp037")
    declared = re.search(r"encoding=[\"']([\w-]+)", start[:200])
    return head.decode((codec(declared[1]) if declared else None) or "cp037", "replace").encode("ascii", "replace")


def _reason(error: object, data: bytes) -> str:
    """Returns what is wrong with a feed; the places that feedparser names are those of a text that it has changed."""
    from xml.sax import SAXException

    try:
        parse_bytes(data)
    except ReaderError as broken:
        return str(broken)
    said = error.getMessage() if isinstance(error, SAXException) else str(error)
    return " ".join(said.split())[:150]


def _record(place: str, feed: Mapping[str, Any], entry: Mapping[str, Any]) -> Record | Refusal:
    try:
        metadata, body = read_entry(feed, entry)
    except ReaderError as error:
        return Refusal(place, repr(entry).encode()[:1_000_000], str(error))
    raw = json.dumps({**metadata, "body": body}, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return Record(place, raw, partial(make_article, metadata, body))


def read_entry(feed: Mapping[str, Any], entry: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Returns what an entry of a feed says: metadata, of which none is empty, and its text as Markdown.

    Args:
        feed: What feedparser found about the feed.
        entry: What it found about the entry.

    Raises:
        ReaderError: There is neither text nor title nor address in it.
    """
    title = _line(entry, "title")
    body = _body(entry)
    url = entry.get("link") or ""
    enclosures = [str(each["href"]) for each in entry.get("enclosures", ()) if each.get("href")]
    if not (title or body or url or enclosures):
        raise ReaderError("the entry has neither text nor title")
    contents = [each.get("value") for each in entry.get("content") or ()]  # feedparser takes it for a summary too
    summary = _markup(entry, "summary") if contents and entry.get("summary") not in contents else ""
    metadata: dict[str, Any] = {
        "title": title,
        "date": _date(entry, "published") or _date(entry, "created") or _date(entry, "updated"),
        "updated": _date(entry, "updated"),
        "authors": _people(entry.get("authors") or [entry.get("author_detail") or {"name": entry.get("author")}])
        or _people(feed.get("authors") or ()),
        "contributors": _people(entry.get("contributors") or ()),
        "source": _line(feed, "title"),
        "feed": feed.get("link"),
        "url": url if url.startswith(("http://", "https://")) else "",
        "guid": entry.get("id") or "",
        "language": entry.get("language") or (entry.get("title_detail") or {}).get("language") or feed.get("language"),
        "summary": summary if summary != body else "",
        "tags": [*dict.fromkeys(name for tag in entry.get("tags", ()) if (name := _tag(tag)))],
        "enclosures": enclosures,
        "comments": entry.get("comments"),
        "rights": _line(entry, "rights"),
    }
    if metadata["updated"] == metadata["date"]:
        del metadata["updated"]
    if metadata["guid"] == url:
        del metadata["guid"]
    return {key: value for key, value in metadata.items() if value}, body or title or url or enclosures[0]


def _body(entry: Mapping[str, Any]) -> str:
    """Returns the longest of the contents, or the summary."""
    contents = [_detail(each) for each in entry.get("content", ())]
    return max(contents, key=len, default="") or _markup(entry, "summary")


def _markup(entry: Mapping[str, Any], key: str) -> str:
    detail = entry.get(f"{key}_detail")
    return _detail(detail) if detail else _plain(entry.get(key))


def _detail(detail: Mapping[str, Any]) -> str:
    value = _plain(detail.get("value"))
    return to_markdown(value) if "html" in str(detail.get("type")) or "<" in value else value


def _plain(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _line(found: Mapping[str, Any], key: str) -> str:
    value = _plain(found.get(key))
    with suppress(ReaderError):
        return to_line(value)
    return value[:1000]


def _people(found: object) -> list[str]:
    people = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list | tuple) else []
    names = (_plain(each.get("name")) or _plain(each.get("email")) for each in people)
    return [*dict.fromkeys(name for name in names if name)]


def _tag(tag: Mapping[str, Any]) -> str:
    return " ".join((_plain(tag.get("label")) or _plain(tag.get("term"))).split())


def _date(entry: Mapping[str, Any], key: str) -> str:
    """Returns a date with the zone that it was written in where it can be read so, else in UTC."""
    if key not in entry:  # asked for one that is missing, feedparser gives another
        return ""
    written = _plain(entry.get(key))
    with suppress(ValueError):
        return re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", str(PartialDate.parse(written))) if written else ""
    parsed = entry.get(f"{key}_parsed")
    with suppress(ValueError, OverflowError, TypeError, OSError):
        return datetime.fromtimestamp(timegm(parsed), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if parsed else ""
    return ""
