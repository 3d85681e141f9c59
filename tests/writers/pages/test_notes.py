"""Notes and marked passages on pages: in the text and below it, escaped; an import reads the text as it was."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from docarchive import Archive, Article, Highlight, Note

EVIL = '</p><script>alert("x")</script> & more'
BODY = "The **old** pier, at *six*.\n\nThe piers [ended](https://example.org/end)."


@pytest.fixture
def annotated(root: Path) -> Iterator[Archive]:
    with Archive.create(root) as archive:
        article = Article(
            title="Pier",
            date=None,
            url="https://example.org/pier",
            body=BODY,
            highlights=[
                Highlight("old pier", EVIL),
                Highlight("pier", prefix="six. The"),
                Highlight(f"gone {EVIL}"),
                Highlight("", extra={"page": 7}),
            ],
            notes=[Note(EVIL), Note("", extra={"mood": "good"})],
        )
        archive.add(article)
        archive.add("# Other\n\nThe other pier.")
        yield archive


def pages(archive: Archive, format: str, folder: Path) -> str:
    """Returns all pages of an export as one text."""
    if format == "html-stream":
        out = io.BytesIO()
        archive.export(to=out, format="html")
        return out.getvalue().decode()
    target = folder / f"out.{format}" if format == "epub" else folder / format
    archive.export(to=target, format=format)
    if format == "epub":
        with zipfile.ZipFile(target) as book:
            return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xhtml"))
    return "".join(path.read_text("utf-8") for path in sorted(target.rglob("*.html")))


@pytest.mark.parametrize("format", ["html", "html-stream", "site", "epub"])
def test_passages_are_marked_and_notes_are_below_the_text(annotated: Archive, format: str, tmp_path: Path) -> None:
    text = pages(annotated, format, tmp_path)
    assert ">old</mark></strong> <mark title=" in text
    assert "The <mark>pier</mark>s <a" in text
    assert "<script>alert" not in text.replace('title="</p><script>alert', "")
    assert text.count('<section class="notes"') == 1
    below = text.partition('<section class="notes"')[2].partition("</section>")[0]
    assert below.count("<blockquote") == 2  # one with a note, and one that the text does not have
    assert below.count("&lt;script&gt;") == 3
    assert below.count("<p ") == 2


def test_the_index_of_a_site_has_whole_words(annotated: Archive, tmp_path: Path) -> None:
    annotated.export(to=tmp_path / "site", format="site")
    index = "".join(path.read_text("utf-8") for path in (tmp_path / "site").rglob("*.js"))
    assert "piers" in index


def test_an_import_of_a_page_reads_the_text_without_marks(annotated: Archive, tmp_path: Path) -> None:
    annotated.export("old", to=tmp_path / "html", format="html")
    with Archive.create(tmp_path / "other") as other:
        other.import_(tmp_path / "html")
        (row,) = other.list()
        assert other.get(row.id).body == BODY
