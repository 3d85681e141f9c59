"""A catalog that is built because the old one was damaged does not take damaged files for whole ones."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support import ARTICLES, replace_bytes

from docarchive import Archive, Article

UNKNOWN = "no other record has the digests of {}, so compare with a manifest or a backup if you have one"
NOTICE = f"the catalog could not be used, and was built again from the articles; {UNKNOWN}"


@pytest.fixture
def root(root: Path) -> Path:
    with Archive.create(root) as archive:
        for values in ARTICLES[:4]:
            metadata = {key: value for key, value in values.items() if key != "id"}
            archive.import_(Article.from_metadata(metadata, str(values["body"])))
    return root


def flip(path: Path) -> None:
    status, data = path.stat(), bytearray(path.read_bytes())
    data[-3] ^= 1
    replace_bytes(path, data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def garble(root: Path) -> None:
    """Damages the catalog as a whole."""
    replace_bytes(root / ".docarchive" / "catalog.sqlite", b"no catalog" * 1000)


def change_row(root: Path) -> None:
    """Damages one row of the catalog."""
    with closing(sqlite3.connect(root / ".docarchive" / "catalog.sqlite")) as db, db:
        db.execute("UPDATE articles SET title = 'Another' WHERE n = (SELECT max(n) FROM articles)")


def lose(root: Path) -> None:
    for path in (root / ".docarchive").glob("catalog.*"):
        path.unlink()


def written_before_a_manifest(root: Path) -> list[Path]:
    """Makes a manifest; returns the articles, which are older."""
    articles = sorted((root / "articles").rglob("*.md"))
    for path in articles:
        os.utime(path, ns=(1, 1_700_000_000_000_000_000))
    with Archive.open(root) as archive:
        archive.sync()
        assert archive.write_manifest(root.parent / "manifest").ok
    return articles


@pytest.mark.parametrize("damage", [garble, change_row, lose])
@pytest.mark.parametrize("rebuild", [False, True])
def test_a_manifest_tells_damage_from_whole_files(root: Path, damage: Callable[[Path], None], rebuild: bool) -> None:
    articles = written_before_a_manifest(root)
    flip(articles[0])
    damage(root)
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as archive:
        if rebuild:
            archive.rebuild()
        faults = [(fault.kind, fault.path) for fault in archive.verify().faults if fault.kind != "catalog"]
        assert faults == [("damaged", articles[0].relative_to(root).as_posix())]
        archive.verify(repair=True)
        assert archive.verify(repair=True).unrepaired == 0
    assert "1 file is damaged; run 'docarchive verify'" in notices
    assert not any("no other record" in notice for notice in notices)


def test_whole_rows_of_a_damaged_catalog_are_used(root: Path) -> None:
    with closing(sqlite3.connect(root / ".docarchive" / "catalog.sqlite")) as db:
        ((path,),) = db.execute("SELECT path FROM articles ORDER BY n LIMIT 1").fetchall()
    flip(root / path)
    change_row(root)
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as archive:
        assert [fault.path for fault in archive.verify().faults if fault.kind == "damaged"] == [path]
    assert notices[:1] == ["1 file is damaged; run 'docarchive verify'"]


def test_what_could_not_be_compared_is_said(root: Path) -> None:
    garble(root)
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as archive:
        assert NOTICE.format("4 files") in notices
        assert UNKNOWN.format("4 files") in archive.verify().faults[0].fix


def test_what_was_written_after_the_manifest_may_be_an_edit(root: Path) -> None:
    articles = written_before_a_manifest(root)
    articles[0].write_text(articles[0].read_text("utf-8") + "\nMore.\n", "utf-8")
    garble(root)
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as archive:
        assert archive.verify().kinds == {"catalog": 1}
    assert NOTICE.format("1 file") in notices


@pytest.mark.parametrize("name", [".docarchive/manifest", "heads.jsonl"])
def test_a_manifest_that_is_not_whole_says_nothing(root: Path, name: str) -> None:
    articles = written_before_a_manifest(root)
    flip(articles[0])
    replace_bytes(root / name, (root / name).read_bytes()[:-40])
    garble(root)
    notices: list[str] = []
    with Archive.open(root, notify=notices.append):
        assert NOTICE.format("4 files") in notices
