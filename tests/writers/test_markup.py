import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import Page

from docarchive.writers.markup import html_of

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src='https://evil.example'></iframe>",
    "<style>*{display:none}</style>",
    "<form action='https://evil.example'><input name=a></form>",
    "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "]]><script>alert(1)</script>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
]
ACTING = {"script", "iframe", "style", "form", "input", "svg", "math", "object", "embed", "link", "meta", "base"}


def acting(html: str) -> list[str]:
    """Returns what in a page could act."""
    found = []
    for tag, attributes in Page(html).elements:
        found += [tag] if tag in ACTING else []
        for name, value in attributes.items():
            scheme = value.strip().lower().partition(":")[0]
            if name.startswith("on") or name == "style" or scheme in ("javascript", "data", "vbscript"):
                found.append(f"{tag} {name}={value}")
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_acts_is_left(text: str) -> None:
    assert not acting(html_of(text))


@given(st.lists(st.sampled_from([*HOSTILE, "`", "\n", "    ", "> ", "<", ">", '"', "*", "<!--", "-->", "&lt;"])))
def test_nothing_that_acts_is_left_however_it_is_put_together(parts: list[str]) -> None:
    assert not acting(html_of("".join(parts)))


def test_markdown_becomes_html() -> None:
    text = "# Pier\n\nThe *old* pier, [open](https://example.org/a?b=1&c=2).\n\n- one\n- two\n"
    text += "\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    found = html_of(text)
    assert "<h1>Pier</h1>" in found
    assert '<a href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow">open</a>' in found
    assert found.count("<li>") == 2
    assert "<td>2</td>" in found


def test_pictures_can_give_way_to_their_descriptions() -> None:
    text = 'A ![*red* "pier"](https://example.org/p.png) stands.'
    assert "<img" in html_of(text)
    assert html_of(text, images=False) == '<p>A red "pier" stands.</p>\n'


def test_what_only_looks_like_html_is_text() -> None:
    assert html_of("Oil <SRD> and List<String>, <b>bold</b>") == (
        "<p>Oil &lt;SRD&gt; and List&lt;String&gt;, <strong>bold</strong></p>\n".replace("strong", "b")
    )
    assert html_of("<String>\nlines") == "<p>&lt;String&gt;\nlines</p>\n"
    assert html_of("<Note>in</Note> <Foo/> <a-b c='d'>x") == "<p>in  x</p>\n"  # elements of nobody knows what


def test_a_footnote_is_no_definition_of_a_link() -> None:
    assert html_of("[^1]: https://a.example\n\n[x]: https://a.example\n\n[x]") == (
        '<p><a href="https://a.example" rel="noopener noreferrer nofollow">x</a></p>\n'
        "<hr>\n<ol>\n<li><p>https://a.example</p>\n</li>\n</ol>\n"
    )
