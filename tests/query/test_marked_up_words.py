"""Words with markup inside are words; snippets show text without markup, and mark only what is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive import Article, Snippet
from docarchive.analysis import Analyzer
from docarchive.query import AnalyzedArticle, parse
from docarchive.query.snippet import snippet

_LETTERS = st.text("abcdefgh", min_size=1, max_size=5)
_MARKS = st.sampled_from(
    [("*", "*"), ("**", "**"), ("***", "***"), ("<em>", "</em>"), ("<strong>", "</strong>"), ("<del>", "</del>")]
)


def words(body: str) -> set[str]:
    return AnalyzedArticle(Article(id="a", title="", body=body)).words("body")


@given(_LETTERS, _LETTERS, _LETTERS, _MARKS, st.integers(0, 2))
def test_a_word_with_emphasis_inside_is_a_word(one: str, two: str, three: str, marks: tuple[str, str], at: int) -> None:
    parts = [one, two, three]
    whole = "".join(parts)
    parts[at] = marks[0] + parts[at] + marks[1]
    assert words(f"x {''.join(parts)} y") == {"x", whole, "y"}


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
    ],
)
def test_a_snippet_shows_no_markup(query: str, text: str, marked: str) -> None:
    assert cut(query, text).marked("[", "]") == marked


@given(st.text("ab[](*`~!\\ \n<>", max_size=60))
def test_marks_are_in_the_text_that_is_shown(text: str) -> None:
    result = cut("a OR b*", text)
    assert all(0 <= start < end <= len(result.text) for start, end in result.marks)
