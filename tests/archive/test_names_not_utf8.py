"""Names of files, ids and queries with bytes that are not UTF-8: Python has lone surrogates in their place."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from docarchive import Archive, ArchiveError, NotFoundError
from docarchive.catalog import completion_values
from docarchive.writers import writers

BAD = "a\udced\udca0\udc80"
ARTICLE = b"---\ntitle: By hand\n---\n\nA gull.\n"


def write(path: Path) -> None:
    """Writes an article to a path, unless the file system refuses such names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.write_bytes(ARTICLE)
    except OSError:
        pytest.skip("names of files are UTF-8 here")


def write_input(folder: Path) -> Path:
    """Writes a text to import; returns its path."""
    path = folder / "gull.txt"
    path.write_text("A gull\n\nIt was seen on the pier.\n")
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "news") as archive:
        archive.import_([write_input(tmp_path)])
        yield archive


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda archive: BAD in archive, False),
        (lambda archive: archive.has_changed_files([BAD]), False),
        (lambda archive: [*archive.list(f"tag:{BAD}")], []),
        (lambda archive: archive.count(f"id:{BAD}"), 0),
    ],
)
def test_nothing_in_an_archive_has_such_a_name(archive: Archive, ask: Callable[[Archive], Any], answer: object) -> None:
    assert ask(archive) == answer


def test_no_article_has_such_an_id(archive: Archive) -> None:
    for ask in (archive.get, archive.text, archive.similar, archive.original, archive.__getitem__):
        with pytest.raises(NotFoundError):
            ask(BAD)


@pytest.mark.parametrize("folder", ["articles", "articles/2024/03", "originals/ab", "versions/x", "quarantine"])
def test_files_of_such_names_are_named_and_backed_up(archive: Archive, tmp_path: Path, folder: str) -> None:
    write(archive.path / folder / f"{BAD}.md")
    faults = archive.verify().faults
    assert [fault.path.startswith(folder) for fault in faults] == [True]
    assert archive.verify(repair=True).faults == archive.verify().faults == faults
    archive.sync()
    archive.backup(tmp_path / "backups")
    Archive.restore(tmp_path / "backups", tmp_path / "restored")
    with Archive.open(tmp_path / "restored") as restored:
        assert restored.count("gull") == 1


@pytest.mark.parametrize("format", sorted({*writers()} - {"template", "proof"}))
def test_an_export_has_text_that_can_be_written(archive: Archive, tmp_path: Path, format: str) -> None:
    report = archive.export("gull", to=tmp_path / "out", format=format, title=BAD, url=f"https://example.org/{BAD}")
    assert report.articles == 1


def test_a_shell_completes_nothing_that_begins_so(archive: Archive) -> None:
    assert completion_values.values(archive.path, "id", BAD) == completion_values.names(archive.path, BAD) == []


def test_an_archive_may_have_such_a_name(tmp_path: Path) -> None:
    write(tmp_path / BAD)
    os.unlink(tmp_path / BAD)
    with Archive.create(tmp_path / BAD) as archive:
        assert archive.import_([write_input(tmp_path)]).new == 1
        archive.save_search("gulls", f"gull OR {BAD}")
        assert archive.count("@gulls") == 1
    with Archive.open(tmp_path / BAD) as archive:
        assert archive.settings.name == "a\ufffd\ufffd\ufffd"
        assert archive.settings.searches["gulls"] == "gull OR a\ufffd\ufffd\ufffd"
        assert archive.count("@gulls") == 1
        assert archive.verify().faults == []


def test_tantivy_says_that_it_cannot_be_used_there(tmp_path: Path) -> None:
    pytest.importorskip("tantivy")
    write(tmp_path / BAD)
    os.unlink(tmp_path / BAD)
    with Archive.create(tmp_path / BAD) as archive:
        archive.import_([write_input(tmp_path)])
        with pytest.raises(ArchiveError, match="is not UTF-8; rename that folder, or"):
            archive.use_engine("tantivy")
        assert archive.settings.engine == "whoosh"
        assert archive.count("gull") == 1
