"""Generated HTML of the elements that are kept in Markdown, and the text that a reader of HTML sees."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser

from hypothesis import strategies as st

_PHRASES = [
    *(
        "ice",
        "a",
        "1986.",
        "1)",
        "-",
        "--",
        "---",
        "- - -",
        "***",
        "* * *",
        "+",
        "#",
        "###",
        "# x",
        "x #",
        ">",
        "=",
        "===",
    ),
    *(
        "List<String>",
        "<b>",
        "</p>",
        "<!--",
        "-->",
        "<?x?>",
        "<http://a.example>",
        "a < b",
        "2 > 1",
        "&amp;",
        "&copy;",
        "&#65;",
    ),
    *(
        "AT&T",
        "R&D;",
        "*",
        "**",
        "2 * 3",
        "a*b",
        "*args",
        "**kw**",
        "_",
        "__init__",
        "snake_case",
        "_x_",
        "~",
        "~~",
        "~~~",
    ),
    *(
        "`",
        "``",
        "```",
        "`x`",
        "[",
        "]",
        "[x]",
        "[x](y)",
        "![x](y)",
        "[x]: y",
        "[x][y]",
        "(y)",
        "!",
        "\\",
        "\\*",
        "C:\\x",
    ),
    *(
        "\\\\server\\share",
        "|",
        "a | b",
        "--- | ---",
        "|---|",
        ":-:",
        "10",
        '"quoted"',
        "'",
        "(a)",
        "né",
        "港湾",
        "«x»",
        "—",
        "\u3000",
        "\xa0",
    ),
    *(
        " ",
        "  ",
        "\n",
        "\t",
        "\n\n",
        " \n ",
        "    code",
        "\tcode",
        "www.a.example",
        "http://a.example/x_y_",
        "a@b.example",
        "<a@b.example>",
    ),
    *("$x$", "{{x}}", "%", "^", "[^1]", "[^1]: x", "===\n", "\u2028", "\U0001f600"),
]
TEXTS = st.lists(st.sampled_from(_PHRASES), min_size=1, max_size=4).map("".join) | st.text(
    st.sampled_from('ab1. \n*_`~[]()<>#+-=|\\!&;:"é'), max_size=12
)
_ADDRESSES = st.sampled_from(
    [
        "https://a.example/",
        "x.html",
        "https://a.example/x_(y)_*z*",
        "https://a.example/?a=1&copy=2&lt;",
        "a b",
        "#x",
        "mailto:a@b.example",
    ]
)
_TITLES = st.sampled_from(["", ' title="t"', ' title="a &quot;b&quot; \\ &amp;amp; [c]"'])


def _inline(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    content = st.lists(children, max_size=4).map("".join)
    names = st.sampled_from(["b", "strong", "i", "em", "del", "s", "sub", "sup", "span", "q", "cite", "u", "small"])
    return st.one_of(
        st.builds("<{0}>{1}</{0}>".format, names, content),
        st.builds('<a href="{}"{}>{}</a>'.format, _ADDRESSES.map(escape), _TITLES, content),
    )


_LEAVES = st.one_of(
    TEXTS.map(escape),
    TEXTS.map(escape),
    TEXTS.map(escape).map("<code>{}</code>".format),
    st.just("<br>"),
    st.builds('<img src="{}" alt="{}">'.format, _ADDRESSES.map(escape), TEXTS.map(escape)),
)
INLINE = st.lists(st.recursive(_LEAVES, _inline, max_leaves=6), max_size=5).map("".join)
_CELL = st.builds("<{0}>{1}</{0}>".format, st.just("td"), INLINE)
_HEAD = INLINE.map("<th>{}</th>".format)


def _table(width: int, heights: int, with_head: bool) -> st.SearchStrategy[str]:
    row = st.lists(_CELL, min_size=1, max_size=width).map("".join).map("<tr>{}</tr>".format)
    head = st.lists(_HEAD, min_size=1, max_size=width).map("".join).map("<tr>{}</tr>".format)
    rows = st.lists(row, min_size=1, max_size=heights).map("".join)
    return st.builds("<table>{}{}</table>".format, head if with_head else st.just(""), rows)


_PRE = TEXTS.map(escape) | st.just("<br>") | TEXTS.map(escape).map("<code>{}</code>".format)
_SIMPLE = st.one_of(
    INLINE.map("<p>{}</p>".format),
    INLINE.map("<p>{}</p>".format),
    INLINE,
    INLINE.map("<div>{}</div>".format),
    st.builds("<h{0}>{1}</h{0}>".format, st.integers(1, 6), INLINE),
    st.lists(_PRE, max_size=4).map("".join).map("<pre>{}</pre>".format),
    st.just("<hr>"),
    st.booleans().flatmap(lambda head: _table(3, 3, head)),
)


def _nested(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    content = st.lists(children, max_size=3).map("".join)
    items = st.lists(content.map("<li>{}</li>".format), max_size=3).map("".join)
    return st.one_of(
        content.map("<blockquote>{}</blockquote>".format),
        items.map("<ul>{}</ul>".format),
        st.builds('<ol start="{}">{}</ol>'.format, st.sampled_from([1, 1, 2, 7, 1986]), items),
        st.builds("<ul>{}{}</ul>".format, items, content),
        content.map("<div>{}</div>".format),
        content.map("<dl><dt>term</dt><dd>{}</dd></dl>".format),
        content.map('<a href="https://a.example/">{}</a>'.format),
        content.map("<b>{}</b>".format),
    )


TREES = st.lists(st.recursive(_SIMPLE, _nested, max_leaves=8), max_size=4).map("".join)

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "hr",
        "table",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "blockquote",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "br",
    ]
)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.pieces += ['"'] if tag == "q" else [" "] * (tag in _BLOCKS)

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, None)

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)


def text_seen(html: str) -> str:
    """Returns the text of HTML, with one space between words and blocks."""
    parser = _Text()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.pieces).split())
