"""Markdown -> HTML that is safe to open: rendered by markdown-it, sanitised by nh3 (ammonia)."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

#: The elements that a text may have. Scripts, forms, frames, styles and all others are removed.
ELEMENTS: Final = frozenset(
    """
    a abbr b blockquote br caption cite code dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i
    img ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead
    time tr u ul var wbr
    """.split()  # noqa: SIM905
)
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "time": {"datetime"},
    "*": {"lang", "dir"},
}
_SET_IN = re.compile(r"\n(?: {3}[ \t]*|\t[ \t]*)(?=\S)")
_SCHEMES: Final = frozenset({"http", "https", "mailto", "ftp", "tel", "doi"})


def html_of(markdown: str, *, images: bool = True) -> str:
    """Returns a text as HTML: CommonMark with tables and strikethrough, sanitized.

    Args:
        markdown: The text of an article. Harmless HTML in it is kept.
        images: Whether to keep pictures; otherwise their descriptions replace them.
    """
    import nh3

    elements = ELEMENTS if images else ELEMENTS - {"img"}
    return nh3.clean(
        _parser(images).render(markdown),
        tags=set(elements),
        attributes={name: set(values) for name, values in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )


@cache
def _parser(images: bool) -> Any:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 50}).enable(["table", "strikethrough"])
    parser.core.ruler.after("block", "typewritten", _split_typewritten)
    parser.core.ruler.push("aligned", _align)
    if not images:
        parser.add_render_rule("image", _described)
    return parser


def _described(self: Any, tokens: Any, index: int, options: Any, environment: Any) -> str:
    """Renders the description of a picture instead of the picture."""
    from html import escape

    return escape(str(self.renderInlineAsText(tokens[index].children or [], options, environment)))


def _split_typewritten(state: Any) -> None:
    """Begins a paragraph at every line that is indented by three columns or more, as in typewritten texts.

    CommonMark makes one paragraph of such lines. In lists and quotations lines are indented for other reasons.
    """
    from copy import copy

    tokens: list[Any] = []
    for token in state.tokens:
        lines = _SET_IN.split(token.content) if token.type == "inline" and token.level == 1 else ()
        if len(lines) < 2 or tokens[-1].type != "paragraph_open":
            tokens.append(token)
            continue
        opening = tokens.pop()
        closing = copy(opening)
        closing.type, closing.nesting = "paragraph_close", -1
        for number, line in enumerate(lines):
            inline = copy(token)
            inline.content, inline.children = line, []
            tokens += [closing] if number else []
            tokens += [copy(opening), inline]
    state.tokens[:] = tokens


def _align(state: Any) -> None:
    """Aligns cells by an attribute, since styles are removed."""
    for token in state.tokens:
        if token.type in ("th_open", "td_open") and (style := token.attrGet("style")):
            token.attrs = {"align": str(style).rpartition(":")[2]}
