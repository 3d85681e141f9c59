"""The reader of NewsML 1.0 to 1.2 (IPTC): each news item is an article, whose text may be in several components."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escape
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.html.xml import every, first, parse, parse_bytes, spaced_text_of, text_of, to_html
from docarchive.readers.news.nitf import read_nitf
from docarchive.readers.protocol import Record, Source
from docarchive.readers.values.dates_found import first_date
from docarchive.readers.values.people import without_by
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import without_empty

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def records(source: Source) -> Iterator[Record]:
    """Yields the news items of a file, with their numbers as locations."""
    from xml.etree.ElementTree import tostring

    items = [*every(parse(source), "NewsItem")]
    if not items:
        raise ReaderError("there is no <NewsItem> in it")
    for number, item in enumerate(items, start=1):
        data = tostring(item, encoding="utf-8")
        yield Record(str(number) if len(items) > 1 else "", data if len(items) > 1 else None, partial(_load, data))


def _load(data: bytes) -> Article:
    item = parse_bytes(data)
    lines, management = first(item, "NewsLines"), first(item, "NewsManagement")
    texts = [*map(_text, every(item, "DataContent"))]
    stories = [story for element in every(item, "DataContent") for story in every(element, "nitf")]
    nitf = read_nitf(stories[0]) if stories else None
    identifier = first(item, "NewsIdentifier")
    title = text_of(first(lines, "HeadLine")) or (nitf.title if nitf else "") or text_of(first(item, "NameLabel"))
    metadata: dict[str, Any] = {
        "guid": text_of(first(identifier, "PublicIdentifier")),
        "title": title,
        "subtitle": text_of(first(lines, "SubHeadLine")),
        "date": first_date(text_of(first(management, "FirstCreated")), text_of(first(identifier, "DateId"))),
        "updated": text_of(first(management, "ThisRevisionCreated")),
        "authors": [*dict.fromkeys(filter(None, (without_by(text_of(line)) for line in every(lines, "ByLine"))))]
        or (nitf.authors if nitf else []),
        "source": _formal_name(first(item, "Provider"), "Party") or text_of(first(identifier, "ProviderId")),
        "language": _formal_name(first(item, "DescriptiveMetadata"), "Language") or item.get(_XML_LANG, ""),
        "tags": [*dict.fromkeys(filter(None, map(text_of, every(lines, "KeywordLine"))))],
        "dateline": spaced_text_of(first(lines, "DateLine")),
        "copyright": text_of(first(lines, "CopyrightLine")),
        "urgency": _formal_name(management, "Urgency"),
    }
    body = "\n\n".join(filter(None, texts))
    if not body and not title:
        raise ReaderError("there is neither a text nor a headline in it")
    return make_article(without_empty(metadata), body or escape(title))


def _text(content: Element) -> str:
    """Returns the text of a component: that of a story in NITF, of XHTML or other elements, or plain text."""
    story = first(content, "nitf")
    if story is not None:
        content_of_story = first(story, "body.content", "body")
        return to_markdown(to_html(content_of_story)) if content_of_story is not None else ""
    if len(content):
        body = first(content, "body")
        return to_markdown(to_html(body if body is not None else content))
    return "\n".join(line.rstrip() for line in (content.text or "").strip("\n").splitlines()).strip()


def _formal_name(parent: Element | None, name: str) -> str:
    element = first(parent, name)
    return element.get("FormalName", "") if element is not None else ""
