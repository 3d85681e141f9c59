"""The reader of NITF (News Industry Text Format, IPTC, versions 2 and 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escape
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.html.xml import every, first, local, parse, spaced_text_of, text_of, to_html
from docarchive.readers.protocol import Source
from docarchive.readers.values.people import credited
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.untyped import without_empty

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: The HTML elements for NITF's own.
_HTML: Final = {"hl2": "h2", "media-caption": "p", "block": "div", "bq": "blockquote", "block.quote": "blockquote"}

#: Elements that are no part of the word before them: a fraction after a number, and what a person is.
_APART: Final = frozenset(["frac", "function"])


def load(source: Source) -> Article:
    """Makes an article of a story; raises ``ReaderError`` if that cannot be read."""
    root = parse(source)
    if local(root) != "nitf":
        raise ReaderError("there is no <nitf> in it")
    return read_nitf(root)


def read_nitf(root: Element) -> Article:
    """Makes an article of a ``nitf`` element.

    Raises:
        ReaderError: The story has neither text nor title.
    """
    doc_id, issued = first(root, "doc-id"), first(root, "date.issue", "story.date")
    publication = first(root, "pubdata")
    metadata: dict[str, Any] = {
        "title": text_of(first(root, "hl1", "headline")) or text_of(first(root, "title")),
        "subtitle": " ".join(map(text_of, every(first(root, "hedline"), "hl2"))),
        "date": issued.get("norm") if issued is not None else None,
        "authors": authors(root),
        "source": doc_id.get("regsrc") if doc_id is not None else None,
        "source_id": doc_id.get("id-string") if doc_id is not None else None,
        "publication": publication.get("name") if publication is not None else None,
        "summary": text_of(first(root, "abstract")),
        "tags": [key for element in every(root, "keyword") if (key := element.get("key"))],
        "people": _named(root, "person"),
        "organizations": _named(root, "org"),
        "places": _named(root, "location"),
        "dateline": spaced_text_of(first(root, "dateline")),
        "copyright": (holder.get("holder") if (holder := first(root, "doc.copyright")) is not None else None),
        "urgency": (urgency.get("ed-urg") if (urgency := first(root, "urgency")) is not None else None),
    }
    content = first(root, "body.content", "body")
    tagline = first(first(root, "body.end"), "tagline")
    if content is not None and local(content) == "body.content" and tagline is not None:
        tagline.tag = "p"
        content.append(tagline)
    return article_of(metadata, content)


def article_of(metadata: dict[str, Any], content: Element | None) -> Article:
    """Makes an article of metadata, whose empty values are left out, and an element that holds the text.

    Raises:
        ReaderError: There is neither text nor title.
    """
    body = to_markdown(_as_html(content)) if content is not None else ""
    if not body and not metadata.get("title"):
        raise ReaderError("there is neither a text nor a headline in it")
    return make_article(without_empty(metadata), body or escape(str(metadata["title"])))


def _as_html(content: Element) -> str:
    for element in content.iter():
        name = local(element)
        if name in _APART:
            element.text = f" {element.text or ''}"
        if (
            name == "frac"
            and first(element, "frac-sep") is None
            and (divisor := first(element, "frac-den")) is not None
        ):
            divisor.text = f"/{divisor.text or ''}"
        if name == "ol" and (start := element.get("seqnum")):
            element.set("start", start)
        if name in _HTML:
            element.tag = _HTML[name]
    return to_html(content)


def _name_of(element: Element) -> str:
    """Returns the name of a person, a place or an organization, without what a person is."""
    return text_of(element) if first(element, "function") is None else spaced_text_of(element, "function")


def authors(root: Element) -> list[str]:
    """Returns the names in the bylines of a story, without what their bearers are (``byttl``)."""
    names: list[str] = []
    for byline in every(root, "byline"):
        people = [_name_of(person) for person in every(byline, "person")]
        names += people or credited(spaced_text_of(byline, "byttl"))
    return [*dict.fromkeys(filter(None, names))]


def _named(root: Element, name: str) -> list[str]:
    head = first(root, "docdata", "identified-content")
    names = [_name_of(element) or element.get("value") for element in every(head, name)]
    names += map(_name_of, every(first(root, "body.content"), name))
    return [*dict.fromkeys(value for value in names if value)]
