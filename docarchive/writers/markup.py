"""Markdown -> HTML that is safe to open: rendered by markdown-it, sanitised by nh3 (ammonia)."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

#: Elements that a text may have. Scripts, forms, frames, styles and everything else is taken away.
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
_SCHEMES: Final = frozenset({"http", "https", "mailto", "ftp", "tel", "doi"})


def html_of(markdown: str, *, images: bool = True) -> str:
    """Returns a text as HTML: CommonMark with tables and strikethrough, nothing in it that could act.

    Args:
        markdown: The text of an article. HTML in it is kept as far as it is harmless.
        images: Keep pictures that are loaded from elsewhere; else their descriptions stand in their place.
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
    if not images:
        parser.add_render_rule("image", _described)
    return parser


def _described(self: Any, tokens: Any, place: int, options: Any, environment: Any) -> str:
    """Renders the description of a picture in its place."""
    from html import escape

    return escape(str(self.renderInlineAsText(tokens[place].children or [], options, environment)))
