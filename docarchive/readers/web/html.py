"""The reader of web pages, saved or fetched: the article in them, as Markdown.

trafilatura finds the main text. Its metadata serve where the page does not state its own (``pagedata``).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.declared import codec, decode_declared
from docarchive.readers.encoding.detect import MAX_SIZE, decode
from docarchive.readers.html.own_pages import is_own_list, own_text
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.protocol import Reader, Record, Source
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.web.pagedata import PageData, page_data

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MARKUP = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_XML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?!html|!doctype\s+html)[a-z!]", re.IGNORECASE | re.DOTALL
)
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
_MARKS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DATA_URI = re.compile(r"""(["'(])data:[^"'()]{200,}""", re.IGNORECASE)
_HEAD: Final = 20_000
_SAVED_FROM = re.compile(
    r"<!--\s*Page saved with SingleFile\s+url:\s*(https?://\S+)|<!--\s*saved from url=\(\d+\)(https?://\S+)\s*-->"
    r"|<meta\s+name=[\"']?savepage-url[\"']?\s+content=[\"']?(https?://[^\"'\s>]+)",
    re.IGNORECASE,
)
_TEXT = re.compile(r"<body\b.*", re.IGNORECASE | re.DOTALL)
#: What is left of a text when less must be boilerplate; measured by benchmarks/extraction.py.
_ENOUGH: Final = 0.3
_SHORT: Final = 200
#: A page that is so many times longer than what was found in it is not read whole.
_LITTLE: Final = 4
_WIDE: Final = "\u2e80"
#: Elements of pages that stand round every text.
_ROUND: Final = ("nav", "footer", "aside", "form", "button", "dialog", "script", "style", "noscript", "template")
_MAX_DEPTH: Final = 1_500
_MAX_ELEMENTS: Final = 100_000
_MAX_ATTRIBUTES: Final = 2_000
_MAX_COMMENTS: Final = 20_000
_MAX_WORDS: Final = 10_000
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{4000,}")


class HtmlReader(Reader):
    """Reads one article a page."""

    name = "html"
    summary = "web pages"
    suffixes = (".html", ".htm", ".xhtml", ".shtml")
    extra = "html"
    requires = ("trafilatura",)
    single = True
    version = 3

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        start = head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n\x00\xff\xfe").replace(b"\x00", b"")
        return start.startswith(b"<") and _MARKUP.search(start) is not None and not _is_other_xml(start)

    def records(self, source: Source) -> Iterator[Record]:
        """See ``Reader``."""
        try:
            import trafilatura  # noqa: F401
        except ImportError:
            raise self.missing() from None
        with source.open() as file:
            head = file.read(_HEAD).decode("utf-8", "replace")
        if not is_own_list(head):
            yield Record("", None, partial(load_page, source))


def _is_other_xml(start: bytes) -> bool:
    """Tells whether the first element is not HTML's: a feed may hold pages."""
    return start.startswith(b"<?xml") and _XML.match(start) is not None


def load_page(source: Source) -> Article:
    """Makes an article of a page; raises ``ReaderError``."""
    with source.open() as file:
        data = file.read(MAX_SIZE + 1)
    if len(data) > MAX_SIZE:
        raise ReaderError(f"the page is longer than {MAX_SIZE // 1_000_000} MB")
    text, encoding = decoded(data, source.media_type)
    article = read_page(text, source.url or saved_from(text))
    if encoding != "utf-8":
        article.extra.setdefault("encoding", encoding)
    return article


def saved_from(html: str) -> str | None:
    """Returns the address that a browser or SingleFile wrote into a page when it saved it; None if none did."""
    found = _SAVED_FROM.search(html[:_HEAD])
    return next(filter(None, found.groups()), None) if found else None


def decoded(data: bytes, media_type: str = "") -> tuple[str, str]:
    """Returns a page as text, and the encoding that it is in: as its marks say, or a server, or it itself.

    Args:
        data: Its bytes.
        media_type: What a server said, such as ``text/html; charset=utf-8``; may be empty.
    """
    from bs4.dammit import EncodingDetector

    if data.startswith(_MARKS):
        return decode(data)
    served = _CHARSET.search(media_type)
    declared = (served[1] if served else None) or EncodingDetector.find_declared_encoding(data, is_html=True)
    try:
        return data.decode("utf-8"), "utf-8"  # many pages say something else and are; the other way round is rare
    except UnicodeDecodeError:
        return decode_declared(data, declared), (codec(declared or "") or "windows-1252")


def read_page(html: str, url: str | None = None) -> Article:
    """Makes an article of the HTML of a page.

    Args:
        html: The page.
        url: Where it came from, if that is known; what the page says of itself takes its place.

    Raises:
        ReaderError: There is no text in it, or it is nested too deeply.
    """
    from trafilatura import load_html

    html = _DATA_URI.sub(r"\1", html)
    _check(html)
    tree = load_html(html)
    page = page_data(tree, url) if tree is not None else PageData({"url": url} if url else {}, "")
    body = main_text(html, tree, page)
    if not body:
        raise ReaderError("there is no text on the page")
    return make_article(page.metadata, body)


def main_text(html: str, tree: HtmlElement | None, page: PageData) -> str:
    """Returns the main text of a page as Markdown, without its title; empty if there is none.

    Args:
        html: The page.
        tree: The same, parsed; None if that cannot be. It is changed.
        page: What it says of itself.
    """
    if (own := own_text(html)) is not None:
        return to_markdown(own).strip()
    found = to_markdown(_main_html(tree, page)) if tree is not None else ""
    if _length(found) < _SHORT:
        whole = to_markdown(_whole(html))
        found = max(found, page.body, key=len)
        found = whole if len(whole) <= _LITTLE * len(found) or not found else found
    return _without_title(found.strip(), str(page.metadata.get("title", "")))


def _length(text: str) -> int:
    """Returns about how many letters a text would have in English: a character of Chinese or Japanese says more."""
    return len(text) + 2 * sum(character >= _WIDE for character in text[:_SHORT])


def _whole(html: str) -> str:
    """Returns the body of a page without what stands round every text."""
    from lxml.html import tostring
    from trafilatura import load_html

    tree = load_html(html)
    if tree is None:
        body = _TEXT.search(html)
        return body[0] if body else html
    for part in [*tree.iter(*_ROUND)]:
        part.drop_tree()
    return str(tostring(tree, encoding="unicode"))


def _main_html(tree: HtmlElement, page: PageData) -> str:
    from copy import deepcopy

    import trafilatura

    from docarchive.readers.web.runs import wrap_runs

    options: dict[str, Any] = {
        "url": page.metadata.get("url"),
        "output_format": "html",
        "include_comments": False,
        "include_formatting": True,
        "include_links": True,
    }
    wrap_runs(tree)
    careful = trafilatura.extract(deepcopy(tree), favor_precision=True, **options) or ""
    plain = careful if len(careful) > 20 * _SHORT else trafilatura.extract(tree, **options) or ""
    return careful if len(careful) >= _ENOUGH * len(plain) else plain


def _without_title(text: str, title: str) -> str:
    """Takes away a first heading that is the title."""
    first, _, rest = text.partition("\n")
    heading = re.fullmatch(r"#{1,6}\s+(.*?)\s*", first)
    if title and heading and heading[1].strip("*_ ").casefold() == title.casefold() and rest.strip():
        return rest.strip()
    return text


def _check(html: str) -> None:
    """Refuses what parsers take time by the square for."""
    if html.count("<") > 2 * _MAX_ELEMENTS:
        raise ReaderError(f"the page has more than {_MAX_ELEMENTS:,} elements")
    if html.count("<!--") > _MAX_COMMENTS:
        raise ReaderError(f"the page has more than {_MAX_COMMENTS:,} comments")
    if any(tag.count("=") > _MAX_ATTRIBUTES or len(tag.split()) > _MAX_WORDS for tag in _LONG_TAG.findall(html)):
        raise ReaderError(f"an element of the page has more than {_MAX_ATTRIBUTES:,} attributes")
    if _depth(html) > _MAX_DEPTH:
        raise ReaderError(f"its elements are nested more than {_MAX_DEPTH:,} deep")


def _depth(html: str) -> int:
    """Returns about how deep elements are nested: an upper bound, for those that are never closed count too."""
    deepest = depth = 0
    for closing, name, empty in re.findall(r"<(/?)([a-zA-Z][\w-]*)[^<>]*?(/?)>", html):
        if name.lower() in _FLAT or empty:
            continue
        depth += -1 if closing else 1
        depth = max(depth, 0)
        deepest = max(deepest, depth)
    return deepest


_NEVER_CLOSED: Final = "area base br col embed hr img input link meta param source track wbr"
_OFTEN_OPEN: Final = "p li dt dd option tr td th thead tbody"
_FLAT: Final = frozenset(_NEVER_CLOSED.split() + _OFTEN_OPEN.split())
