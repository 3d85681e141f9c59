"""Footnotes in HTML that is made of Markdown: ``[^1]``."""

from pathlib import Path

import pytest
from support import Page

from docarchive import Archive
from docarchive.article import Article
from docarchive.writers.markup import html_of
from docarchive.writers.pages.body import html_text, text_tree

TEXT = """Tides are strong.[^1] Ships wait.[^pilots] Tides again.[^1]

- An item[^long]

[^pilots]: See [the pilots](https://pilots.example/).
[^1]: The *first* note.
[^long]: First paragraph.

    Second paragraph of the note.
"""


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One[^a].\n\n[^a]: A note.", "<p>One<sup>[1]</sup>.</p>\n<hr>\n<ol>\n<li><p>A note.</p>\n</li>\n</ol>\n"),
        ("A mark [^b] without a note.", "<p>A mark [^b] without a note.</p>\n"),
        ("[^a]: A note without a mark.", "<hr>\n<ol>\n<li><p>A note without a mark.</p>\n</li>\n</ol>\n"),
        (
            "`x[^a]` and \\[^a]\n\n[^a]: N.",
            "<p><code>x[^a]</code> and [^a]</p>\n<hr>\n<ol>\n<li><p>N.</p>\n</li>\n</ol>\n",
        ),
        ("\\[^a]: No note.", "<p>[^a]: No note.</p>\n"),
        ("    [^a]: Code.\n", "<pre><code>[^a]: Code.\n</code></pre>\n"),
        (
            "[A[^A]](https://a.example)\n\n[^a]: N.",
            '<p><a href="https://a.example" rel="noopener noreferrer nofollow">A<sup>[1]</sup></a></p>\n'
            "<hr>\n<ol>\n<li><p>N.</p>\n</li>\n</ol>\n",
        ),
        (
            "> Quoted[^a]\n>\n> [^a]: N.",
            "<blockquote>\n<p>Quoted<sup>[1]</sup></p>\n</blockquote>\n<hr>\n<ol>\n<li><p>N.</p>\n</li>\n</ol>\n",
        ),
    ],
)
def test_a_footnote_is_a_raised_number_and_an_item_at_the_end(text: str, html: str) -> None:
    assert html_of(text) == html


def test_notes_are_in_the_order_of_their_first_marks() -> None:
    html = html_of("b[^b] a[^a] b[^b]\n\n[^c]: no mark\n[^a]: of a\n[^b]: of b\n[^b]: twice\n")
    assert "b<sup>[1]</sup> a<sup>[2]</sup> b<sup>[1]</sup>" in html
    assert html.index("of b") < html.index("of a") < html.index("no mark")
    assert "twice" in html


def test_marks_and_notes_of_a_page_are_linked() -> None:
    page = Page(html_text(text_tree(Article(id="abc", body=TEXT))))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    targets = [attributes["href"] for tag, attributes in page.elements if tag == "a" and "role" in attributes]
    assert len(ids) == len(set(ids)) == 6
    assert {target.removeprefix("#") for target in targets} == set(ids)
    assert all(id_.startswith("note-abc-") for id_ in ids)


def test_a_text_cannot_choose_ids() -> None:
    html = html_text(
        text_tree(Article(id="abc", body='<sup data-note="x y">a</sup> <li data-note="7" id="main">b</li>'))
    )
    assert "x y" not in html
    assert 'id="main"' not in html


@pytest.mark.parametrize("format_", ["html", "epub"])
def test_footnotes_come_back_from_exported_pages(tmp_path: Path, format_: str) -> None:
    source = tmp_path / "tides.md"
    source.write_text("# Tides\n\n" + TEXT)
    exported = tmp_path / f"tides.{format_}"
    with Archive.create(tmp_path / "one") as archive:
        archive.import_(source)
        archive.export("", format=format_, to=exported)
    with Archive.create(tmp_path / "other") as archive:
        archive.import_(exported, split=format_ == "epub")
        (hit,) = archive.list()
        article = archive.get(hit.id)
    assert article.body.startswith("Tides are strong.[^1] Ships wait.[^2] Tides again.[^1]\n\n- An item[^3]\n\n")
    assert article.body.endswith("[^3]: First paragraph.\n\n    Second paragraph of the note.")
