from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import Page

from docarchive.article import Article
from docarchive.writers.markup import ELEMENTS
from docarchive.writers.pages.body import excerpt, html_text, plain_text, printable, text_tree

PIECES = st.sampled_from(
    [
        *("<", ">", "&", '"', "</p>", "<p>", "<b>", "</b>", "<li>", "<ul>", "<table><tr><td>", "<a href=x>", "</a>"),
        *("<img src=x onerror=alert(1) alt='<b>'>", "<script>", "</script>", "<svg>", "<math>", "<!--", "]]>", "\n\n"),
        *("# h\n", "* x\n", "![a](b)", "[a](javascript:alert(1))", "`<x>`", "\x0b", "\ufffe", "&lt;script&gt;", "text"),
    ]
)
BODIES = st.lists(PIECES | st.text(max_size=5), max_size=12).map("".join)


def text(body: str, *, url: str | None = None, title: str = "T", images: bool = False, level: int = 2) -> str:
    return html_text(text_tree(Article(title=title, url=url, body=body), images=images, level=level))


@given(BODIES, st.booleans())
def test_nothing_in_a_text_acts_or_is_loaded(body: str, images: bool) -> None:
    html = text(body, url="https://example.org/a/", images=images)
    for tag, attributes in Page(html).elements:
        assert tag in ELEMENTS
        assert images or tag != "img"
        assert set(attributes) <= {"href", "src", "alt", "title", "rel", "class", "start", "align", "lang", "dir"}
        for name in ("href", "src"):
            assert (attributes.get(name) or "https:").partition(":")[0] in ("https", "http", "mailto", "ftp")
    assert html == printable(html)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("# One\n\n### Two", "<h2>One</h2>\n<h4>Two</h4>"),
        ("###### Six\n\n##### Five", "<h3>Six</h3>\n<h2>Five</h2>"),
        ("# T\n\nText", "<p>Text</p>"),
        ("One\n    two\n    three", "<p>One</p>\n<p>two</p>\n<p>three</p>"),
        ("- one\n    two", "<ul>\n<li>one\ntwo</li>\n</ul>"),
        ("a\x0bb\x85c", "<p>abc</p>"),
        ("[x](#part)", "<p><a>x</a></p>"),
        ("![x](y.png)", '<p><span class="picture">x</span></p>'),
    ],
)
def test_texts_become_html(body: str, html: str) -> None:
    assert text(body) == html


def test_headings_begin_below_the_one_above() -> None:
    assert text("# One\n\n## Two", level=3) == "<h3>One</h3>\n<h4>Two</h4>"


def test_links_lead_where_they_led_from_the_address_of_the_article() -> None:
    html = text("[a](../b.html) [c](https://example.com/ü) ![d](e.png)", url="https://example.org/x/y/z")
    links = [attributes["href"] for tag, attributes in Page(html).elements if tag == "a"]
    assert links == ["https://example.org/x/b.html", "https://example.com/%C3%BC", "https://example.org/x/y/e.png"]
    assert Page(text("[![d](e.png)](f)", url="https://example.org/")).tags == ["p", "a", "span"]


def test_pictures_are_kept_on_request() -> None:
    html = text("![d](e.png)", url="https://example.org/x/", images=True)
    assert html == '<p><img src="https://example.org/x/e.png" alt="d"></p>'


def test_deep_nesting_ends_somewhere_and_keeps_the_text() -> None:
    html = text("<b><i>" * 5_000 + "deep" + "</i></b>" * 5_000 + " after")
    assert "deep" in html
    assert "after" in html
    assert html.count("<") < 300


def test_excerpts_end_at_words() -> None:
    root = text_tree(Article(title="T", body="One **two** three.\n\n- four\n- five " + "six " * 1000))
    assert excerpt(root, 20) == "One two three. four…"
    assert plain_text(root).startswith("One two three. four five six")
    assert excerpt(ET.Element("div")) == ""
