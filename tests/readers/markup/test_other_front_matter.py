"""Front matter of Hexo, JBake, Nikola and Logseq, and such as is not closed."""

from typing import Any

import pytest
from support import affordable

from docarchive.readers.markup.markdown import read_markdown
from docarchive.readers.markup.other_front_matter import read_other_front_matter

BODY = "The pier stands again.\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("title: Pier: two\ndate: 2013/7/13 20:46:25\ntags:\n- a\n- b\n---\n",
                     {"title": "Pier: two", "date": "2013-07-13T20:46:25", "tags": ["a", "b"]}, id="Hexo"),
        pytest.param('"title": "Pier",\n"date": "2013/7/13"\n;;;\n', {"title": "Pier", "date": "2013-07-13"}, id="Hexo, JSON"),
        pytest.param("---\ntitle: Pier\ndate: 2024-03-16\n\n", {"title": "Pier", "date": "2024-03-16"}, id="not closed"),
        pytest.param("title=Pier\ndate=2024-03-16\ntags=a, b\nstatus=draft\n~~~~~~\n",
                     {"title": "Pier", "date": "2024-03-16", "tags": ["a", "b"], "draft": True}, id="JBake"),
        pytest.param("<!--\n.. title: Pier\n.. date: 2024-03-16 10:20:00 UTC+01:00\n.. tags: a,b\n.. link:\n-->\n\n",
                     {"title": "Pier", "date": "2024-03-16T10:20:00+01:00", "tags": ["a", "b"]}, id="Nikola"),
        pytest.param(".. title: Pier\n.. slug: pier\n\n", {"title": "Pier", "slug": "pier"}, id="Nikola, bare"),
        pytest.param("title:: Pier\ntags:: sea, [[wood]]\nalias:: old pier\n\n",
                     {"title": "Pier", "tags": ["sea", "wood"], "alias": ["old pier"]}, id="Logseq"),
    ],
)  # fmt: skip
def test_what_it_says(text: str, expected: dict[str, Any]) -> None:
    article = read_markdown(text + BODY, "pier.md")
    found = {**article.metadata(), **article.extra}
    assert {key: str(found[key]) if key == "date" else found.get(key) for key in expected} == expected
    assert article.body == BODY.strip()


@pytest.mark.parametrize(
    "text",
    [
        "Note: the pier\n---\n\nText.\n",
        "The title: none\n\n---\n\nText.\n",
        "a=b\nc=d\n~~~\ncode\n~~~\n",
        ".. note: this\n\nText.\n",
        "---\n\nTwo rules.\n\n---\n",
        "std::vector is a class.\n",
        "- a list\n- of things\n---\n",
    ],
)
def test_texts_are_left_alone(text: str) -> None:
    assert read_other_front_matter(text) is None
    assert read_markdown(text, "a.md").body == text.strip("\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("line", ["a: b", "  a", "- a", "# a", '"a": 1', "a=b", ".. a: b", "a:: b", "a: \t", " \t a"])
def test_many_lines_take_no_time(line: str, end: str) -> None:
    for head in ("", "---" + end, "<!--" + end):
        with affordable():
            read_other_front_matter(head + (line + end) * 20_000 + "The end." + end)
