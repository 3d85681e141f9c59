"""Rendered Markdown for a terminal: what Rich leaves out or shows as markup is replaced before Rich prints it.

Rich drops HTML with its text and puts the description of a picture first in its paragraph. It prints notes and boxes of
tasks as they are written, and an address that is its own text twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Any, Final

from markdown_it.token import Token
from rich.markdown import Markdown

from docarchive.pictures import path_of

_NOTE: Final = re.compile(r"\[\^([^\[\]\s]{1,100})\](:?)")
_TASK: Final = re.compile(r"\[([ xX])\](?=\s)")
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)[^<>]*>|<!--")
#: Elements in a line. Others are set off, and what is no element, as in ``Standard Oil <SRD>``, is text.
_IN_LINE: Final = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|img|ins|kbd|label|mark|q|rp|rt|ruby|s|samp|small|span|"
    "strike|strong|sub|sup|time|tt|u|var|wbr"
)
_SET_OFF: Final = re.compile(
    "address|article|aside|audio|blockquote|br|button|canvas|caption|center|col|colgroup|dd|details|dialog|div|dl|dt|embed|"
    "fieldset|figcaption|figure|footer|form|h[1-6]|head|header|hr|html|body|iframe|input|legend|li|main|nav|noscript|"
    "object|ol|optgroup|option|p|picture|pre|script|section|select|source|style|summary|svg|table|tbody|td|template|"
    "textarea|tfoot|th|thead|title|tr|track|ul|video"
)
_NEVER_SHOWN: Final = frozenset({"script", "style", "template"})


def rendered(markdown: str) -> Markdown:
    """Returns Markdown that Rich can print on a terminal. Addresses of links are printed: they could lead anywhere."""
    document = Markdown(markdown, hyperlinks=False)
    document.parsed = [*_blocks(document.parsed)]
    return document


def _blocks(tokens: Sequence[Any]) -> Iterator[Any]:
    in_item = False
    for token in tokens:
        if token.type == "html_block":
            yield from _text_blocks(token.content)
            continue
        if token.type == "inline":
            token.children = [*_inline(token.children or [], in_item)]
        in_item = token.type == "list_item_open" or (in_item and token.type == "paragraph_open")
        yield token


def _inline(tokens: Sequence[Any], in_item: bool) -> Iterator[Any]:
    """Yields the tokens of a block's text, without what Rich shows wrongly; ``in_item`` if it begins an item."""
    hidden = 0  # ends of links that are left out
    for index, token in enumerate(tokens):
        if token.type == "text":
            text = _TASK.sub(_box, token.content, count=1) if in_item and index == 0 else token.content
            if index and tokens[index - 1].type == "link_open" and text.startswith("^"):
                text = _raised(text[1:])
            yield _text(_NOTE.sub(lambda note: _raised(note[1]), text))
        elif token.type == "softbreak" and _begins_note(tokens, index + 1):
            yield Token("hardbreak", "br", 0)
        elif token.type == "image":
            yield from (Token("em_open", "em", 1), _text(_alternative(token)), Token("em_close", "em", -1))
        elif token.type == "html_inline":
            yield from _element(token.content)
        elif token.type == "link_open" and token.markup == "autolink":
            hidden += 1
        elif token.type == "link_close" and hidden:
            hidden -= 1
        else:
            yield token


def _element(html: str) -> Iterator[Any]:
    """Yields what is shown instead of a tag."""
    tag = _TAG.match(html)
    name = (tag[1] or "").casefold() if tag else ""
    if name == "br":
        yield Token("hardbreak", "br", 0)
    elif _SET_OFF.fullmatch(name):
        yield _text(" ")
    elif tag and name and not _IN_LINE.fullmatch(name):
        yield _text(html)


def _text_blocks(html: str) -> Iterator[Any]:
    """Yields paragraphs with the text of a block of HTML."""
    for paragraph in _Paragraphs(html).paragraphs:
        yield Token("paragraph_open", "p", 1)
        yield Token("inline", "", 0, content=paragraph, children=[_text(paragraph)])
        yield Token("paragraph_close", "p", -1)


class _Paragraphs(HTMLParser):
    """The text of HTML in paragraphs; cells of a row are in one."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._text: list[str] = []
        self._silent = 0
        self.paragraphs: list[str] = []
        self.feed(html)
        self.close()
        self._end()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NEVER_SHOWN:
            self._silent += 1
        elif tag in ("td", "th"):
            self._text.append(" · " if "".join(self._text).strip() else "")
        elif tag == "img":
            self._text.append(dict(attrs).get("alt") or "")
        elif _SET_OFF.fullmatch(tag):
            self._end()
        elif not _IN_LINE.fullmatch(tag):
            self._text.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _NEVER_SHOWN:
            self._silent = max(0, self._silent - 1)
        elif _SET_OFF.fullmatch(tag) and tag not in ("td", "th"):
            self._end()

    def _end(self) -> None:
        text = " ".join("".join(self._text).split())
        self._text.clear()
        if text:
            self.paragraphs.append(text)


def _text(content: str) -> Any:
    return Token("text", "", 0, content=content)


def _alternative(image: Any) -> str:
    address = str(image.attrs.get("src", ""))
    return str(image.content) or ("[picture]" if path_of(address) else address.rpartition("/")[2])


def _box(task: re.Match[str]) -> str:
    return "☐" if task[1] == " " else "☑"


def _raised(name: str) -> str:
    return name.translate(_RAISED) if name.isdecimal() and name.isascii() else f"({name})"


def _begins_note(tokens: Sequence[Any], index: int) -> bool:
    following = tokens[index] if index < len(tokens) else None
    note = _NOTE.match(following.content) if following is not None and following.type == "text" else None
    return note is not None and note[2] == ":"
