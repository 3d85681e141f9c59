"""From HTML fragments, as in mail, feeds and exports, to Markdown.

Owns what of a fragment is kept: what a reader would see. Scripts, styles, tracking pixels and links that run code are
left out; tables that are only there for the layout of a page become paragraphs. Web pages, in which the article must be
found first, are read by ``readers/web``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from html import unescape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

from docarchive.article.titles import plain_line
from docarchive.errors import ReaderError
from docarchive.markdown import escape, in_script
from docarchive.readers.html.formulas import with_formulas
from docarchive.readers.html.xml import is_deep
from docarchive.readers.protocol import EMBEDDED
from docarchive.texts import one_line

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

#: Longer fragments are refused.
MAX_LENGTH: Final = 10_000_000

#: Fragments with more are refused: so many take some seconds.
MAX_ELEMENTS: Final = 150_000

#: An XML declaration or the like, which browsers read as a comment; the parser would warn of it, or return its text.
_INSTRUCTION: Final = re.compile(r"<\?[^<>]*>")
_EMBEDDED_ADDRESS: Final = re.compile(rf"\]\({EMBEDDED}[^()\s]*")
_HEADING: Final = re.compile("^#{1,6} ", re.MULTILINE)
_OPENING: Final = re.compile(r"<[a-zA-Z]")
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_MAX_DEPTH: Final = 150  # each level of HTML takes several of Python's stack


#: An element of HTML, JATS or MathML that may be in a line of text, a comment or a declaration.
_ELEMENT: Final = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|li|mark|nobr|ol|p|pre|q|s|samp|script"
    r"|small|span|strike|strong|style|sub|sup|td|time|tr|tt|u|ul|var|wbr|math|sc|scp|jats:\w+|mml:\w+)\b[^<>]*>|<[!?]",
    re.IGNORECASE,
)


def to_markdown(
    html: str, *, alone: bool = False, picture: Callable[[str], str | None] | None = None, base: str = ""
) -> str:
    """Returns an HTML fragment as Markdown; of one that is nested too deeply, its text.

    Args:
        html: The HTML.
        alone: Whether the targets of relative links and pictures are not kept, as with files in a book: only
            their texts are then.
        picture: Returns the address to write for that of a picture, such as one that begins with ``EMBEDDED``; None
            if it is to be written as it is.
        base: The address that relative addresses are relative to; those of a fragment without one stay as they are.

    Raises:
        ReaderError: The fragment is too long, or cannot be parsed.
    """
    soup = parse_html(html)
    if base.startswith(("http://", "https://")):
        _resolve(soup, base)
    from docarchive.readers.html.blocks import Writer
    from docarchive.readers.html.seen import text_of

    if is_too_deep(soup):
        return "\n".join(escape(text) for line in text_of(soup, lines=True).splitlines() if (text := line.strip()))
    return Writer(alone=alone, picture=picture).markdown(soup)


def _resolve(soup: BeautifulSoup, base: str) -> None:
    """Makes the addresses of links and pictures absolute."""
    for tag in soup.find_all(["a", "img"]):
        name = "href" if tag.name == "a" else "src"
        address = str(tag.get(name) or "").strip()
        if address and not _ABSOLUTE.match(address):
            with suppress(ValueError):  # such as an address with an impossible port
                tag[name] = urljoin(base, address)


def is_too_deep(soup: BeautifulSoup) -> bool:
    """Returns whether the elements of a parsed fragment are nested so deeply that only its text is kept."""
    return is_deep(soup, _tags_in, _MAX_DEPTH)


def has_words(markdown: str) -> bool:
    """Returns whether there is text in what ``to_markdown`` returned; the addresses of pictures are none."""
    return any(map(str.isalnum, without_embedded(markdown)))


def without_embedded(markdown: str) -> str:
    """Returns Markdown without the addresses of pictures inside of the input."""
    return _EMBEDDED_ADDRESS.sub("", markdown) if EMBEDDED in markdown else markdown


def to_text(html: str) -> str:
    """Returns an HTML fragment as plain text for a value such as a summary, a paragraph or item of a list a line.

    Raises:
        ReaderError: As for ``to_markdown``.
    """
    lines = _HEADING.sub("", to_markdown(html)).split("\n")
    return "\n".join(plain_line(line.removesuffix("\\")) for line in lines)


def has_element(text: str) -> bool:
    """Returns whether there is an element of HTML, JATS or MathML in a text; ``List<String>`` has none."""
    return "<" in text and _ELEMENT.search(text) is not None


def to_line(html: str) -> str:
    """Returns the text of an HTML fragment on one line, without any markup and marks of notes.

    Raised and lowered numbers are signs: ``10⁶``. Without any element of HTML in it, angle brackets are text:
    ``Standard Oil <SRD> to form a unit``.

    Raises:
        ReaderError: As for ``to_markdown``.
    """
    if not has_element(html):
        return one_line(unescape(html) if "&" in html else html)
    from docarchive.readers.html.note_marks import is_note_mark
    from docarchive.readers.html.seen import text_of

    tree = parse_html(html)
    for link in tree.find_all("a"):
        raised = link.find_parent("sup") is not None or link.find("sup") is not None
        if is_note_mark(link.get, text_of(link), raised=raised):
            link.decompose()
    for script in tree.find_all(["sup", "sub"]):
        script.string = in_script(script.name, text_of(script).strip())
    return one_line(text_of(tree))


def parse_html(html: str) -> BeautifulSoup:
    """Parses an HTML fragment of untrusted origin.

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
        return BeautifulSoup(_closed(_INSTRUCTION.sub("", with_formulas(html))), "html.parser")
    except (ParserRejectedMarkup, AssertionError, RecursionError):
        raise ReaderError("its HTML cannot be parsed") from None


def _closed(html: str) -> str:
    """Escapes what looks like tags after the last complete one: the parser would read the rest again for each."""
    end = html.rfind(">") + 1
    return html[:end] + html[end:].replace("<", "&lt;") if html.find("<", end) >= 0 else html


def _tags_in(tag: Tag) -> Iterator[Any]:
    return (child for child in tag.children if getattr(child, "name", None))
