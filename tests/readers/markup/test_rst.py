"""reStructuredText: title, docinfo, meta, and the text as it stands."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import ReaderError
from docarchive.readers.markup.rst import read_rst

TEXT = """\
==========
 The Pier
==========

:Author: Ada Meyer; Bo Larsen
:Date: 2024-03-16
:Keywords: wood, sea
:Organization: Harbour
   Council

.. meta::
   :description: In short.

It stands *again*.

What now
--------

Nobody knows.
"""


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (".. _pier:\n\nPier\n====\n", {"title": "Pier"}),
        (".. a comment\n   goes on\n\n.. role:: x\n\nPier\n====\n\n:date: 2024-03-16\n", {"title": "Pier", "date": "2024-03-16"}),
        ("The ``pier`` of :ref:`Ulm <ulm>`\n================================\n", {"title": "The pier of Ulm"}),
        ("---\ntitle: Pier\ndate: 2024-03-16\n---\n", {"title": "Pier", "date": "2024-03-16"}),
        ("Pier\n====\n\n.. post:: Mar 16, 2024\n   :tags: a, b\n   :author: Ada Meyer\n   :nocomments:\n",
         {"title": "Pier", "date": "2024-03-16", "tags": ["a", "b"], "authors": ["Ada Meyer"], "nocomments": True}),
        (".. post:: 2024-03-16\n\nPier\n====\n", {"title": "Pier", "date": "2024-03-16"}),
        (".. title: Pier\n.. date: 2024-03-16 10:20:00 UTC+01:00\n.. status: draft\n",
         {"title": "Pier", "date": "2024-03-16T10:20:00+01:00", "draft": True}),
        ("Pier\n====\n\n:Authors: - Ada Meyer\n          - Bo Larsen\n:Date: $Date: 2024/03/16 $\n:status: draft\n",
         {"title": "Pier", "authors": ["Ada Meyer", "Bo Larsen"], "date": "2024-03-16", "draft": True}),
    ],
)  # fmt: skip
def test_what_may_stand_at_the_head(head: str, expected: dict[str, Any]) -> None:
    article = read_rst(f"{head}\nThe pier stands.\n")
    found = {**article.metadata(), **article.extra}
    assert {key: str(found[key]) if key == "date" else found.get(key) for key in expected} == expected
    assert article.body.endswith("The pier stands.")


def test_labels_and_comments_stay_in_the_text() -> None:
    assert read_rst(".. _pier:\n\n.. note to self\n\nPier\n====\n\nText.\n").body.split() == [
        "..", "_pier:", "..", "note", "to", "self", "Text.",
    ]  # fmt: skip


def test_the_folder_says_what_it_is() -> None:
    article = read_rst("Pier\n====\n\nText.\n", "pier.rst", "content/news")
    assert article.section == "news"


def test_title_and_fields() -> None:
    article = read_rst(TEXT)
    assert (article.title, str(article.date)) == ("The Pier", "2024-03-16")
    assert (article.authors, article.tags) == (["Ada Meyer", "Bo Larsen"], ["wood", "sea"])
    assert (article.organizations, article.summary) == (["Harbour Council"], "In short.")
    assert article.body == "It stands *again*.\n\nWhat now\n--------\n\nNobody knows."


def test_comments_of_nikola_and_a_title_with_one_line() -> None:
    article = read_rst(".. title: The Pier\n.. date: 2024-03-16\n.. tags: wood, sea\n\nText.\n")
    assert (article.title, str(article.date), article.tags) == ("The Pier", "2024-03-16", ["wood", "sea"])
    assert read_rst("Pier\n====\n\nText.\n").title == "Pier"


def test_what_is_no_title_stays() -> None:
    for text in ("A line.\nAnother.\n", ".. image:: a.png\n\nText.\n", "Text\n\n----\n\nMore.\n"):
        assert read_rst(text).body == text.rstrip("\n")


@pytest.mark.parametrize(
    ("text", "body"),
    [
        pytest.param(".. title: A\n\nOther\n=====\n\nText.\n", "Other\n=====\n\nText.", id="a title and a heading"),
        pytest.param(".. title: A\n.. title: B\n\nText.\n", ".. title: B\n\nText.", id="two titles"),
        pytest.param("A\n=\n\n:Date: 2024\n:Date: 2025\n\nText.\n", ":Date: 2025\n\nText.", id="two dates"),
        pytest.param("A\n=\n\n:Empty:\n:Date: 2024\n\nText.\n", ":Empty:\n\nText.", id="a field without a value"),
        pytest.param(
            ".. meta::\n   :description lang=en: One\n     and more.\n   :description lang=de: Zwei\n     und mehr.\n\nText.\n",
            ".. meta::\n   :description lang=de: Zwei\n     und mehr.\n\nText.",
            id="two summaries",
        ),
    ],
)
def test_what_has_no_place_stays_in_the_text(text: str, body: str) -> None:
    assert read_rst(text).body == body


def test_values_of_several_lines_and_several_authors() -> None:
    article = read_rst("A\n=\n\n:Author: Ada Meyer\n:Author: Bo Larsen\n:Date: 2024\n\nText.\n")
    assert (article.authors, str(article.date)) == (["Ada Meyer", "Bo Larsen"], "2024")
    assert read_rst(".. meta::\n   :description: One\n      and more.\n\nText.\n").summary == "One and more."


@given(
    st.lists(
        st.sampled_from([":Date: {}", ":x: {}", ".. title: {}", "{}", "====", "", ".. meta::", "   :y: {}", "   {}"])
    )
)
def test_no_word_is_lost(lines: list[str]) -> None:
    words = [f"w{number}w" for number in range(len(lines))]
    text = "\n".join(line.format(word) for line, word in zip(lines, words, strict=True))
    with suppress(ReaderError):
        kept = str(read_rst(text).to_dict())
        assert [word for word in words if word in text and word not in kept] == []


def test_the_date_of_the_name_serves() -> None:
    assert str(read_rst("Text.\n", "2024-03-16-pier.rst").date) == "2024-03-16"


def test_nothing_is_refused() -> None:
    with pytest.raises(ReaderError, match="no text"):
        read_rst("\n\n")


@given(st.text(alphabet="ab:=-.\n *_", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_rst(text)
    except ReaderError:
        assert not text.strip()
