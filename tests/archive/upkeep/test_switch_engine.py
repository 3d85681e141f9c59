"""Switching engines: the answers stay, the old index goes last, and an interruption changes nothing."""

import sys
from pathlib import Path

import pytest
from support import ARTICLES

from docarchive import ENGINES, Archive, ArchiveLocked, UsageError
from docarchive.folder import Folder
from docarchive.store import WriteLock
from docarchive.store.layout import INDEX, SETTINGS

QUERIES = ["pier", "harbour -wheat", '"free trade"', "tag:gas", "date:2024", "trad* OR econom*", "*"]


def answers(archive: Archive) -> list[list[str]]:
    return [[hit.id for hit in archive.search(query, sort="-date")] for query in QUERIES]


def indexes(root: Path) -> list[str]:
    return sorted(path.name for path in (root / INDEX).iterdir())


@pytest.mark.parametrize("name", [name for name in ENGINES if name != "whoosh"])
def test_another_engine_gives_the_same_answers(archive: Archive, root: Path, name: str) -> None:
    (root / SETTINGS).write_text((root / SETTINGS).read_text("utf-8") + "# kept\n", "utf-8")
    before = answers(archive)
    assert all(before)
    status = archive.use_engine(name)
    assert (status.engine, status.behind, status.indexed) == (name, 0, status.changes)
    assert status.bytes > 0
    assert answers(archive) == before
    assert indexes(root) == [name]
    assert (root / SETTINGS).read_text("utf-8").endswith("# kept\n")
    with Archive.open(root) as again:
        assert again.settings.engine == name
        assert answers(again) == before
        assert again.use_engine("whoosh").engine == "whoosh"
        assert answers(again) == before
    assert indexes(root) == ["whoosh"]


def test_an_interruption_leaves_the_old_engine_in_use(archive: Archive, root: Path) -> None:
    before = answers(archive)

    def interrupted(phase: str, done: int, total: int | None) -> None:
        if (phase, done) == ("index", 3):
            raise KeyboardInterrupt

    with Archive.open(root, progress=interrupted) as other, pytest.raises(KeyboardInterrupt):
        other.use_engine("tantivy")
    assert indexes(root) == ["whoosh"], "nothing of the new index stays"
    with Archive.open(root) as again:
        assert again.settings.engine == "whoosh"
        assert again.engine_status().behind == 0
        assert answers(again) == before
        assert again.use_engine("tantivy").indexed == again.statistics().changes
        assert answers(again) == before
    assert indexes(root) == ["tantivy"]


def test_what_a_killed_switch_left_is_never_taken_for_an_index(archive: Archive, root: Path) -> None:
    before = answers(archive)
    archive.use_engine("tantivy")
    state = (root / INDEX / "tantivy" / "state.json").read_bytes()
    archive.use_engine("whoosh")
    (root / INDEX / "tantivy").mkdir()
    (root / INDEX / "tantivy" / "state.json").write_bytes(state)
    archive.use_engine("tantivy")
    assert answers(archive) == before


def test_what_a_killed_switch_left_goes_with_the_next_writer(archive: Archive, root: Path) -> None:
    (root / INDEX / "tantivy").mkdir()
    (root / INDEX / "tantivy" / "half").write_bytes(b"x")
    assert archive.search("harbour").total
    archive.sync()
    assert indexes(root) == ["whoosh"]


def test_an_archive_that_is_open_follows_a_switch(archive: Archive, root: Path) -> None:
    before = answers(archive)
    with Archive.open(root) as other:
        other.use_engine("tantivy")
    assert answers(archive) == before
    assert archive.settings.engine == "tantivy"
    assert archive.import_(root.parent / "articles.jsonl").unchanged == len(ARTICLES)
    assert indexes(root) == ["tantivy"], "the old index is not built anew"


def test_using_the_engine_that_is_in_use_brings_it_up_to_date(archive: Archive, root: Path) -> None:
    archive.close()
    (root / INDEX / "whoosh" / "state.json").unlink()
    with Archive.open(root) as again:
        assert again.engine_status().indexed is None
        assert again.engine_status().behind == len(ARTICLES)
        assert again.use_engine("whoosh").behind == 0


def test_an_engine_that_is_not_installed_says_what_to_install(
    archive: Archive, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("docarchive.engines.tantivy")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tantivy", None)
    with pytest.raises(UsageError, match=r"pip install 'docarchive\[tantivy\]'"):
        archive.use_engine("tantivy")
    with pytest.raises(UsageError, match="choose one of whoosh, tantivy"):
        archive.use_engine("lucene")
    assert archive.settings.engine == "whoosh"
    assert archive.count("pier") == 3
    assert indexes(root) == ["whoosh"]


def test_nobody_else_may_be_writing(archive: Archive, root: Path) -> None:
    with WriteLock(Folder(root), ".docarchive/lock"), pytest.raises(ArchiveLocked):
        archive.use_engine("tantivy")
    assert archive.settings.engine == "whoosh"
