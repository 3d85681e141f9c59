"""A repair puts exact bytes back, or leaves things as they are and says so."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Cli
from support import ARTICLES, snapshot

from docarchive import Archive, ArchiveReadOnly, Article, Fault
from docarchive.engines import ENGINES

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(200))
PROSE = "A sentence about the harbour and the ferries that leave it each hour. " * 200


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    inputs = folder / "inputs"
    inputs.mkdir()
    (inputs / "plan.png").write_bytes(PICTURE)
    (inputs / "page.md").write_text(f"# A plan\n\n![Plan](plan.png)\n\n{PROSE}\n", "utf-8")
    (inputs / "page.html").write_text(f"<html><title>Page</title><article><p>{PROSE}</p></article></html>", "utf-8")
    (inputs / "broken.json").write_text('{"title": ', "utf-8")
    note = inputs / "note.json"
    with Archive.create(folder / "archive") as archive:
        for text in ("first", "second"):
            note.write_text(f'{{"title": "N", "url": "https://example.org/n", "body": "The {text} text."}}', "utf-8")
            archive.import_(note)
        archive.import_(inputs, tags=["inbox"])
        articles = ({key: value for key, value in values.items() if key != "id"} for values in ARTICLES)
        archive.import_(*[Article.from_metadata(values, str(values["body"])) for values in articles])
        archive.sync()
        assert archive.verify().ok
    return folder / "archive"


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "archive", copy_function=shutil.copy2)
    return tmp_path / "archive"


def repaired(root: Path) -> list[Fault]:
    with Archive.open(root) as archive:
        return archive.verify(repair=True).faults


def without_copies(root: Path) -> None:
    """Makes the catalog one that an older version has made: without copies of articles."""
    with Archive.open(root), closing(sqlite3.connect(root / ".docarchive" / "catalog.sqlite")) as catalog:
        catalog.execute("DROP TABLE copies")
        catalog.execute("DELETE FROM facts WHERE name = 'copies'")
        catalog.commit()


def changed(path: Path, data: bytes) -> None:
    """Changes a file as a disk does: not its time."""
    status = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-4] ^= 1
    changed(path, bytes(data))


def garble(path: Path) -> None:
    """Changes much of the end of a file."""
    data = path.read_bytes()
    changed(path, data[: -len(data) // 3] + b"\x01" * (len(data) - len(data[: -len(data) // 3])))


def garble_the_start(path: Path) -> None:
    data = path.read_bytes()
    changed(path, data[:4] + b"title: garbled" + data[18:])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def zero(path: Path) -> None:
    changed(path, bytes(len(path.read_bytes())))


ARTICLE_DAMAGE: list[Callable[[Path], None]] = [flip, garble, garble_the_start, empty, zero]


@pytest.mark.parametrize("damage", ARTICLE_DAMAGE)
@pytest.mark.parametrize("pattern", ["page.*.md", "a-plan.*.md", "n.*.md"])
def test_an_article_is_written_again_byte_for_byte(root: Path, damage: Callable[[Path], None], pattern: str) -> None:
    path = next((root / "articles").rglob(pattern))
    before = path.read_bytes()
    damage(path)
    damaged = path.read_bytes()
    without_copies(root)
    (fault,) = repaired(root)
    if pattern == "a-plan.*.md" and damage in (empty, zero):  # its original does not say where the picture is kept
        assert (fault.repaired, path.read_bytes()) == (False, damaged)
        assert "from a backup" in fault.fix
        return
    assert fault.repaired, fault
    assert path.read_bytes() == before
    with Archive.open(root) as archive:
        assert archive.verify().ok
        assert archive.sync().modified == []
    kept = [version.read_bytes() for version in (root / "versions").rglob("*.md")]
    assert (damaged in kept) == bool(damaged.strip(b"\0"))


@pytest.mark.parametrize("damage", ARTICLE_DAMAGE)
def test_a_damaged_article_gets_the_bytes_that_the_catalog_has(root: Path, damage: Callable[[Path], None]) -> None:
    """Also one that was edited by hand, which nothing else can make again."""
    path = next((root / "articles").rglob("a-plan.*.md"))
    path.write_bytes(path.read_bytes().replace(b"\n---\n", b"\n# Mine.\nmood:   calm\n---\n", 1) + b"\nBy hand.\n")
    with Archive.open(root) as archive:
        assert len(archive.sync().modified) == 1
    before = path.read_bytes()
    damage(path)
    (fault,) = repaired(root)
    assert fault.repaired, fault
    assert path.read_bytes() == before


@pytest.mark.parametrize("pattern", ["versions/*/*.md", "quarantine/*.json", "originals/*/*.json", "originals/*/*.png"])
def test_a_bit_of_any_small_file_is_changed_back(root: Path, pattern: str) -> None:
    paths = sorted(root.glob(pattern))
    before = snapshot(root)
    for path in paths:
        flip(path)
    assert [fault.repaired for fault in repaired(root)] == [True] * len(paths)
    assert snapshot(root) == before


def test_an_original_comes_back_from_quarantine(root: Path, tmp_path: Path) -> None:
    (kept,) = (path for path in (root / "quarantine").iterdir() if path.suffixes == [".json"])
    data = kept.read_bytes()
    (tmp_path / "same.txt").write_bytes(data)
    with Archive.open(root) as archive:
        archive.import_(tmp_path / "same.txt")
    (original,) = (path for path in (root / "originals").rglob("*.txt") if path.read_bytes() == data)
    original.unlink()
    (fault,) = repaired(root)
    assert fault.repaired
    assert any(path.read_bytes() == data for path in original.parent.iterdir())
    with Archive.open(root) as archive:
        assert archive.verify().ok


def test_what_cannot_be_repaired_says_what_to_do(root: Path) -> None:
    originals = sorted((root / "originals").rglob("*.html"))
    garble(originals[0])
    gone = next((root / "originals").rglob("*.png"))
    gone.unlink()
    version = next((root / "versions").rglob("*.md"))
    garble(version)
    before = snapshot(root)
    faults = repaired(root)
    assert {fault.kind for fault in faults} == {"damaged", "missing"}
    assert len(faults) == 3
    assert not any(fault.repaired for fault in faults)
    fixes = {fault.path.partition("/")[0]: fault.fix for fault in faults}
    assert fixes["originals"] == "import the same file again, or put the file back from a backup"
    assert fixes["versions"].startswith("put the file back from a backup")
    assert snapshot(root) == before


def test_edits_and_deletions_are_left(root: Path) -> None:
    paths = sorted((root / "articles").rglob("*.md"))
    paths[0].write_text(paths[0].read_text("utf-8") + "\nMine.\n", "utf-8")
    paths[1].unlink()
    paths[2].write_text("---\ntitle: [a mistake\n---\n\nMine.\n", "utf-8")
    next((root / "versions").rglob("*.md")).unlink()
    (root / "articles" / "new.md").write_text("A new note.\n", "utf-8")
    before = snapshot(root)
    faults = repaired(root)
    assert sorted(fault.kind for fault in faults) == ["changed", "invalid", "missing", "missing", "unknown"]
    assert not any(fault.repaired for fault in faults)
    assert snapshot(root) == before


def test_leftovers_are_deleted(root: Path) -> None:
    (root / ".docarchive" / "tmp" / "index").mkdir(parents=True)
    (root / ".docarchive" / "tmp" / "4711-1").write_bytes(b"")
    (root / "quarantine" / ".a.4711.new").write_bytes(b"")
    assert [fault.repaired for fault in repaired(root)] == [True] * 3
    assert repaired(root) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_the_index_is_built_again(root: Path, engine: str) -> None:
    with Archive.open(root) as archive:
        archive.use_engine(engine)
    (index,) = (root / ".docarchive" / "index").iterdir()
    path = max(index.iterdir(), key=lambda path: path.stat().st_size)
    flip(path)
    assert [(fault.kind, fault.repaired) for fault in repaired(root)] == [("index", True)]
    with Archive.open(root) as archive:
        assert archive.verify().ok
        assert archive.count("harbour") > 0


def test_links_are_not_followed_by_a_repair(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    path = next((root / "articles").rglob("*page*.md"))
    shutil.move(path, outside)
    path.symlink_to(outside)
    before = outside.read_bytes()
    (fault,) = repaired(root)
    assert (fault.kind, fault.repaired) == ("link", False)
    assert outside.read_bytes() == before


def test_the_command_repairs_and_says_so(root: Path, cli: Cli) -> None:
    path = next((root / "articles").rglob("*page*.md"))
    flip(path)
    found = cli("--archive", str(root), "verify")
    assert found.code == 3
    assert found.out.startswith("damaged   articles/")
    fixed = cli("--archive", str(root), "verify", "--repair")
    assert fixed.code == 0
    assert "; repaired" in fixed.out
    assert "1 fault, 1 repaired" in fixed.out
    report = cli("--archive", str(root), "verify", "--json")
    assert report.code == 0
    assert report.json["faults"] == []


def test_an_archive_that_may_only_be_read_is_not_repaired(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docarchive.store.lock.WriteLock.writable", False)
    with Archive.open(root) as archive, pytest.raises(ArchiveReadOnly):
        archive.verify(repair=True)
