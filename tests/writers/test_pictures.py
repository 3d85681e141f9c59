"""Pictures in exports: every format that can shows them, and no other file is needed or lost."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from picture_samples import ACTIVE_SVG, PICTURES

from docarchive import Archive
from docarchive.formats.folders import original_path

TEXT = "Below are pictures of the harbour, of its ships, and of the mill."
SOURCE = re.compile(r'<img[^>]*\bsrc="([^"]*)"[^>]*>')
LINK = re.compile(r"!\[[^\]]*\]\(([^)\s]*)\)")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive with an article that shows a picture of each kind."""
    folder = tmp_path / "in"
    folder.mkdir()
    for kind, data in PICTURES.items():
        (folder / f"a.{kind}").write_bytes(data)
    shown = "\n\n".join(f"![Of {kind}](a.{kind})" for kind in PICTURES)
    (folder / "post.md").write_text(f"---\ntitle: Pictures\ndate: 2024-03-05\n---\n\n{TEXT}\n\n{shown}\n")
    (folder / "undated.md").write_text(f"---\ntitle: Another\n---\n\nAnother. {TEXT}\n\n![Of png](a.png)\n")
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(folder)
        assert (report.new, report.pictures) == (2, len(PICTURES))
        yield archive


def shown_files(page: Path, pattern: re.Pattern[str], root: Path) -> list[bytes]:
    """Returns the pictures that a page or a Markdown file shows, from the files that it links to."""
    addresses = pattern.findall(page.read_text("utf-8"))
    files = [root / address.lstrip("/") if address[0] == "/" else page.parent / address for address in addresses]
    assert all(file.resolve().is_relative_to(root.resolve()) for file in files)
    return [file.read_bytes() for file in files]


@pytest.mark.parametrize("layout", ["plain", "hugo", "jekyll", "obsidian"])
def test_markdown_has_its_pictures_next_to_it(archive: Archive, tmp_path: Path, layout: str) -> None:
    out = tmp_path / "out"
    archive.export(to=out, format="md", layout=layout)
    shown = [shown_files(file, LINK, out) for file in out.rglob("*.md")]
    assert sorted(map(len, shown)) == [1, len(PICTURES)]
    assert {data for files in shown for data in files} == {*PICTURES.values()}


def test_text_has_the_descriptions_of_pictures(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "all.txt"
    archive.export(to=out, format="txt")
    text = out.read_text("utf-8")
    assert "\n\n".join(f"Of {kind}" for kind in PICTURES) in text
    assert "](" not in text


@pytest.mark.parametrize("layout", ["plain", "hugo", "jekyll", "obsidian"])
def test_markdown_comes_back_with_its_pictures(archive: Archive, tmp_path: Path, layout: str) -> None:
    out = tmp_path / "out"
    archive.export(to=out, format="md", layout=layout)
    report = archive.import_(out)
    assert (report.new, report.updated, report.unchanged, report.refused) == (0, 0, 2, [])
    with Archive.create(tmp_path / "other") as other:
        report = other.import_(out)
        assert (report.new, report.pictures) == (2, len(PICTURES))
        for id_ in report.ids:
            assert other.get(id_).body == archive.get(id_).body


def test_a_site_has_each_picture_once(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "out"
    archive.export(to=out, format="site")
    shown = [shown_files(page, SOURCE, out) for page in (out / "articles").rglob("*.html")]
    assert sorted(map(len, shown)) == [1, len(PICTURES)]
    assert len([path for path in (out / "pictures").rglob("*") if path.is_file()]) == len(PICTURES)


@pytest.mark.parametrize("many", [False, True])
def test_a_page_has_its_pictures_in_it(archive: Archive, tmp_path: Path, many: bool) -> None:
    out = tmp_path / ("out.html" if many else "out")
    archive.export(to=out, format="html")
    pages = [out] if many else [*out.rglob("*.html")]
    addresses = [address for page in pages for address in SOURCE.findall(page.read_text("utf-8"))]
    assert len(addresses) == len(PICTURES) + 1
    assert {b64decode(address.partition(";base64,")[2]) for address in addresses} == {*PICTURES.values()}


def test_the_page_of_an_article_comes_back_with_its_pictures(archive: Archive, tmp_path: Path) -> None:
    for format in ("html", "site"):
        archive.export(to=tmp_path / format, format=format)
        with Archive.create(tmp_path / f"archive of {format}") as other:
            assert other.import_(tmp_path / format).pictures == len(PICTURES)


def test_a_book_has_the_pictures_that_every_reader_shows(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "out.epub"
    archive.export(to=out, format="epub")
    with ZipFile(out) as book:
        names = {name for name in book.namelist() if name.startswith("EPUB/pictures/")}
        assert {book.read(name) for name in names} == {data for kind, data in PICTURES.items() if kind != "avif"}
        package = book.read("EPUB/book.opf").decode()
        listed = re.findall(r'href="(pictures/[^"]*)" media-type="([^"]*)"', package)
        assert {f"EPUB/{path}" for path, _ in listed} == names
        chapters = "".join(book.read(name).decode() for name in book.namelist() if "/articles/" in name)
        assert {f"EPUB/{path.removeprefix('../')}" for path in SOURCE.findall(chapters)} == names
        assert "Of avif" in chapters
    with Archive.create(tmp_path / "other") as other:
        assert other.import_(out).pictures == len(names)


@pytest.mark.parametrize("format", ["atom", "rss", "json-feed", "ninjs"])
def test_formats_without_pictures_have_their_descriptions(archive: Archive, tmp_path: Path, format: str) -> None:
    out = tmp_path / "out"
    archive.export(to=out, format=format, url="https://example.org")
    texts = [file.read_text("utf-8") for file in (out.rglob("*") if out.is_dir() else [out]) if file.is_file()]
    assert all("Of png" in text for text in texts)
    assert not any("<img" in text.replace("&lt;", "<") for text in texts)


@pytest.mark.parametrize("format", ["site", "html", "epub"])
@pytest.mark.parametrize("data", [ACTIVE_SVG[0], b"<html><script>alert(1)</script></html>", None])
def test_an_archive_of_a_stranger_shows_no_programs(tmp_path: Path, format: str, data: bytes | None) -> None:
    path = original_path(f"{sha256(data or b'').hexdigest()}.svg")
    with Archive.create(tmp_path / "archive") as archive:
        file = archive.path / "articles" / "a.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"---\ntitle: A\n---\n\n{TEXT}\n\n![A plan](../{path})\n")
        if data is not None:
            (archive.path / path).parent.mkdir(parents=True)
            (archive.path / path).write_bytes(data)
        archive.sync()
        out = tmp_path / ("out.epub" if format == "epub" else "out")
        archive.export(to=out, format=format)
        files = out.rglob("*") if out.is_dir() else [out]
        written = [file.read_bytes() for file in files if file.is_file()]
        assert data is None or not any(data in each for each in written)
        if out.is_dir():
            assert any(b"A plan" in each and b"<img" not in each for each in written)
