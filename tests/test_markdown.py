"""Escapes: text is shown by Markdown as it is, and nothing is escaped that needs no escape."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from readers.html.trees import TEXTS, text_seen

from docarchive.markdown import LINK, Markup, delimiter, escape, escaped, escaped_line, escaped_part, shown
from docarchive.writers.markup import html_of

ONE_LINE = TEXTS.map(lambda text: " ".join(text.split()))


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("1986. A great year.", "1986\\. A great year."),
        ("1) one", "1\\) one"),
        ("# x", "\\# x"),
        ("- x", "\\- x"),
        ("+ x", "\\+ x"),
        ("* x", "\\* x"),
        ("> x", "\\> x"),
        ("---", "\\---"),
        ("* * *", "\\* * *"),
        ("===", "\\==="),
        ("```", "\\`\\`\\`"),
        ("~~~", "\\~\\~\\~"),
        ("List<String>", "List\\<String>"),
        ("<b>", "\\<b>"),
        ("&copy; &amp; &#65;", "\\&copy; \\&amp; \\&#65;"),
        ("*a* and __init__", "\\*a\\* and \\_\\_init\\_\\_"),
        ("`a`", "\\`a\\`"),
        ("[a](b)", "[a\\](b)"),
        ("[a]: b", "\\[a]: b"),
        ("\\* \\\\a", "\\\\* \\\\\\a"),
        ("--- | ---", "\\--- | ---"),
    ],
)
def test_what_would_be_markup_is_escaped(text: str, markdown: str) -> None:
    assert escape(text) == markdown
    assert text_seen(html_of(markdown)) == text
    assert shown(markdown) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "AT&T and R&D; 2 * 3 * 4 = 24",
            "snake_case, x_1 and a_b_c",
            "price* was high",
            "f(a*b)",
            "C# and C++",
            "#tag",
        ),
        *("2 < 3 and a <b", "a > b", "-5 degrees", "1986 was a year", "3.5", "v1.2.", "C:\\Users\\ann", "[1] [x] (y)"),
        *(
            "~5 minutes",
            "rock 'n' roll",
            "the `n",
            "what?! yes!",
            "a | b",
            "100 % (of it)",
            "— dash",
            "_ and _",
            "10:30",
        ),
    ],
)
def test_ordinary_prose_stays_clean(text: str) -> None:
    assert escape(text) == text
    assert text_seen(html_of(text)) == text


@given(TEXTS)
@example("[^1]: x")
@example("a\n===")
@example("a\n- b")
@example("x | y\n--- | ---")
def test_markdown_of_any_text_shows_the_text(text: str) -> None:
    lines = "\n".join(filter(None, (line.strip() for line in text.splitlines())))
    assert text_seen(html_of(escape(lines))) == " ".join(lines.split())
    assert shown(escape(lines)) == lines


@given(ONE_LINE, ONE_LINE, ONE_LINE)
def test_text_is_shown_in_links_and_headings_and_next_to_other_markup(first: str, inner: str, last: str) -> None:
    picture = Markup(f"![{escaped_part(inner)}](u)")
    assert text_seen(html_of(escaped(["x ", first, picture, last]))) == " ".join(f"x {first}{last}".split())
    link = escaped(["x ", first, Markup(f"[{escaped_part(inner)}](u)"), last])
    assert text_seen(html_of(link)) == " ".join(f"x {first}{inner}{last}".split())
    assert text_seen(html_of(f"- [{escaped_line(inner)}](<https://a.example/>)")) == inner
    assert text_seen(html_of(f"## {escaped([inner], inside=True)}")) == inner
    assert text_seen(html_of(f"x {escaped([first, LINK, inner, Markup('](u)'), last])}")) == " ".join(
        f"x {first}{inner}{last}".split()
    )


_AROUND = st.text('ab. "(*_~')


@given(_AROUND, st.text('ab."(*_~', min_size=1), _AROUND, st.sampled_from(["*", "**", "~~"]))
def test_emphasis_is_always_read(before: str, inner: str, after: str, mark: str) -> None:
    begin, end = delimiter(mark, opens=True), delimiter(mark, opens=False)
    html = html_of(escaped(["x", before, begin, inner, end, after, "x"]))
    assert text_seen(html) == " ".join(f"x{before}{inner}{after}x".split())
    assert {"*": "<em>", "**": "<strong>", "~~": "<del>" if "<del>" in html else "<s>"}[mark] in html


def test_elements_inside_words_are_shown_as_letters_and_code_stays() -> None:
    assert shown("10<sup>6</sup> H<sub>2</sub>O 1<sup>st</sup> <em>a</em>b") == "10⁶ H₂O 1st ab"
    assert shown("`C:\\_x` \\_y\n\n```\n\\*\n```\n\n\\* a\\\nb") == "`C:\\_x` _y\n\n```\n\\*\n```\n\n* a\nb"


def test_a_long_text_takes_no_time() -> None:
    for part in (
        "*",
        "_",
        "`",
        "~",
        "<",
        "[",
        "]",
        "&",
        "\\",
        "#",
        "-",
        "- ",
        "|",
        "|-",
        "**a",
        "a_",
        "[x]:",
        "\\`",
        "``` \n",
    ):
        text = part * (100_000 // len(part))
        assert shown(escape(text)).strip() == text.strip()  # the square of that takes minutes
