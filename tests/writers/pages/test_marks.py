"""Passages are found as a page shows the text, and marking them changes nothing else."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive import Article, Highlight
from docarchive.writers.pages.body import html_text, text_tree
from docarchive.writers.pages.marks import PageText, marked

TEXT = """The **old** pier, they said:
“no”. The old pier — again.

| a | b |
|---|---|
| 1 | the *old* pier |

> Quoted `code`, [a link](https://example.org) &lt;b&gt;.

- one
- two
"""
PARTS = st.lists(
    st.sampled_from(["*a*", "b", "**c d**", "`e`", "\n\n", "\n", " ", "- f", "> g", "<b>h</b>"]), max_size=12
)


def page(body: str = TEXT) -> ET.Element:
    return text_tree(Article(body=body))


def html(*highlights: Highlight, body: str = TEXT) -> str:
    root = page(body)
    marked(root, highlights)
    return html_text(root)


@pytest.mark.parametrize(
    ("passage", "count"),
    [
        ("The old\n  pier", 2),
        ("the old pier", 1),
        ("THE OLD PIER", 3),
        ('said: "NO". The', 1),
        ("pier - again. a b 1 the", 1),
        ("code, a link <b>. one two", 1),
        ("old piers", 0),
        ("  ", 0),
    ],
)
def test_space_markup_and_kinds_of_quotes_make_no_difference(passage: str, count: int) -> None:
    assert len(PageText(page()).places(passage)) == count


def test_marks_go_across_markup_and_are_escaped() -> None:
    shown = html(Highlight('old pier, they said: "no"', 'A <script> "note"'), Highlight("link <b>. one"))
    assert '<strong><mark title="A <script&gt; &quot;note&quot;">old</mark></strong>' in shown
    assert ">a <mark>link</mark></a> <mark>&lt;b&gt;.</mark>" in shown
    assert "<li><mark>one</mark></li>" in shown


def test_context_tells_the_same_passages_apart() -> None:
    assert html(Highlight("old pier", prefix="no”. The", suffix="— again")).count("<mark>") == 1
    assert "The <mark>old pier</mark> — again" in html(Highlight("old pier", prefix="“no”. The", suffix="— again"))
    assert "the <em><mark>old</mark></em> <mark>pier</mark></td>" in html(Highlight("old pier", prefix="1 the"))


def test_what_is_listed_below_has_a_note_or_is_not_in_the_text() -> None:
    highlights = [Highlight("old pier"), Highlight("one", "Why?"), Highlight("gone"), Highlight("", extra={"page": 1})]
    assert marked(page(), highlights) == highlights[1:3]


def test_of_overlapping_passages_all_words_are_marked_once() -> None:
    shown = html(
        Highlight("one two three"), Highlight("two three four"), Highlight("two"), body="one two three four five"
    )
    assert shown == "<p><mark>one two three</mark> <mark>four</mark> five</p>"


@given(PARTS, st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=3))
def test_marking_changes_no_text_and_any_part_of_it_is_found(parts: list[str], places: list[tuple[int, int]]) -> None:
    body = "".join(parts)
    root = page(body)
    before, text = "".join(root.itertext()), PageText(root).text
    assert text.split() == PageText(page(body)).text.split()
    passages = [passage for start, length in places if (passage := text[start : start + length].strip())]
    assert all(
        text[at : at + len(passage)] == passage for passage in passages for at in PageText(root).places(passage)[:1]
    )
    assert marked(root, [Highlight(passage) for passage in passages]) == []
    assert "".join(root.itertext()) == before
    words = "".join("".join(mark.itertext()) for mark in root.iter("mark"))
    assert bool(passages) == bool(words)
