"""Damage to the catalog that SQLite does not notice is found when the archive is opened, and healed."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from docarchive import Archive
from docarchive.catalog import Catalog
from docarchive.folder import Folder
from docarchive.store.layout import CATALOG, DERIVED

HEALED = ["the catalog could not be used, and was built again from the articles"]


def add(archive: Archive, start: int, count: int) -> None:
    lines = "".join(
        f'{{"title": "Gull {n}", "tags": ["birds", "t{n}"], "date": "2024-01-0{n}", "body": "A gull at pier {n}."}}\n'
        for n in range(start, start + count)
    )
    archive.import_(BytesIO(lines.encode()), format="jsonl")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "archive") as archive:
        add(archive, 1, 5)
    return tmp_path / "archive"


def changed(path: Path, old: bytes, new: bytes) -> None:
    """Changes bytes of a file of which SQLite does not notice it, and sets the file's time back."""
    status, data = path.stat(), path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Catalog]:
    """Returns the list of the catalogs that are checked from now on."""
    checked: list[Catalog] = []
    real = Catalog.is_whole

    def is_whole(self: Catalog) -> bool:
        checked.append(self)
        return real(self)

    monkeypatch.setattr(Catalog, "is_whole", is_whole)
    return checked


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b'"title": "Gull 3"', b'"title": "Bull 3"', id="metadata"),
        pytest.param(b" birds ", b" bards ", id="terms of a label"),
        pytest.param(b"2024-01-03", b"2024-01-13", id="dates in a table and an index"),
        pytest.param(b"languageen", b"languagefr", id="a fact"),
    ],
)
def test_changed_bytes_are_found_when_the_archive_is_opened(root: Path, old: bytes, new: bytes) -> None:
    changed(root / CATALOG, old, new)
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as archive:
        assert [row.metadata["title"] for row in archive.list("tag:birds date:2024-01-03")] == ["Gull 3"]
    assert [notice.partition("; ")[0] for notice in notices] == HEALED
    with Archive.open(root, notify=notices.append) as archive:
        assert len([*archive.list("tag:birds")]) == 5
    assert [notice.partition("; ")[0] for notice in notices] == HEALED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE articles SET metadata = replace(metadata, 'Gull 2', 'Gull 9')",
        "UPDATE labels SET terms = ' x ' WHERE value = 't2'",
        "UPDATE journal SET id = 'other' WHERE position = 2",
        "UPDATE facts SET value = value || 'x' WHERE name = 'imported'",
        "UPDATE folders SET modified = 1",
        "DELETE FROM articles WHERE n = 1",
    ],
)
def test_what_differs_from_its_checksum_is_named(root: Path, statement: str) -> None:
    with closing(sqlite3.connect(root / CATALOG)) as connection:
        connection.execute(statement)
        connection.commit()
    with closing(Catalog.open(Folder(root / DERIVED))) as catalog:  # type: ignore[type-var]
        assert catalog is not None
        assert [*catalog.damage()]
        assert not catalog.is_whole()
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as archive:
        assert len(archive) == 5
    assert [notice.partition("; ")[0] for notice in notices] == HEALED


def test_a_catalog_that_only_docarchive_changed_is_not_checked(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked = counted(monkeypatch)
    with Archive.open(root) as first:
        with Archive.open(root) as second:
            add(second, 6, 1)
            assert second.count("gull") == 6
        assert first.count("gull") == 6
        first.save_search("birds", "tag:birds")
    with Archive.open(root) as archive:
        archive.sync()
    assert checked == []
    with Archive.open(root) as archive:
        archive.rebuild()
    assert len(checked) == 1  # the old one, as it says which articles damaged files had
    with Archive.open(root) as archive:
        add(archive, 7, 1)
    with Archive.open(root) as archive:
        assert len(archive) == 7
    assert len(checked) == 1


def test_a_copy_is_checked_once(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(root, tmp_path / "copy")
    checked = counted(monkeypatch)
    for _ in range(2):
        with Archive.open(tmp_path / "copy") as archive:
            assert len(archive) == 5
    assert len(checked) == 1


@pytest.mark.parametrize("zeros", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda archive: add(archive, 6, 2), id="import"),
        pytest.param(lambda archive: archive.discard(all=True), id="discard"),  # no article changes
    ],
)
def test_a_lost_log_is_noticed(change: Callable[[Archive], object], zeros: bool, root: Path, tmp_path: Path) -> None:
    with Archive.open(root) as archive:
        archive.import_(BytesIO(b'{"title": 3'), format="jsonl")
        log = root / f"{CATALOG}-wal"
        before = log.read_bytes()
        change(archive)
        count = len(archive)
        shutil.copytree(root, tmp_path / "copy")  # with a log, as after a kill
        lost = before.ljust(log.stat().st_size, b"\0") if zeros else b""
    (tmp_path / "copy" / log.relative_to(root)).write_bytes(lost)
    notices: list[str] = []
    with Archive.open(tmp_path / "copy", notify=notices.append) as archive:
        assert len(archive) == count
        assert archive.verify().kinds == {"catalog": 1}  # that it was built again, and nothing else
    assert [notice.partition("; ")[0] for notice in notices] == HEALED
