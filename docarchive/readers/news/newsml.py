"""The reader of NewsML-G2 (IPTC): news items alone, or several in one news message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.html.xml import every, first, parse, parse_bytes, text_of
from docarchive.readers.news.nitf import article_of, authors, read_nitf, stamp
from docarchive.readers.protocol import Reader, Record, Source
from docarchive.readers.values.reserved_keys import make_article

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ROOT = re.compile(rb"<(?:\w+:)?(?:newsItem|newsMessage)[\s/>]")
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_KINDS: Final = {"people": "person", "organizations": "organisation", "places": "geoArea"}


class NewsmlReader(Reader):
    """Reads each news item of a file."""

    name = "newsml"
    summary = "NewsML-G2, news in XML"
    suffixes = (".newsml", ".xml")

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        return _ROOT.search(head[:4000]) is not None

    def records(self, source: Source) -> Iterator[Record]:
        """See ``Reader``; the place is the item's guid."""
        root = parse(source)
        items = [*every(root, "newsItem")]
        if not items:
            raise ReaderError("there is no <newsItem> in it")
        if len(items) == 1:
            yield Record("", None, partial(_load, source))
            return
        from xml.etree.ElementTree import tostring

        for number, item in enumerate(items, start=1):
            data = tostring(item, encoding="utf-8")
            yield Record(item.get("guid") or str(number), data, partial(_load_item, data))


def _load(source: Source) -> Article:
    with source.open() as file:
        return _load_item(file.read(MAX_SIZE + 1))


def _load_item(data: bytes) -> Article:
    item = first(parse_bytes(data), "newsItem")
    if item is None:
        raise ReaderError("there is no <newsItem> in it")
    return read_item(item)


def read_item(item: Element) -> Article:
    """Makes an article of a ``newsItem`` element.

    Raises:
        ReaderError: There is neither text nor headline in it.
    """
    inline = first(item, "inlineXML", "inlineData")
    inner = first(inline, "nitf") if inline is not None else None
    if inner is not None:
        article = read_nitf(inner)
        metadata: dict[str, Any] = {**article.metadata(), "title": "" if article.title_derived else article.title}
        metadata.pop("title_derived", None)
    else:
        metadata = {}
    meta = first(item, "contentMeta", "itemMeta")
    own = {
        "guid": item.get("guid"),
        "version": item.get("version"),
        "title": text_of(first(item, "headline")),
        "date": _date(item, "contentCreated", "firstCreated", "versionCreated"),
        "updated": _date(item, "contentModified", "versionCreated"),
        "authors": _creators(meta) if meta is not None else [],
        "source": text_of(first(item, "provider")) or _code(first(item, "provider")),
        "language": _language(item),
        "summary": text_of(first(item, "description")),
        "tags": _subjects(item, "person", "organisation", "geoArea"),
        "dateline": text_of(first(item, "dateline")),
        "urgency": text_of(first(item, "urgency")),
        "copyright": text_of(first(item, "copyrightHolder", "copyrightNotice")),
        **{key: _subjects_of(item, kind) for key, kind in _KINDS.items()},
    }
    if own["updated"] == own["date"]:
        own["updated"] = None
    metadata = {**metadata, **{key: value for key, value in own.items() if value}}
    if inner is not None:
        return make_article(metadata, article.body)
    content = first(inline, "body") if inline is not None else None
    return article_of(metadata, content if content is not None else inline)


def _creators(meta: Element) -> list[str]:
    names = [text_of(first(each, "name")) or _code(each) for each in every(meta, "creator", "contributor")]
    return [*dict.fromkeys(filter(None, names))] or authors(meta)


def _subjects(item: Element, *without: str) -> list[str]:
    named = [each for each in every(item, "subject") if _kind(each) not in without]
    words = [text_of(each) for each in every(item, "keyword")]
    return [*dict.fromkeys(filter(None, [*words, *(text_of(first(each, "name")) for each in named)]))]


def _subjects_of(item: Element, kind: str) -> list[str]:
    names = (text_of(first(each, "name")) for each in every(item, "subject") if _kind(each) == kind)
    return [*dict.fromkeys(filter(None, names))]


def _kind(subject: Element) -> str:
    return (subject.get("type") or "").rpartition(":")[2]


def _code(element: Element | None) -> str:
    if element is None:
        return ""
    return element.get("literal") or (element.get("qcode") or "").rpartition(":")[2]


def _language(item: Element) -> str | None:
    found = first(item, "language")
    return (found.get("tag") if found is not None else None) or item.get(_XML_LANG)


def _date(item: Element, *names: str) -> str | None:
    return stamp(text_of(first(item, *names)) or None)
