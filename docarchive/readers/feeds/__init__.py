"""Feeds, and lists of them."""

from __future__ import annotations

import re
from typing import Final

from docarchive.readers.json import start_of
from docarchive.readers.lazy_reader import LazyReader

_EBCDIC: Final = "<?xml".encode("cp037")  # by which XML 1.0, appendix F, detects the encoding
_BEFORE_ROOT: Final = rb"(?si)^(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*"
_ROOT: Final = rb"(?i)<(?:\w+:)?(?:rss|feed|rdf|channel)(?:\s[^>]*)?>"
#: RDF is RSS 1.0 if it has a channel or items.
_RDF: Final = rb"purl\.org/rss|my\.netscape\.com/rdf|channel\.netscape\.com|<(?:\w+:)?(?:channel|item)[\s>]"
_JSON_FEED: Final = rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version'


def _is_feed(head: bytes) -> bool:
    start = head[:16_384].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if start.startswith(_EBCDIC):
        start = _from_ebcdic(start)
    before = re.match(_BEFORE_ROOT, start)
    rest = start[before.end() :] if before else start
    root = re.match(_ROOT, rest)
    return root is not None and (b"rdf" not in root[0][:12].lower() or bool(re.search(_RDF, rest)))


def _from_ebcdic(head: bytes) -> bytes:
    """Returns the beginning of a feed in ASCII; the codes of ``!`` and brackets depend on the declared encoding."""
    from docarchive.readers.encoding.declared import codec

    start = head.decode("cp037")
    declared = re.search(r"encoding=[\"']([\w-]+)", start[:200])
    return head.decode((codec(declared[1]) if declared else None) or "cp037", "replace").encode("ascii", "replace")


def _is_json_feed(head: bytes) -> bool:
    start = start_of(head)
    return start.startswith(b"{") and bool(re.search(_JSON_FEED, start))


def _is_opml(head: bytes) -> bool:
    start = head[:4000]
    return start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") and bool(re.search(rb"(?i)<opml[\s>]", start))


#: In the order in which they are asked.
READERS: Final = (
    LazyReader(
        "feed",
        "RSS and Atom feeds",
        (".rss", ".atom", ".rdf", ".xml"),
        "feeds.feed:records",
        _is_feed,
        extra="feeds",
        requires=("feedparser",),
        version=3,
    ),
    LazyReader("jsonfeed", "JSON Feed", (".json", ".jsonfeed"), "feeds.jsonfeed:records", _is_json_feed, version=3),
    LazyReader(
        "opml",
        "OPML: lists of feeds and other outlines",
        (".opml",),
        "feeds.opml:load",
        _is_opml,
        result="article",
        version=2,
    ),
)
