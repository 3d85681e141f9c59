"""Authors that a page shows: each is read, or stays in the text."""

from __future__ import annotations

import pytest

from docarchive.article import Article
from docarchive.readers.web.html import read_page
from docarchive.readers.web.names import author_names

TEXT = (
    "<p>The first paragraph has enough words to be read as an article, and then some more words for good measure, with "
    "commas.</p><p>The second paragraph also has enough words, so that nobody can say that this page was too short.</p>"
)


def page(byline: str) -> Article:
    return read_page(
        f"<html><head><title>Ice</title></head><body><article><h1>Ice</h1>{byline}{TEXT * 3}</article></body>"
    )


TWO = ["Ann Lee", "Jo Roe"]


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ('<div class="authors"><span class="author">Ann Lee</span><span class="author">Jo Roe</span></div>', TWO),
        ('<ul class="authors"><li>Ann Lee</li><li>Jo Roe</li></ul>', TWO),
        ('<ul><li><a rel="author" href="/a">Ann Lee</a></li><li><a rel="author" href="/b">Jo Roe</a></li></ul>', TWO),
        (
            '<div class="byline"><div class="author-name">Ann Lee</div><div class="author-title">Senior Editor</div>'
            '<div class="author-name">Jo Roe</div></div>',
            TWO,
        ),
        ('<p><span itemprop="author">Ann Lee</span> <span itemprop="author">Jo Roe</span></p>', TWO),
        (
            '<div class="m"><a class="author" href="/a">Ann Lee</a>, <a class="author" href="/b">Jo Roe</a> on 5 May</div>',
            TWO,
        ),
        (
            '<div class="post-meta">March 5, 2024 by <a href="/author/ann">Ann Lee</a> in <a href="/c">Travel</a></div>',
            TWO[:1],
        ),
        (
            '<div class="byline">By <a href="/author/ann">Ann Lee</a> <a href="/c/x">Travel</a> March 5, 2024</div>',
            TWO[:1],
        ),
        ('<p class="byline">Von Ann Lee und Jo Roe, Berlin</p>', TWO),
        ('<p class="byline">Von Ann Lee, Berlin</p>', TWO[:1]),
        ('<p class="byline">Ann Lee @annlee · Mar 5, 2024 · 3 min read</p>', TWO[:1]),
    ],
)
def test_names_next_to_one_another_and_what_follows_them(byline: str, authors: list[str]) -> None:
    assert page(byline).authors == authors


@pytest.mark.parametrize(
    "byline",
    [
        '<p class="byline">Ann Lee talks to Mara Quill</p>',
        '<div class="byline"><span class="author">Ann Lee</span><p>Illustrations: Jo Roe</p></div>',
        '<div class="byline"><p class="author">By Ann Lee</p><p class="editor">Mara Quill</p></div>',
        *(
            '<p class="byline">By Ann Lee, Jo Roe</p>',
            '<p class="authors">Ann Lee (text), Jo Roe (pictures), 3 more</p>',
        ),
    ],
)
def test_a_name_is_an_author_or_in_the_text(byline: str) -> None:
    found = page(byline)
    for name in ("Ann Lee", "Jo Roe", "Mara Quill"):
        assert (name in byline) is (name in found.authors or name in found.body), name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ann Lee, Harbour Correspondent, Oslo", ["Ann Lee"]),
        ("Ann Lee | The Daily Boat", ["Ann Lee"]),
        ("Ann Lee on March 5, 2024", ["Ann Lee"]),
        ("Lee, Ann", ["Lee, Ann"]),
        ("Garcia Marquez, Gabriel", ["Garcia Marquez, Gabriel"]),
    ],
)
def test_what_follows_names_is_no_name(text: str, names: list[str]) -> None:
    assert author_names(text) == names
