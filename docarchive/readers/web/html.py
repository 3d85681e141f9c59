"""The reader of web pages, saved or fetched: the article in them, as Markdown (decision 0019).

trafilatura finds the main text. Its metadata are used for what the page does not state itself (``pagedata``).
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.html.formulas import with_formulas
from docarchive.readers.html.own_pages import own_markdown, own_text
from docarchive.readers.html.to_markdown import to_markdown, without_embedded
from docarchive.readers.protocol import Source, kept_picture
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.web.blocks import blocks_of
from docarchive.readers.web.decoding import page_text
from docarchive.readers.web.extraction import article_blocks
from docarchive.readers.web.pagedata import PageData, page_data
from docarchive.readers.web.pictures import address_of, note_addresses, with_named_data
from docarchive.readers.web.preparing import prepare
from docarchive.readers.web.rendering import base_address, html_of
from docarchive.readers.web.runs import wrap_runs

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DATA_URI = re.compile(r"""data:(?<=["'(]data:)[^"'()]{200,}""")
#: It shows where a word may be broken, and is no part of it.
_SOFT_HYPHEN: Final = "\xad"
_SOFT_HYPHEN_REFERENCE = re.compile("&(?:shy|#0*173|#[xX]0*[aA][dD]);")
_HEAD: Final = 20_000
_SAVED_FROM = re.compile(
    r"<!--\s*Page saved with SingleFile\s+url:\s*(https?://\S+)|<!--\s*saved from url=\(\d+\)(https?://\S+)\s*-->"
    r"|<meta\s+name=[\"']?savepage-url[\"']?\s+content=[\"']?(https?://[^\"'\s>]+)",
    re.IGNORECASE,
)
_TEXT = re.compile(r"<body\b.*", re.IGNORECASE | re.DOTALL)
_BODY = re.compile(r"<body\b", re.IGNORECASE)
#: Elements that HTML 4 does not have.
_FIRST_OF_BODY = re.compile(
    r"<(?:article|main|section|header|nav|aside|figure|footer|details|dialog|search|hgroup|[a-z]{1,40}-[\w-]{1,40})(?=[\s>])",
    re.IGNORECASE,
)
_SHORT_TEXT: Final = 200  # characters
#: If the page is this many times longer than a short main text, the rest is not article either.
_MAX_WHOLE_RATIO: Final = 4
_FIRST_CJK: Final = "\u2e80"
#: Elements of pages that are around the text.
_AROUND_TEXT: Final = ("nav", "footer", "aside", "form", "dialog")
_MAX_DEPTH: Final = 1_500
_MAX_ELEMENTS: Final = 100_000
_MAX_ATTRIBUTES: Final = 2_000
_MAX_COMMENTS: Final = 20_000
_MAX_WORDS: Final = 10_000
_LONG: Final = 4_000
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{_LONG},}}")


def load_page(source: Source) -> Article:
    """Makes an article of a page.

    Raises:
        ReaderError: The page is too large, has no text, or is nested too deeply.
    """
    text, encoding = page_text(source)
    article = read_page(text, source.url or saved_from(text), (source.url or "") if source.options.pictures else None)
    if encoding != "utf-8":
        article.extra.setdefault("encoding", encoding)
    return article


def saved_from(html: str) -> str | None:
    """Returns the address that a browser or SingleFile wrote into a saved page; None if there is none."""
    match = _SAVED_FROM.search(html[:_HEAD])
    return next(filter(None, match.groups()), None) if match else None


def read_page(html: str, url: str | None = None, pictures: str | None = None) -> Article:
    """Makes an article of the HTML of a page.

    Args:
        html: The page.
        url: The address that it came from, if it is known; the page's own statement takes precedence.
        pictures: The address that those of its pictures are relative to; empty if they are files next to the page, None
            to leave them out.

    Raises:
        ReaderError: The page has no text, or is nested too deeply.
    """
    from trafilatura import load_html

    html = _DATA_URI.sub("", with_named_data(html)).replace(_SOFT_HYPHEN, "")
    html = _with_body(with_formulas(_SOFT_HYPHEN_REFERENCE.sub("", html)))
    _check_limits(html)
    tree = load_html(html)
    if tree is not None:
        prepare(tree)
    page = page_data(tree, url) if tree is not None else PageData({"url": url} if url else {}, "")
    body = main_text(html, tree, page, url, pictures)
    if not body:
        raise ReaderError("there is no text on the page")
    return make_article(page.metadata, body)


def _with_body(html: str) -> str:
    """Begins the body of a page that leaves out ``<body>``; libxml2 keeps elements that it does not know in heads."""
    if _BODY.search(html) or not (first := _FIRST_OF_BODY.search(html)):
        return html
    return f"{html[: first.start()]}<body>{html[first.start() :]}"


def main_text(html: str, tree: HtmlElement | None, page: PageData, url: str | None, pictures: str | None) -> str:
    """Returns the main text of a page as Markdown, without its title; empty if there is none.

    Args:
        html: The page.
        tree: The parsed page, which is changed; None if it cannot be parsed.
        page: What the page states.
        url: The address that it came from, if it is known.
        pictures: See ``read_page``.
    """
    if (own := own_text(html)) is not None:
        picture = partial(address_of, base=pictures) if pictures is not None else None
        return own_markdown(own, partial(to_markdown, picture=picture)).strip()
    title = str(page.metadata.get("title", ""))
    base = base_address(tree, url or page.metadata.get("url")) if tree is not None else ""
    text = _written(_main_html(tree, page, base, pictures)) if tree is not None else ""
    if _length(without_embedded(text)) < _SHORT_TEXT:
        whole_page = _written(_whole_page(html, base, pictures))
        text = max(text, page.body, key=len) or whole_page or _stated_text(html)
        text = whole_page if len(text) < len(whole_page) <= _MAX_WHOLE_RATIO * len(text) else text
    return _without_title(text.strip(), title)


def _length(text: str) -> int:
    """Returns the length of a text, about as if it were English: a Chinese or Japanese character counts as three."""
    return len(text) + 2 * sum(character >= _FIRST_CJK for character in text[:_SHORT_TEXT])


def _written(html: str) -> str:
    """Returns the HTML of an article as Markdown; its pictures have their addresses."""
    return to_markdown(html, picture=kept_picture)


def _main_html(tree: HtmlElement, page: PageData, base: str, pictures: str | None) -> str:
    """Returns the HTML of the article of a page."""
    if pictures is not None:
        note_addresses(tree, base if pictures else "")
    wrap_runs(tree)
    elements = [*tree.iter()]  # lxml makes an object of an element again each time that no other refers to it
    blocks = blocks_of(tree)
    title, summary = (str(page.metadata.get(key, "")) for key in ("title", "summary"))
    chosen = article_blocks(tree, blocks, title, page.metadata.get("authors", ()), summary)
    html = html_of(tree, blocks, chosen, base)
    del elements
    return html


def _whole_page(html: str, base: str, pictures: str | None) -> str:
    """Returns the body of a page without navigation, footers, forms and the like."""
    from trafilatura import load_html

    tree = load_html(html)
    if tree is None:
        body = _TEXT.search(html)
        return body[0] if body else html
    prepare(tree)
    if pictures is not None:
        note_addresses(tree, base if pictures else "")
    blocks = blocks_of(tree)
    kept = {block for block in blocks if not any(element.tag in _AROUND_TEXT for element in block.ancestors())}
    return html_of(tree, blocks, kept, base)


def _stated_text(html: str) -> str:
    """Returns the text that a page without any states for other programs, such as the steps of a recipe."""
    from trafilatura import baseline

    return str(baseline(html)[1])


def _without_title(text: str, title: str) -> str:
    """Removes the first heading if it is the title."""
    first, _, rest = text.partition("\n")
    heading = re.fullmatch(r"#{1,6}\s+(.*?)\s*", first)
    if title and heading and heading[1].strip("*_ ").casefold() == title.casefold() and rest.strip():
        return rest.strip()
    return text


def _check_limits(html: str) -> None:
    """Refuses pages that parsers would take quadratic time for."""
    if html.count("<") > 2 * _MAX_ELEMENTS:
        raise ReaderError(f"the page has more than {_MAX_ELEMENTS:,} elements")
    if html.count("<!--") > _MAX_COMMENTS:
        raise ReaderError(f"the page has more than {_MAX_COMMENTS:,} comments")
    has_long_tag = len(max(html.split("<"), key=len)) >= _LONG  # faster than to look for one
    long_tags = _LONG_TAG.findall(html) if has_long_tag else []
    if any(tag.count("=") > _MAX_ATTRIBUTES or len(tag.split()) > _MAX_WORDS for tag in long_tags):
        raise ReaderError(f"an element of the page has more than {_MAX_ATTRIBUTES:,} attributes")
    if _depth(html) > _MAX_DEPTH:
        raise ReaderError(f"its elements are nested more than {_MAX_DEPTH:,} deep")


def _depth(html: str) -> int:
    """Returns an upper bound of how deep elements are nested; elements that are never closed count too."""
    deepest = depth = 0
    for closing in _NESTED.findall(html):
        depth += -1 if closing else 1
        depth = max(depth, 0)
        deepest = max(deepest, depth)
    return deepest


_NEVER_CLOSED: Final = "area base br col embed hr img input link meta param source track wbr"
_END_OPTIONAL: Final = "p li dt dd option tr td th thead tbody"
_NOT_NESTED: Final = "|".join(_NEVER_CLOSED.split() + _END_OPTIONAL.split())
#: Tags of the other elements; the group is empty in those that open one.
_NESTED: Final = re.compile(rf"<(/?)(?!(?:{_NOT_NESTED})(?![\w-]))[a-zA-Z][^<>]*(?<!/)>", re.IGNORECASE)
