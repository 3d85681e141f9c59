"""Near articles: the same whether their bands are in the large table, in that of recent ones, or in both."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from docarchive.analysis.minhash import BANDS, signature
from docarchive.catalog import near_duplicates, schema
from docarchive.catalog.near_duplicates import NearDuplicates
from docarchive.folder import Folder

WORDS = [f"word{n}" for n in range(40)]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "catalog.sqlite"
    schema.create(Folder(tmp_path), "epoch-1")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def signed(first: int, last: int = 40) -> bytes:
    found = signature(" ".join(WORDS[first:last]))
    assert found is not None
    return found


def put(db: sqlite3.Connection, numbers: range) -> None:
    columns = "id, path, content, size, modified, title, title_key, language, metadata, digest, sum"
    for n in numbers:
        row = (f"a{n}", f"articles/a{n}.md", "", 1, 1, "", "", "en", "{}", bytes(32), 0)
        db.execute(f"INSERT INTO articles (n, {columns}) VALUES (?, {', '.join('?' * 11)})", (n, *row))
    near_duplicates.put(db, [(n, signed(n % 20)) for n in numbers])


def count(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.mark.parametrize("most", [0, 60, 150, 100_000])
def test_recent_bands_are_as_good_as_others(db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(near_duplicates, "_MAX_RECENT", most)
    for start in range(0, 60, 4):
        put(db, range(start, start + 4))
    assert count(db, "bands") + count(db, "recent_bands") == 60 * BANDS
    assert count(db, "recent_bands") <= most
    assert [near.id for near in NearDuplicates(db, Folder("")).near([signed(3)], 1.0)[0]] == ["a3", "a23", "a43"]
    assert {(3, 23), (23, 43), (3, 43)} <= set(NearDuplicates(db, Folder("")).pairs(1.0))
    near_duplicates.remove(db, 23)
    near_duplicates.remove(db, 59)  # one of the last
    assert [near.id for near in NearDuplicates(db, Folder("")).near([signed(3)], 1.0)[0]] == ["a3", "a43"]
    assert count(db, "bands") + count(db, "recent_bands") == 58 * BANDS
    assert not {23, 59} & {n for pair in NearDuplicates(db, Folder("")).pairs(0.0) for n in pair}


def test_of_a_band_that_very_many_have_the_first_are_compared(
    db: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_duplicates, "_MAX_RECENT", 100 * BANDS)
    monkeypatch.setattr(near_duplicates, "_MAX_SHARING", 3)
    for start in range(0, 160, 8):
        put(db, range(start, start + 8))
    assert count(db, "bands")
    assert count(db, "recent_bands")
    assert [near.id for near in NearDuplicates(db, Folder("")).near([signed(5)], 1.0)[0]] == ["a5", "a25", "a45"]
