"""From HTML fragments, as in mail, feeds and exports, to Markdown.

Owns what of a fragment is kept: what a reader would see. Scripts, styles, tracking pixels and links that run code are
left out; tables that are only there for the layout of a page become paragraphs. Web pages, in which the article must be
found first, are read by ``readers/web``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING, Any, Final

from docarchive.errors import ReaderError
from docarchive.readers.html.xml import is_deep

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

#: Longer fragments are refused.
MAX_LENGTH: Final = 10_000_000

#: Fragments with more are refused: so many take some seconds.
MAX_ELEMENTS: Final = 150_000

#: An XML declaration or the like, which browsers read as a comment; the parser would warn of it, or return its text.
_INSTRUCTION: Final = re.compile(r"<\?[^<>]*>")
_OPENING: Final = re.compile(r"<[a-zA-Z]")
_UNSEEN: Final = ("script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg")
_BLOCKS: Final = ("table", "p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "img", "blockquote", "center")
_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
_SAFE: Final = frozenset(["http", "https", "mailto", "tel", "ftp", "news", "gemini"])
_CONTROLS: Final = re.compile(r"[\x00-\x20\x7f]+")
_SPACES: Final = re.compile(r"[\x00-\x20\x7f]")
_GAPS: Final = re.compile(r"\n(?:[ \t]*\n){2,}")
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_MAX_DEPTH: Final = 150  # each level of HTML takes several of Python's stack


#: An element of HTML, JATS or MathML that may be in a line of text, a comment or a declaration.
_ELEMENT: Final = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|li|mark|nobr|ol|p|pre|q|s|samp|script"
    r"|small|span|strike|strong|style|sub|sup|td|time|tr|tt|u|ul|var|wbr|sc|scp|jats:\w+|mml:\w+)\b[^<>]*>|<[!?]",
    re.IGNORECASE,
)


def to_markdown(html: str, *, alone: bool = False) -> str:
    """Returns an HTML fragment as Markdown; of one that is nested too deeply, its text.

    Args:
        html: The HTML.
        alone: Whether the targets of relative links and pictures are not kept, as with files in a book: only
            their texts are then.

    Raises:
        ReaderError: The fragment is too long, or cannot be parsed.
    """
    soup = parse_html(html)
    from markdownify import MarkdownConverter

    if is_deep(soup, _tags_in, _MAX_DEPTH):
        return _tidy(soup.get_text("\n"))
    for tag in soup.find_all(True):
        _clean(tag, alone)
    for table in soup.find_all("table"):
        _unwrap_layout(table)
    converter: Any = MarkdownConverter(heading_style="atx", bullets="-", newline_style="backslash")
    return _tidy(converter.convert_soup(soup))


def to_line(html: str) -> str:
    """Returns the text of an HTML fragment on one line, without any markup.

    Without any element of HTML in it, angle brackets are text: ``Standard Oil <SRD> to form a unit``.

    Raises:
        ReaderError: As for ``to_markdown``.
    """
    if "<" not in html or not _ELEMENT.search(html):
        return " ".join((unescape(html) if "&" in html else html).split())
    return " ".join(parse_html(html).get_text().split())


def parse_html(html: str) -> BeautifulSoup:
    """Parses an HTML fragment of untrusted origin, without what a reader would not see.

    Raises:
        ReaderError: It is too long, or cannot be parsed.
    """
    if len(html) > MAX_LENGTH:
        raise ReaderError(f"its HTML is longer than {MAX_LENGTH // 1_000_000} million characters")
    if html.count(">") > MAX_ELEMENTS and len(_OPENING.findall(html)) > MAX_ELEMENTS:
        raise ReaderError(f"its HTML has more than {MAX_ELEMENTS:,} elements")
    from bs4 import BeautifulSoup
    from bs4.exceptions import ParserRejectedMarkup

    try:
        soup = BeautifulSoup(_closed(_INSTRUCTION.sub("", html)), "html.parser")
    except (ParserRejectedMarkup, AssertionError, RecursionError):
        raise ReaderError("its HTML cannot be parsed") from None
    for tag in soup.find_all(_UNSEEN):
        tag.extract()
    return soup


def _closed(html: str) -> str:
    """Escapes what looks like tags after the last complete one: the parser would read the rest again for each."""
    end = html.rfind(">") + 1
    return html[:end] + html[end:].replace("<", "&lt;") if html.find("<", end) >= 0 else html


def _clean(tag: Tag, alone: bool) -> None:
    """Removes what a reader would not see, what would run, and what would track readers."""
    if alone and tag.name in ("a", "img") and not _SCHEME.match(_CONTROLS.sub("", _address(tag))):
        tag.replace_with(str(tag.get("alt") or "")) if tag.name == "img" else tag.unwrap()
    elif tag.name == "img":
        source = str(tag.get("src") or "")
        tiny = any(str(tag.get(side) or "").strip().removesuffix("px") in ("0", "1") for side in ("width", "height"))
        if tiny or not _is_safe(source) or not source.strip():
            tag.replace_with("" if tiny else str(tag.get("alt") or ""))
    elif tag.name == "a" and not _is_safe(_address(tag)):
        del tag["href"]
    elif tag.name == "a" and tag.get("href"):
        tag["href"] = _in_markdown(_address(tag))
    elif _HIDDEN.search(str(tag.get("style") or "")):
        tag.extract()


def _address(tag: Tag) -> str:
    return str(tag.get("href" if tag.name == "a" else "src") or "")


def _in_markdown(address: str) -> str:
    """Returns an address with spaces and unpaired brackets escaped, as both would end a link in Markdown."""
    address = _SPACES.sub("%20", address.strip())
    if address.count("(") != address.count(")"):
        address = address.replace("(", "%28").replace(")", "%29")
    return address.replace("<", "%3C").replace(">", "%3E")


def _is_safe(address: str) -> bool:
    scheme = _SCHEME.match(_CONTROLS.sub("", address))
    return scheme is None or scheme[1].lower() in _SAFE


def _unwrap_layout(table: Tag) -> None:
    """Turns the cells of a table that only lays out a page into paragraphs."""
    if table.find("th") and not table.find("table"):
        return
    rows = table.find_all("tr")
    cells = table.find_all("td")
    if table.get("role") != "presentation" and len(cells) > len(rows) and not table.find(_BLOCKS):
        return
    for element in (*table.find_all(["tbody", "thead", "tfoot", "tr", "td"]), table):
        element.name = "div"


def _tags_in(tag: Tag) -> Iterator[Any]:
    return (child for child in tag.children if getattr(child, "name", None))


def _tidy(text: str) -> str:
    return _GAPS.sub("\n\n", text.replace("\xa0", " ").replace("\r\n", "\n")).strip()
