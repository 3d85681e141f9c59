"""The reader of NewsML-G2 (IPTC): news items alone, or several in one news message."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.html.xml import every, first, parse, parse_bytes, spaced_text_of, text_of
from docarchive.readers.news.nitf import article_of, authors, read_nitf
from docarchive.readers.protocol import Record, Source
from docarchive.readers.values.dates_found import first_date
from docarchive.readers.values.people import credited
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import without_empty

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_SUBJECT_KINDS: Final = {"people": "person", "organizations": "organisation", "places": "geoArea"}


def records(source: Source) -> Iterator[Record]:
    """Yields the news items of a file, with their guids as locations."""
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


#: Roles of headlines that are lines below one.
_SUBTITLES: Final = ("sub", "subtitle", "subheadline")


def _load(source: Source) -> Article:
    return _load_item(source.read(MAX_SIZE))


def _load_item(data: bytes) -> Article:
    item = first(parse_bytes(data), "newsItem")
    if item is None:
        raise ReaderError("there is no <newsItem> in it")
    inline = first(item, "inlineXML", "inlineData")
    nitf = first(inline, "nitf")
    metadata: dict[str, Any] = {}
    if nitf is not None:
        article = read_nitf(nitf)
        metadata = {**article.metadata(), "title": "" if article.title_derived else article.title}
        metadata.pop("title_derived", None)
    meta = first(item, "contentMeta", "itemMeta")
    stated = {
        "guid": item.get("guid"),
        "version": item.get("version"),
        "title": next(iter(_headlines(item, sub=False)), ""),
        "subtitle": next(iter(_headlines(item, sub=True)), ""),
        "date": _written(item, "contentCreated", "firstCreated", "versionCreated"),
        "updated": _written(item, "contentModified", "versionCreated"),
        "authors": _creators(meta) if meta is not None else [],
        "source": text_of(first(item, "provider")) or _code_of(first(item, "provider")),
        "language": _language(item),
        "summary": text_of(first(item, "description")),
        "tags": _subjects(item, "person", "organisation", "geoArea"),
        "dateline": spaced_text_of(first(item, "dateline")),
        "urgency": text_of(first(item, "urgency")),
        "copyright": text_of(first(item, "copyrightHolder", "copyrightNotice")),
        **{key: _subjects_of(item, kind) for key, kind in _SUBJECT_KINDS.items()},
    }
    metadata = {**metadata, **without_empty(stated)}
    if nitf is not None:
        return make_article(metadata, article.body)
    content = first(inline, "body")
    return article_of(metadata, content if content is not None else inline)


def _headlines(item: Element, *, sub: bool) -> list[str]:
    """Returns the headlines, or the lines below the headline; those of other roles, such as short ones, are last."""
    lines = [(line.get("role", "").rpartition(":")[2], text_of(line)) for line in every(item, "headline")]
    if sub:
        return [text for role, text in lines if role in _SUBTITLES]
    return [text for _, text in sorted(lines, key=lambda line: line[0] not in ("", "main")) if text]


def _creators(meta: Element) -> list[str]:
    names = [text_of(first(person, "name")) or _code_of(person) for person in every(meta, "creator", "contributor")]
    credits = (name for line in every(meta, "by") for name in credited(text_of(line)))
    return [*dict.fromkeys(filter(None, names))] or authors(meta) or [*dict.fromkeys(credits)]


def _subjects(item: Element, *excluded_kinds: str) -> list[str]:
    subjects = [subject for subject in every(item, "subject") if _kind(subject) not in excluded_kinds]
    keywords = [text_of(subject) for subject in every(item, "keyword")]
    return [*dict.fromkeys(filter(None, [*keywords, *(text_of(first(subject, "name")) for subject in subjects)]))]


def _subjects_of(item: Element, kind: str) -> list[str]:
    names = (text_of(first(subject, "name")) for subject in every(item, "subject") if _kind(subject) == kind)
    return [*dict.fromkeys(filter(None, names))]


def _kind(subject: Element) -> str:
    return (subject.get("type") or "").rpartition(":")[2]


def _code_of(element: Element | None) -> str:
    if element is None:
        return ""
    return element.get("literal") or (element.get("qcode") or "").rpartition(":")[2]


def _language(item: Element) -> str | None:
    language = first(item, "language")
    return (language.get("tag") if language is not None else None) or item.get(_XML_LANG)


def _written(item: Element, *names: str) -> Any:
    return first_date(*(text_of(first(item, name)) for name in names))
