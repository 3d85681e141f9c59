"""Making and opening archives."""

from pathlib import Path

import pytest
from support import ARTICLES

from docarchive import Archive, ArchiveDamaged, ArchiveExists, ArchiveLocked, NotAnArchive, UsageError
from docarchive.folder import Folder
from docarchive.store import WriteLock


def test_a_new_archive_is_a_plain_folder(root: Path) -> None:
    with Archive.create(root, name='My "news" ü', language="de") as archive:
        assert len(archive) == 0
        assert archive.search("x").total == 0
    assert (root / "docarchive.toml").read_text("utf-8") == (
        'name = "My \\"news\\" ü"\nengine = "whoosh"\nlanguage = "de"\nlayout = 2\n'
    )
    with Archive.open(root) as archive:
        assert archive.settings.name == 'My "news" ü'
        assert archive.settings.language == "de"
    assert "/.docarchive/" in (root / ".gitignore").read_text("utf-8")


def test_making_one_where_there_is_one(archive: Archive) -> None:
    with pytest.raises(ArchiveExists):
        Archive.create(archive.path)


def test_making_one_where_it_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(UsageError, match="is a file"):
        Archive.create(tmp_path / "file")
    with pytest.raises(UsageError, match="no engine"):
        Archive.create(tmp_path / "a", engine="lucene")
    assert not (tmp_path / "a").exists()


def test_a_folder_with_things_in_it_can_become_one(root: Path) -> None:
    root.mkdir()
    (root / ".gitignore").write_text("mine\n", "utf-8")
    with Archive.create(root):
        pass
    assert (root / ".gitignore").read_text("utf-8") == "mine\n"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("name = ", "cannot be read"),
        ("layout = 3", "layout 3"),
        ('layout = 1\nengine = "lucene"', "no engine"),
        ("\xff", "cannot be read"),
    ],
)
def test_settings_that_cannot_be_used(root: Path, text: str, error: str) -> None:
    root.mkdir()
    (root / "docarchive.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(ArchiveDamaged, match=error):
        Archive.open(root)


def test_opening_what_is_none(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match="docarchive init"):
        Archive.open(tmp_path)
    with pytest.raises(NotAnArchive):
        Archive.open(tmp_path / "missing")
    with pytest.raises(NotAnArchive, match="--archive"):
        Archive.find(tmp_path)


def test_the_nearest_folder_upward_is_found(archive: Archive) -> None:
    inner = archive.path / "articles" / "2024"
    assert Archive.find(inner) == archive.path
    assert Archive.find(archive.path) == archive.path


def test_a_second_writer_is_told_to_wait(archive: Archive, articles_file: Path) -> None:
    with WriteLock(Folder(archive.path), ".docarchive/lock"), Archive.open(archive.path, wait=0.05) as other:
        for call in (lambda: other.import_(articles_file), other.sync, other.rebuild):
            with pytest.raises(ArchiveLocked, match="another process"):
                call()
        assert other.count("harbour") == 2


def test_statistics(archive: Archive) -> None:
    found = archive.statistics()
    assert (found.articles, found.engine, found.indexed) == (len(ARTICLES), "whoosh", found.changes)
    assert found.years == {"": 1, "1963": 1, "2023": 1, "2024": 2}
    assert found.values["tags"] == 5
    assert found.bytes == sum(path.stat().st_size for path in (archive.path / "articles").rglob("*.md"))
    assert found.to_dict()["schema"] == 1


def test_contains_and_len(archive: Archive) -> None:
    row = next(archive.list())
    assert row.id in archive
    assert "nowhere" not in archive
    assert len(archive) == len(ARTICLES)


def test_a_writer_follows_when_another_process_rebuilds(archive: Archive, articles_file: Path) -> None:
    with Archive.open(archive.path) as other:
        other.rebuild()
    articles_file.write_text('{"title": "Late", "body": "Came late."}\n', "utf-8")
    assert archive.import_(articles_file).new == 1
    with Archive.open(archive.path) as other:
        assert other.sync().unchanged == len(ARTICLES) + 1
        assert other.count('"came late"') == 1


def test_what_an_interruption_left_is_finished_before_the_next_write(archive: Archive) -> None:
    path = "articles/left.md"
    with archive._sessions.call() as session:
        session.catalog.add_pending([path])
    (archive.path / path).write_text("Left by an interruption.\n", "utf-8")
    assert archive.sync().added == []
    assert archive.count("interruption") == 1
    with archive._sessions.call() as session:
        assert session.catalog.pending() == []


def test_a_closed_archive_says_so(archive: Archive) -> None:
    archive.close()
    archive.close()
    for use in (
        lambda: archive.search("x"),
        lambda: len(archive),
        lambda: archive.get("a"),
        lambda: archive.import_("a"),
    ):
        with pytest.raises(UsageError, match="this archive is closed"):
            use()


def test_a_text_where_a_list_is_wanted_is_one_item(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The tide tables came out on Monday.")
    archive.import_(tmp_path / "a.txt", tags="harbour")
    assert archive.search("tide", facets="tag").facets == {"tag": [("harbour", 1)]}
    archive.export("tide", to=tmp_path / "a.jsonl", fields="tags")
    assert (tmp_path / "a.jsonl").read_text() == '{"tags": ["harbour"]}\n'
