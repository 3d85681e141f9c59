"""Everything derived can be deleted, and comes back the same."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from support import ARTICLES, snapshot

from benchmarks.hostile.attacks_on_indexes import sign
from docarchive import Archive, ArchiveDamaged
from docarchive.archive.upkeep import rebuild
from docarchive.engines import ENGINES
from docarchive.store.layout import TEMPORARY

QUERIES = ["harbour", "pier OR wheat", '"free trade"', "trad*", "tag:gas", "date:2024", "*", "author:meyer -wheat"]


def answers(archive: Archive) -> list[object]:
    found: list[object] = []
    for query in QUERIES:
        result = archive.search(query).to_dict()
        del result["took_ms"]
        found.append(result)
    found.append(list(archive.list()))
    return found


def found(archive: Archive) -> list[str]:
    return sorted(hit.id for hit in archive.search("harbour").hits)


def test_rebuild_gives_the_same_answers_and_leaves_files_alone(archive: Archive) -> None:
    before, files = answers(archive), snapshot(archive.path)
    report = archive.rebuild()
    assert (report.articles, report.refused) == (len(ARTICLES), [])
    assert answers(archive) == before
    assert snapshot(archive.path) == files


@pytest.mark.parametrize("engine", ENGINES)
def test_until_it_ends_searches_find_what_they_did(tmp_path: Path, articles_file: Path, engine: str) -> None:
    root = tmp_path / "news"
    seen: set[tuple[str, ...]] = set()

    def look(stage: str, done: int, total: int | None) -> None:
        with Archive.open(root) as reader:
            seen.add((stage, *found(reader)))

    with Archive.create(root, engine=engine) as archive:
        archive.import_(articles_file)
        before = answers(archive)
    with Archive.open(root, progress=look) as archive:
        expected = found(archive)
        assert archive.rebuild().articles == len(ARTICLES)
        assert answers(archive) == before
    assert seen == {("read", *expected), ("index", *expected)}
    assert [path.name for path in (root / ".docarchive/index").iterdir()] == [engine]


@pytest.mark.parametrize("stage", ["read", "index"])
def test_an_interruption_leaves_what_there_was(archive: Archive, stage: str) -> None:
    before = answers(archive)
    path = archive.path
    archive.close()

    def stop(now: str, done: int, total: int | None) -> None:
        if now == stage and done == 3:
            raise KeyboardInterrupt

    with Archive.open(path, progress=stop) as stopped:
        with pytest.raises(KeyboardInterrupt):
            stopped.rebuild()
        assert answers(stopped) == before
    with Archive.open(path) as again:
        assert again.engine_status().behind == 0
        assert answers(again) == before
        again.sync()
        assert [*(path / TEMPORARY).glob("*")] == []
        again.rebuild()
        assert answers(again) == before


def test_a_new_catalog_with_the_old_index_is_made_good(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a rebuild is killed between the two."""
    before = answers(archive)

    def die(new: Path, old: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rebuild, "_replace_index", die)
    with pytest.raises(KeyboardInterrupt):
        archive.rebuild()
    archive.close()
    with Archive.open(archive.path) as again:
        assert answers(again) == before
        assert again.engine_status().behind == 0


def test_what_is_derived_can_be_deleted_at_any_moment(archive: Archive) -> None:
    before, files = answers(archive), snapshot(archive.path)
    archive.close()
    shutil.rmtree(archive.path / ".docarchive")
    with Archive.open(archive.path) as again:
        assert answers(again) == before
        assert again.statistics().indexed == again.statistics().changes
    assert snapshot(archive.path) == files


@pytest.mark.parametrize("part", ["catalog.sqlite", "index"])
def test_either_part_can_be_deleted(archive: Archive, part: str) -> None:
    before = answers(archive)
    archive.close()
    path = archive.path / ".docarchive" / part
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with Archive.open(archive.path) as again:
        assert answers(again) == before


@pytest.mark.parametrize("data", [b"", b"garbage", b"SQLite format 3\0" + b"\0" * 4096])
def test_a_damaged_catalog_is_built_anew(archive: Archive, data: bytes) -> None:
    before = answers(archive)
    archive.close()
    (archive.path / ".docarchive" / "catalog.sqlite").write_bytes(data)
    with Archive.open(archive.path) as again:
        assert answers(again) == before


def test_a_catalog_that_leads_outside_reads_nothing_there(archive: Archive, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("A secret harbour.\n", "utf-8")
    (hit,) = archive.search("wheat climbed").hits
    archive.close()
    connection = sqlite3.connect(archive.path / ".docarchive" / "catalog.sqlite")
    connection.execute("UPDATE articles SET path = ? WHERE id = ?", ("articles/../../secret.md", hit.id))
    sign(connection)  # a stranger can do that
    connection.commit()
    connection.close()
    with Archive.open(archive.path) as again:
        with pytest.raises(ArchiveDamaged, match="outside of articles/"):
            again.text(hit.id)
        assert again.search("wheat climbed").hits[0].snippet.text == ""
        assert again.rebuild().articles == len(ARTICLES)
        assert "Wheat climbed" in again.text(hit.id)
