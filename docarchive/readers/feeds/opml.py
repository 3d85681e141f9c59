"""The reader of OPML: outlines, mostly lists of feeds. One article a file: the list, with its links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.html.xml import first, local, parse, text_of
from docarchive.readers.protocol import Reader, Record, Source
from docarchive.readers.values.reserved_keys import make_article

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ROOT = re.compile(rb"<opml[\s>]", re.IGNORECASE)
_SIGNS = re.compile(r"([\\\[\]*_`<])")
_SCHEMES: Final = ("http://", "https://", "feed:")


class OpmlReader(Reader):
    """Reads one article a file."""

    name = "opml"
    summary = "OPML, lists of feeds and other outlines"
    suffixes = (".opml",)

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        return head[:4000].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") and _ROOT.search(head[:4000]) is not None

    def records(self, source: Source) -> Iterator[Record]:
        """See ``Reader``."""
        yield Record("", None, partial(_load, source))


def _load(source: Source) -> Article:
    root = parse(source)
    head, body = first(root, "head"), first(root, "body")
    lines: list[str] = []
    feeds: list[str] = []
    if body is not None:
        _write(body, 0, lines, feeds)
    if not lines:
        raise ReaderError("there is no outline in it")
    given = {name: text_of(first(head, name)) if head is not None else "" for name in ("title", "dateCreated")}
    metadata: dict[str, Any] = {
        "title": given["title"],
        "date": given["dateCreated"],
        "updated": text_of(first(head, "dateModified")) if head is not None else "",
        "authors": text_of(first(head, "ownerName")) if head is not None else "",
        "feeds": feeds,
    }
    return make_article({key: value for key, value in metadata.items() if value}, "\n".join(lines))


def _write(outline: Element, depth: int, lines: list[str], feeds: list[str]) -> None:
    for each in outline:
        if local(each) != "outline":
            continue
        name = " ".join((each.get("text") or each.get("title") or each.get("xmlUrl") or "").split())
        site, feed = (each.get("htmlUrl") or each.get("url") or "").strip(), (each.get("xmlUrl") or "").strip()
        shown = _link(_SIGNS.sub(r"\\\1", name), site or feed)
        if feed and site:
            shown += f" ({_link('feed', feed)})"
        if feed:
            feeds.append(feed)
        lines.append(f"{'  ' * depth}- {shown}")
        _write(each, depth + 1, lines, feeds)


def _link(text: str, address: str) -> str:
    safe = address.lower().startswith(_SCHEMES) and not re.search(r"[\s<>]", address)
    return f"[{text or address}](<{address}>)" if safe else text
