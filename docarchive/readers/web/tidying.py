"""Elements of pages brought into the forms that Markdown has: code, nested lists, links around blocks, breaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from docarchive.readers.web.blocks import INLINE

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LANGUAGE = re.compile(r"(?:^|\s)(?:lang(?:uage)?-|brush:\s*|highlight-source-)([\w+#.-]+)", re.IGNORECASE)
_LINE_NUMBER = re.compile(r"\b(?:line-?no|line-?numbers?|gutter|lnt?\b|hljs-ln-n)", re.IGNORECASE)
_HOLDERS_OF_NUMBERS: Final = ("span", "a", "td", "th", "div")
_LINES_IN_CODE: Final = ("div", "p", "li", "tr")


def drop_at_edge(line_break: HtmlElement) -> None:
    """Removes a break at the beginning or the end of a block, where it breaks no line."""
    parent = line_break.getparent()
    is_last = line_break.getnext() is None and not (line_break.tail or "").strip()
    is_first = line_break.getprevious() is None and not (parent.text or "").strip()
    if (is_first or is_last) and parent.tag not in INLINE and parent.tag != "pre":
        line_break.drop_tree()


def drop_line_numbers(tree: HtmlElement) -> None:
    """Removes the numbers of lines of code: cells of tables around code, and elements in it."""
    for element in [*tree.iter(*_HOLDERS_OF_NUMBERS)]:
        names = element.get("class")
        if not names or not _LINE_NUMBER.search(names) or any(map(str.isalpha, element.text_content())):
            continue
        if element.tag in ("td", "th") or next(element.iterancestors("pre"), None) is not None:
            element.drop_tree()


def simplify_code(element: HtmlElement) -> None:
    """Replaces what is in ``<pre>`` by its text and its language: highlighting is no part of it."""
    for line_break in [*element.iter("br")]:
        line_break.tail = "\n" + (line_break.tail or "")
    for line in element.iterdescendants(*_LINES_IN_CODE):
        if not last_text(line).endswith("\n"):
            line.tail = "\n" + (line.tail or "")
    inner = element.find(".//code")
    names = " ".join(holder.get("class") or "" for holder in (inner, element) if holder is not None)
    language = _LANGUAGE.search(names)
    text = element.text_content()
    element[:] = []
    element.text = None
    code = element.makeelement("code", {"class": f"language-{language[1]}"} if language else {})
    code.text = text
    element.append(code)


def last_text(element: HtmlElement) -> str:
    """Returns the last text node in an element; may be empty."""
    while len(element):
        element = element[-1]
        if element.tail:
            return str(element.tail)
    return element.text or ""


def put_into_item(element: HtmlElement) -> None:
    """Moves a list that is in another one, but in no item of it, into the item before it."""
    parent, item = element.getparent(), element.getprevious()
    if parent is not None and parent.tag in ("ul", "ol") and item is not None and item.tag == "li":
        tail, element.tail = element.tail, None
        item.append(element)
        item.tail = tail


def put_into_line(link: HtmlElement) -> None:
    """Moves a link that is around blocks into the first of them: in Markdown, links are in lines."""
    lines = [element for element in link.iterdescendants("*") if element.tag not in INLINE]
    if not lines:
        return
    innermost = (line for line in lines if all(element.tag in INLINE for element in line.iterdescendants("*")))
    line = next((line for line in innermost if line.text_content().strip()), None)
    if line is not None and link.get("href"):
        inner = line.makeelement("a", {"href": link.get("href")})
        inner.text, line.text = line.text, None
        inner.extend(list(line))
        line.append(inner)
    link.tag = "div"
