"""Marks of notes: raised, and no part of the word before them."""

from __future__ import annotations

import pytest

from docarchive import Article
from docarchive.markdown import shown, without_markup
from docarchive.readers.html.to_markdown import to_line, to_markdown
from docarchive.readers.web.html import read_page

MARKS = {
    "epub": '<a epub:type="noteref" href="#n1">1</a>',
    "epub, one of several types": '<a epub:type="noteref backlink" href="n.xhtml#n1">*</a>',
    "aria": '<a role="doc-noteref" href="#n1">1</a>',
    "aria, in brackets": '<a role="doc-noteref" href="#n1">[1]</a>',
    "a word": '<a role="doc-noteref" href="#n1">note 1</a>',
    "class": '<a class="footnote-ref" href="#fn1">1</a>',
    "class of several": '<a class="x noteref" href="#fn1">†</a>',
    "raised": '<sup><a href="#n1">1</a></sup>',
    "raised inside": '<a href="#n1"><sup>1</sup></a>',
    "raised and named": '<sup><a role="doc-noteref" href="#n1">12</a></sup>',
}


@pytest.mark.parametrize("mark", MARKS.values(), ids=[*MARKS])
@pytest.mark.parametrize("alone", [True, False])
def test_marks_of_notes_are_no_part_of_a_word(mark: str, alone: bool) -> None:
    html = f"The voyage began{mark} in spring."
    body = to_markdown(html, alone=alone)
    assert body.startswith("The voyage began<sup>")
    assert body.endswith("</sup> in spring.")
    assert ("#" in body) is not alone
    assert Article.from_metadata({}, body).title == "The voyage began in spring"
    assert to_line(html) == "The voyage began in spring."
    assert shown(without_markup(body)) == "The voyage began in spring."


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("10<sup>6</sup> and m<sup>2</sup>", "10<sup>6</sup> and m<sup>2</sup>"),
        ('Part<a href="#p1">1</a>', "Part[1](#p1)"),
        ('<a class="footnote" href="#p1">all of the notes</a>', "[all of the notes](#p1)"),
        ('5<sup><a href="/th">th</a></sup>', "5<sup>[th](/th)</sup>"),
    ],
)
def test_what_is_no_mark_of_a_note_stays(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown


@pytest.mark.parametrize("mark", [MARKS["epub"], MARKS["aria"], MARKS["class"], MARKS["raised"]])
def test_marks_in_pages(mark: str) -> None:
    words = "It has enough words to be read as an article, does it not, and some more. " * 4
    page = f"<html><body><article><h1>Ice</h1><p>The voyage began{mark} in spring. {words}</p></article></body></html>"
    body = read_page(page).body
    assert "began<sup>[1](#" in body
