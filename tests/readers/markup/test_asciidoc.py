"""AsciiDoc: the document header, and the text as it stands."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import DocarchiveError, ReaderError
from docarchive.readers import Record, Source, readers
from docarchive.readers.markup.asciidoc import read_asciidoc

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


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("Pier\n====\nAda Meyer\n", {"title": "Pier", "authors": ["Ada Meyer"]}),
        ("////\nnot shown\n////\n= Pier\n", {"title": "Pier", "comments": ["not shown"]}),
        ("= Pier\n:page-date: 2024-03-16\n:page-tags: [a, 'b c']\n", {"date": "2024-03-16", "tags": ["a", "b c"]}),
        ("= Pier\nAda Meyer\n2024-03-16\n:jbake-tags: a, b\n:jbake-status: draft\n",
         {"date": "2024-03-16", "tags": ["a", "b"], "draft": True}),
    ],
)  # fmt: skip
def test_what_may_stand_at_the_head(head: str, expected: dict[str, Any]) -> None:
    article = read_asciidoc(f"{head}\nThe pier stands.\n")
    found = {**article.metadata(), **article.extra}
    assert {key: str(found[key]) if key == "date" else found.get(key) for key in expected} == expected
    assert article.body == "The pier stands."


def test_the_header() -> None:
    article = read_asciidoc(TEXT)
    assert (article.title, str(article.date)) == ("The Pier", "2024-03-16")
    assert (article.authors, article.tags) == (["Ada Meyer", "Bo Larsen"], ["wood", "sea"])
    assert article.summary == "In short."
    assert article.extra == {
        "comments": ["a comment"],
        "emails": ["ada@example.org"],
        "revision": "1.2",
        "remark": "second draft",
        "toc": True,
    }
    assert article.body == "It stands _again_.\n\n== What now\n\nNobody knows."


def test_front_matter_comes_first() -> None:
    article = read_asciidoc("---\ntitle: Own\ndate: 2020-01-02\n---\n= The Pier\n:revdate: 2024-03-16\n\nText.\n")
    assert (article.title, str(article.date), article.body) == ("Own", "2020-01-02", "Text.")
    assert article.extra == {"title_as_written": "The Pier", "date_as_written": "2024-03-16"}


def test_other_keys_of_front_matter_leave_those_of_the_header() -> None:
    article = read_asciidoc("---\nlayout: post\n---\n= The Pier\n:project-key: sea\n\nText.\n")
    assert article.extra == {"layout": "post", "project-key": "sea"}


def test_attributes_that_go_on_come_twice_or_are_switches() -> None:
    article = read_asciidoc("= A\n:description: One \\\n  and more.\n:x: 1\n:x: 2\n:id: 7\n:!toc:\n\nText.\n")
    assert (article.summary, article.body) == ("One and more.", "Text.")
    assert (article.id, article.extra) == ("7", {"x": "1", "x_as_written": "2", "toc": False})


def test_what_pgp_writes_is_refused() -> None:
    data = b"-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"
    record = next(iter(readers()["asciidoc"].records(Source("a.asc", len(data), lambda: io.BytesIO(data)))))
    assert isinstance(record, Record)
    with pytest.raises(ReaderError, match="of PGP"):
        record.load()


@given(
    st.lists(
        st.sampled_from(["= {}", ":x: {}", ":date: {}", ":title: {}", "// {}", "{}", "", "Ada B <{}>", "v1, 2024: {}"])
    )
)
def test_no_word_is_lost(lines: list[str]) -> None:
    words = [f"w{number}w" for number in range(len(lines))]
    text = "\n".join(line.format(word) for line, word in zip(lines, words, strict=True))
    with suppress(DocarchiveError):
        kept = str(read_asciidoc(text).to_dict())
        assert [word for word in words if word in text and word not in kept] == []


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
