"""Snippets for people: what a reader sees of Markdown, and nothing of its markup."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from docarchive.analysis import Analyzer
from docarchive.query import Context, Snippet, parse
from docarchive.query.snippet import snippet

ANALYZER = Analyzer("en")


def plain(markdown: str, query: str = "oil") -> Snippet:
    return snippet(parse(query, Context()), markdown, ANALYZER, plain=True)


@pytest.mark.parametrize(
    ("markdown", "shown"),
    [
        ("| Port | Oil |\n| --- | ---: |\n| Rotterdam | 7 |\n", "Port · Oil / Rotterdam · 7"),
        ("Port | Oil\n:-- | --:\nRotterdam | 7\n\nNo | table", "Port · Oil / Rotterdam · 7 No | table"),
        ("| a | | c |\n|---|---|---|\n| | | |\n| d \\| e | `f|g` | |\n", "a · c / d | e · f|g"),
        ("Oil is dear.[^1] So[^note].\n\n[^1]: A note.", "Oil is dear. So. A note."),
        (
            "```python\ndef oil(*a, **k):\n    return a | k  # <b>\n```\nAfter.",
            "def oil(*a, **k): return a | k # <b> After.",
        ),
        ("~~~\n| a | b |\n~~~\n\n| a | b |\n|---|---|\n", "| a | b | a · b"),
        ("See `List<b>` and ``a`b`` and \\<b\\>.", "See List<b> and a`b and <b>."),
        ("[![A picture](a.png)](b.html) [text](c.html 'title')", "A picture text"),
        ("[text][1], [1], [two][], [three]\n\n[1]: http://example.org/a\n[two]: /b 'Two'", "text, 1, two, [three]"),
        ("<div class='x'>One<br>two <b>three</b><!-- four --> 2 < 3 > 1</div>", "One two three 2 < 3 > 1"),
        ("Standard Oil <SRD>, <A> and <B>bold</B>", "Standard Oil <SRD>, <A> and bold"),
        ("Fish &amp; chips &lt;b&gt; &copy; AT&T &nope;", "Fish & chips <b> © AT&T &nope;"),
        (
            "_one_ __two__ ***three*** snake_case_name 2 * 3 * 4 \\*five\\*",
            "one two three snake_case_name 2 * 3 * 4 *five*",
        ),
        ("**over\ntwo lines** and ~~gone~~", "over two lines and gone"),
        ("# Head ##\n\n- [ ] do\n- [x] done\n+ plus\n\n> > deep\n\n1. first", "Head do done plus deep 1. first"),
        ("Setext\n======\n\nText\n\n***\n\nMore {#id}\n----", "Setext Text More"),
        ("https://www.example.org/ and <http://a.example/b>", "example.org/ and a.example/b"),
        ("http://a.example/one/two/three/four/five/six/page.html.", "a.example/…/page.html."),
        ("http://a.example/" + "x" * 60, "a.example/" + "x" * 28 + "…"),
        ("https://a.example/one/two/" + "y" * 60, "a.example/…/" + "y" * 27 + "…"),
        ("東京の港湾\n評議会\n  は Tokyo\n港", "東京の港湾評議会は Tokyo 港"),
        ("Nothing \\[to\\] hide: {braces}, [brackets] and a\\_b", "Nothing [to] hide: {braces}, [brackets] and a_b"),
    ],
)
def test_markup_is_left_out_and_text_stays(markdown: str, shown: str) -> None:
    assert plain(markdown).text == shown


def test_marks_are_on_the_words_that_are_shown() -> None:
    passage = plain("| **oil** | [oil](http://example.org/oil) |\n|---|---|\n| <b>oil</b> | https://a.example/oil |")
    assert passage.marked("<", ">") == "<oil> · <oil> / <oil> · a.example/<oil>"
    assert plain("![A](x.png) &amp; `oil`").marked("<", ">") == "A & <oil>"


def test_a_passage_in_a_long_table_or_block_of_code_is_read_as_such() -> None:
    rows = "".join(f"| row {number} | <b>{number}</b> |\n" for number in range(500))
    passage = plain(f"| a | b |\n|---|---|\n{rows}| oil | gas |\n{rows}")
    assert "|" not in passage.text
    assert "oil · gas / row 0 · 0" in passage.text
    code = "".join(f"line {number} = a | b\n\n" for number in range(500))
    assert "oil | <b>" in plain(f"```\n{code}oil | <b>\n{code}```\n").text


WORD = st.text("abcxyz", min_size=3, max_size=6)
INLINE = st.one_of(
    *[WORD] * 4,
    WORD.map("**{}**".format),
    WORD.map("*{}*".format),
    WORD.map("_{}_".format),
    WORD.map("~~{}~~".format),
    WORD.map("`{}`".format),
    WORD.map("[{}](https://example.org/a)".format),
    WORD.map("![{}](https://example.org/a.png)".format),
    WORD.map("[![{}](a.png)](b.html)".format),
    WORD.map("[{}][ref]".format),
    WORD.map("<b>{}</b>".format),
    WORD.map("\\*{}\\*".format),
    WORD.map("\\<i>{}".format),
    WORD.map("&quot;{}&amp;".format),
    WORD.map("({}),".format),
)
LINE = st.lists(INLINE, min_size=1, max_size=8).map(" ".join)
ROW = st.lists(LINE, min_size=3, max_size=3).map(lambda cells: f"| {' | '.join(cells)} |\n")
BLOCK = st.one_of(
    LINE,
    st.lists(LINE, min_size=1, max_size=3).map("\n".join),
    LINE.map("## {}".format),
    LINE.map("> {}".format),
    st.lists(LINE, min_size=1, max_size=4).map(lambda items: "\n".join(f"- {item}" for item in items)),
    st.lists(ROW, min_size=2, max_size=5).map(lambda rows: rows[0] + "|---|:-:|---|\n" + "".join(rows[1:])),
    st.lists(WORD, min_size=1, max_size=8).map(lambda words: f"```py\n{' | '.join(words)}\n\n<b> *{words[0]}* [x\n```"),
    st.just("***"),
)
DOCUMENTS = st.lists(BLOCK, min_size=1, max_size=6).map(lambda blocks: "\n\n".join([*blocks, "[ref]: /target"]))


class _Text(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.text += dict(attributes).get("alt") or ""


@given(DOCUMENTS)
def test_the_words_and_signs_are_those_that_commonmark_shows(markdown: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    shown = "".join(re.findall(r"[^\s·/…]", _Text(html).text))
    passage = plain(markdown, "nothing").text
    words = "".join(re.findall(r"[^\s·/…]", passage))
    assert shown.startswith(words) if passage.endswith("…") else words == shown


@given(st.text() | st.text("|-`*_[]()<>&#\\\n ab:.\ufdd0\ufdef"), st.sampled_from(["a", "b", "a OR b", "ab*"]))
def test_any_text_gives_a_snippet_with_marks_in_order(markdown: str, query: str) -> None:
    passage = plain(markdown, query)
    assert "\n" not in passage.text
    assert not re.search("[\ufdd0-\ufdef]", passage.text)
    ends = [spot for mark in passage.marks for spot in mark]
    assert ends == sorted(ends)
    assert all(start < end <= len(passage.text) for start, end in passage.marks)
    assert "**" not in passage.marked("", "") or "*" in markdown
