"""Bytes that changed without the size and time of their file are refused wherever they would be handed to somebody."""

import os
from io import BytesIO
from pathlib import Path

import pytest
from support import ARTICLES

from docarchive import Archive
from docarchive.errors import ArchiveDamaged


def flip(path: Path, old: bytes, new: bytes) -> None:
    """Changes bytes of a file, and sets its time back."""
    status, data = path.stat(), path.read_bytes()
    assert old in data
    assert len(old) == len(new)
    path.write_bytes(data.replace(old, new, 1))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.fixture
def root(tmp_path: Path, articles_file: Path) -> Path:
    with Archive.create(tmp_path / "archive") as archive:
        archive.import_(articles_file)
    return tmp_path / "archive"


def test_an_article_is_refused_everywhere(root: Path) -> None:
    with Archive.open(root) as archive:
        id_ = archive.search("wheat")[0].id
        flip(root / archive.file(id_), b"heat", b"heap")
        for read in (archive.get, archive.text, archive.provenance, archive.__getitem__):
            with pytest.raises(ArchiveDamaged, match="its bytes have changed, but not its size and time"):
                read(id_)
        with pytest.raises(ArchiveDamaged):
            list(archive)
        report = archive.export(to=BytesIO(), format="jsonl")
        assert report.missing == [archive.file(id_)]
        assert report.articles == len(ARTICLES) - 1


def test_an_edit_is_not(root: Path) -> None:
    with Archive.open(root) as archive:
        id_ = archive.search("wheat")[0].id
        path = root / archive.file(id_)
        path.write_text(path.read_text() + "\nMore.\n")
        assert "More." in archive.text(id_)
        assert archive.export(to=BytesIO(), format="jsonl").missing == []
