"""AsciiDoc: the document header, and the text as it stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import DocarchiveError, ReaderError
from docarchive.readers.asciidoc import read_asciidoc

TEXT = """\
// a comment
= The Pier
Ada Meyer <ada@example.org>; Bo Larsen
v1.2, 2024-03-16: second draft
:description: In short.
:keywords: wood, sea
:toc:

It stands _again_.

== What now

Nobody knows.
"""


def test_the_header() -> None:
    article = read_asciidoc(TEXT)
    assert (article.title, str(article.date)) == ("The Pier", "2024-03-16")
    assert (article.authors, article.tags) == (["Ada Meyer", "Bo Larsen"], ["wood", "sea"])
    assert (article.summary, article.extra) == ("In short.", {"revision": "1.2"})
    assert article.body == "It stands _again_.\n\n== What now\n\nNobody knows."


def test_front_matter_comes_first() -> None:
    article = read_asciidoc("---\ntitle: Own\ndate: 2020-01-02\n---\n= The Pier\n:revdate: 2024-03-16\n\nText.\n")
    assert (article.title, str(article.date), article.body) == ("Own", "2020-01-02", "Text.")


def test_a_first_paragraph_is_no_author() -> None:
    article = read_asciidoc("= The Pier\n\nAda Meyer\n")
    assert (article.authors, article.body) == ([], "Ada Meyer")
    article = read_asciidoc("= The Pier\nIt stands again, and it is made of wood this time.\n")
    assert article.authors == []


def test_nothing_is_refused() -> None:
    with pytest.raises(ReaderError, match="no text"):
        read_asciidoc("\n\n")


@given(st.text(alphabet="ab:=;<>\n ", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_asciidoc(text)
    except DocarchiveError:
        assert "a" not in text or not text.strip()
