"""Markdown -> HTML that is safe to open: rendered by markdown-it, sanitised by nh3 (ammonia)."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import Any, Final

from docarchive.writers.footnotes import NUMBER, read_footnotes

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
    "li": {NUMBER},
    "ol": {"start"},
    "sup": {NUMBER},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align"},
    "time": {"datetime"},
    "*": {"lang", "dir"},
}
_SET_IN = re.compile(r"\n(?: {3}[ \t]*|\t[ \t]*)(?=\S)")
#: Further elements of HTML; those that are not in ``ELEMENTS`` are removed.
_OTHER_ELEMENTS: Final = frozenset(
    """
    acronym address applet area article aside audio base basefont bdi bdo bgsound big blink body button canvas center
    col colgroup data datalist dialog dir embed fieldset font footer form frame frameset head header hgroup html iframe
    image input label legend link main map marquee math menu menuitem meta meter nav nobr noembed noframes noscript
    object optgroup option output param picture plaintext portal progress rb rtc script search section select slot
    source spacer strike style svg template textarea title track tt video xmp
    """.split()  # noqa: SIM905
)
_PAIRED: Final = "paired"
_BARE_TAG = re.compile(r"\s*</?([A-Za-z][A-Za-z0-9-]*)>\s*\Z")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_SCHEMES: Final = frozenset({"http", "https", "mailto", "ftp", "tel", "doi"})


def html_of(markdown: str, *, images: bool = True, numbered: bool = False) -> str:
    """Returns a text as HTML: CommonMark with tables, strikethrough and footnotes, sanitized.

    Args:
        markdown: The text of an article. Harmless HTML in it is kept; what only looks like HTML, as ``List<String>``
            does, is text.
        images: Whether to keep pictures; otherwise their descriptions replace them.
        numbered: Whether marks of footnotes and footnotes have ``footnotes.NUMBER``, by which they can be linked.
    """
    import nh3

    elements = ELEMENTS if images else ELEMENTS - {"img"}
    return nh3.clean(
        _parser(images).render(markdown, {_PAIRED: _paired_names(markdown)}),
        tags=set(elements),
        attributes={name: values - (set() if numbered else {NUMBER}) for name, values in _ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )


@cache
def _parser(images: bool) -> Any:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True, "maxNesting": 50}).enable(["table", "strikethrough"])
    parser.core.ruler.after("block", "typewritten", _split_typewritten)
    parser.core.ruler.push("aligned", _align)
    read_footnotes(parser)
    rules = {rule.name: rule for rule in parser.block.ruler.__rules__}
    for name, check in (("html_block", _html_block), ("reference", _definition)):
        parser.block.ruler.at(name, partial(check, rules[name].fn), {"alt": rules[name].alt})
    parser.add_render_rule("html_inline", _html_inline)
    if not images:
        parser.add_render_rule("image", _described)
    return parser


def _paired_names(markdown: str) -> frozenset[str]:
    """Returns the names in start tags and in end tags: elements, whatever they are."""
    names: tuple[set[str], set[str]] = (set(), set())
    for end, name in _TAG.findall(markdown) if "</" in markdown else ():
        names[bool(end)].add(name)
    return frozenset(names[0] & names[1])


def _is_text(tag: str, environment: Any) -> bool:
    """Returns whether what CommonMark reads as a tag is text: of no element of HTML, and of no pair."""
    match = _BARE_TAG.match(tag)
    if match is None or match[1] in environment[_PAIRED]:
        return False
    return match[1].lower() not in ELEMENTS and match[1].lower() not in _OTHER_ELEMENTS


def _html_block(rule: Any, state: Any, start: int, end: int, silent: bool) -> bool:
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    return not _is_text(first, state.env) and rule(state, start, end, silent)


def _definition(rule: Any, state: Any, start: int, end: int, silent: bool) -> bool:
    """Reads the definition of a link; a footnote that cannot be one is text."""
    return not state.src.startswith("[^", state.bMarks[start] + state.tShift[start]) and rule(state, start, end, silent)


def _html_inline(self: Any, tokens: Any, index: int, options: Any, environment: Any) -> str:
    from html import escape

    tag = str(tokens[index].content)
    return escape(tag) if _is_text(tag, environment) else tag


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
