"""Derived files and folders that are damaged, or of the wrong kind: the archive opens, and a rebuild helps."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support import ARTICLES

from docarchive import ENGINES, Archive


def as_file(path: Path) -> None:
    shutil.rmtree(path)
    path.write_text("not a folder")


def as_folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()
    (path / "something").write_text("in it")


def without_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE labels")
        connection.commit()


def as_noise(path: Path) -> None:
    path.write_bytes(b"noise " * 1_000)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("path", "damage"),
    [
        (".docarchive", as_file),
        (".docarchive/index", as_file),
        (".docarchive/index/{engine}", as_file),
        (".docarchive/index/{engine}/state.json", as_folder),
        (".docarchive/index/{engine}/state.json", as_noise),
        (".docarchive/lock", as_folder),
        (".docarchive/lock", as_noise),
        (".docarchive/catalog.sqlite", as_folder),
        (".docarchive/catalog.sqlite", as_noise),
        (".docarchive/catalog.sqlite", without_table),
    ],
)
def test_an_archive_works_and_can_be_rebuilt(
    root: Path, articles_file: Path, engine: str, path: str, damage: Callable[[Path], None]
) -> None:
    with Archive.create(root, engine=engine) as archive:
        archive.import_(articles_file)
    damage(root / path.format(engine=engine))
    with Archive.open(root) as archive:
        assert archive.count("harbour") == 2
    damage(root / path.format(engine=engine))
    with Archive.open(root) as archive:
        assert archive.rebuild().articles == len(ARTICLES)
        assert archive.sync().unchanged == len(ARTICLES)
        assert archive.count("harbour") == 2
