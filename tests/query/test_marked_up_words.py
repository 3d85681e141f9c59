"""Words with markup inside are words; snippets show text without markup, and mark only what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive import Article, Snippet
from docarchive.analysis import Analyzer
from docarchive.markdown import IN_LINE
from docarchive.query import AnalyzedArticle, parse
from docarchive.query.snippet import snippet

_LETTERS = st.text("abcdefgh", min_size=1, max_size=5)
_ELEMENTS = IN_LINE.replace("|wbr", "").split("|")
_ATTRIBUTES = st.sampled_from(["", ' class="z"', " id=z title='z z'", '\nhref="https://z.example/z?z"', " "])


@st.composite
def marks(draw: st.DrawFn) -> tuple[str, str]:
    """Draws what may be around a part of a word: the marks of emphasis or code, or an element."""
    if draw(st.booleans()):
        mark = draw(st.sampled_from(["*", "**", "***", "~~", "`", "``"]))
        return mark, mark
    name = draw(st.sampled_from(_ELEMENTS))
    opening, closing = (draw(st.sampled_from([name, name.upper(), name.title()])) for _ in "ab")
    return f"<{opening}{draw(_ATTRIBUTES)}>", f"</{closing}{draw(st.sampled_from(['', ' ']))}>"


def words(body: str) -> set[str]:
    return AnalyzedArticle(Article(id="a", title="", body=body)).words("body")


@given(_LETTERS, _LETTERS, _LETTERS, marks(), st.integers(0, 2))
def test_a_word_with_marks_inside_is_a_word(one: str, two: str, three: str, mark: tuple[str, str], at: int) -> None:
    parts = [one, two, three]
    whole = "".join(parts)
    parts[at] = mark[0] + parts[at] + mark[1]
    text = f"x {''.join(parts)} y"
    assert words(text) == {"x", whole, "y"}
    assert cut(whole, text).marked("[", "]") == f"x [{whole}] y"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("caf&eacute; noir", "cafe noir"),
        ("R&amp;D", "r d rd"),
        ("un&shy;believable", "unbelievable"),
        ("one&nbsp;two&#32;three&#x20;four", "one two three four"),
        ("&#66;reaking &lt;b&gt;", "breaking b"),
        ("un<wbr>believ<WBR/>able", "unbelievable"),
        ("&nope; &copy2", "nope copy2"),
        ("`a&eacute;b` ```c&eacute;d```", "a eacute aeacute b c ceacute d"),
        (r"a\&eacute;b", "a eacute aeacute b"),
        ("Standard Oil <S>, vector<s>", "standard oil s vector"),
        (r"a\<b>c `d<b>e`", "a b c d e"),
        ("un<em><b>believ</b></em>able", "unbelievable"),
    ],
)
def test_words_are_read_as_they_are_shown(body: str, expected: str) -> None:
    assert words(body) == set(expected.split())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("2 * 3 * 4", "2 3 4"),
        ("* a\n* b", "a b"),
        ("`x*y*z`", "x y z"),
        (r"a\*b\*c", "a b c"),
        ("a*b", "a b"),
        ("*a* b", "a b"),
        ("a **b** c", "a b c"),
        ("```\na*b*c\n```", "a b c"),
    ],
)
def test_other_stars_divide_words(body: str, expected: str) -> None:
    assert words(body) == set(expected.split())


def cut(query: str, text: str) -> Snippet:
    return snippet(parse(query), text, Analyzer("en"))


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("zebra", "A **zebra** is a *striped* animal.", "A [zebra] is a striped animal."),
        ("zebra", "See [link zebra](http://example.org/zebra).", "See link [zebra]."),
        ("zebra", "See [a link](http://example.org/zebra_(x)).", "See a link."),
        ("zebra", '![A zebra](z.png "zebra words") here', "A [zebra] here"),
        ("breaking", "**B**reaking news, un*believ*able", "[Breaking] news, unbelievable"),
        ("spam", "Use `spam` and ***eggs***, ~~ham~~.", "Use [spam] and eggs, ham."),
        ("three", "2 * three * 4", "2 * [three] * 4"),
        ("star", r"a \*star\* b", "a *[star]* b"),
        ("bold", '<b>bold</b> <span class="zz">x</span>', "[bold] x"),
        ("tea", "caf&eacute; &lt;b&gt; &amp; tea&nbsp;room", "café <b> & [tea] room"),
        ("amp", "Write `&amp;` or `<b>x</b>`.", "Write &[amp]; or <b>x</b>."),
    ],
)
def test_a_snippet_shows_no_markup(query: str, text: str, marked: str) -> None:
    assert cut(query, text).marked("[", "]") == marked


@given(st.text("ab[](*`~!\\ \n<>", max_size=60))
def test_marks_are_in_the_text_that_is_shown(text: str) -> None:
    result = cut("a OR b*", text)
    assert all(0 <= start < end <= len(result.text) for start, end in result.marks)
