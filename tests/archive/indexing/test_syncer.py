"""Sync takes over exactly what was done by hand."""

import os
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import ARTICLES, snapshot

from docarchive import Archive, NotFoundError, SyncReport
from docarchive.archive.indexing import syncer
from docarchive.catalog import stored


def path_of(archive: Archive, query: str) -> Path:
    (hit,) = archive.search(query).hits
    return archive.path / hit.path


def relative(archive: Archive, path: Path) -> str:
    return path.relative_to(archive.path).as_posix()


def test_nothing_changed(archive: Archive) -> None:
    before = snapshot(archive.path)
    assert archive.sync() == SyncReport(unchanged=len(ARTICLES))
    assert snapshot(archive.path) == before


def test_files_that_look_the_same_are_not_opened(archive: Archive) -> None:
    path = path_of(archive, "wheat climbed")
    status = path.stat()
    text = path.read_text("utf-8")
    path.write_text(text.replace("Wheat climbed", "Spelt climbed"), "utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert archive.sync() == SyncReport(unchanged=len(ARTICLES))


def test_deleted_edited_and_added_files(archive: Archive) -> None:
    gone, edited = path_of(archive, "wheat climbed"), path_of(archive, "title:harbour")
    gone.unlink()
    edited.write_text(edited.read_text("utf-8").replace("new pier", "new lighthouse"), "utf-8")
    added = archive.path / "articles" / "mine" / "note.md"
    added.parent.mkdir()
    added.write_text("---\ntitle: My note\ndate: 2024-05-01\nmood: calm\n---\n\nWritten by hand.\n", "utf-8")
    before = snapshot(archive.path)
    report = archive.sync()
    assert report == SyncReport(
        added=["articles/mine/note.md"],
        modified=[relative(archive, edited)],
        removed=[relative(archive, gone)],
        unchanged=len(ARTICLES) - 2,
        change=2,
    )
    after = snapshot(archive.path)
    assert gone.name in after.pop("deleted.jsonl").decode()
    kept = {name for name in after.keys() - before.keys() if name.startswith(("versions/", "trash/2/"))}
    assert len(kept) == 2, "what the files were"
    assert after.pop("log.jsonl").startswith(before.pop("log.jsonl"))
    assert {name: after[name] for name in after.keys() - kept} == before, "sync writes no file of the user's"
    assert archive.count("wheat climbed") == 0
    assert archive.count("lighthouse") == 1
    assert archive.count('"new pier"') == 0
    assert [hit.title for hit in archive.search("mood:calm hand")] == ["My note"]
    assert [row.path for row in archive.list("date:2024-05")] == ["articles/mine/note.md"]
    assert archive.sync() == SyncReport(unchanged=len(ARTICLES))


def test_an_id_made_from_the_path_outlives_edits_and_rebuilds(archive: Archive) -> None:
    note = archive.path / "articles" / "note.md"
    note.write_text("Just text.\n", "utf-8")
    archive.sync()
    (hit,) = archive.search('"just text"').hits
    note.write_text("Other text.\n", "utf-8")
    assert archive.sync().modified == ["articles/note.md"]
    archive.rebuild()
    assert [found.id for found in archive.search('"other text"')] == [hit.id]
    assert note.read_text("utf-8") == "Other text.\n"


def test_a_moved_file_keeps_its_id(archive: Archive) -> None:
    path = path_of(archive, "wheat climbed")
    (before,) = archive.search("wheat climbed").hits
    target = archive.path / "articles" / "elsewhere" / "wheat.md"
    target.parent.mkdir()
    path.rename(target)
    report = archive.sync()
    assert report == SyncReport(moved=["articles/elsewhere/wheat.md"], unchanged=len(ARTICLES) - 1)
    (after,) = archive.search("wheat climbed").hits
    assert (after.id, after.path) == (before.id, "articles/elsewhere/wheat.md")
    assert archive.get(before.id).title == "Wheat prices climb"


def test_moved_and_edited_at_once_is_modified(archive: Archive) -> None:
    path = path_of(archive, "wheat climbed")
    target = archive.path / "articles" / "wheat.md"
    path.rename(target)
    target.write_text(target.read_text("utf-8").replace("Wheat climbed", "Spelt climbed"), "utf-8")
    report = archive.sync()
    assert (report.modified, report.moved, report.removed, report.added) == (["articles/wheat.md"], [], [], [])
    assert archive.count("spelt climbed") == 1


def test_two_files_that_swap_names(archive: Archive) -> None:
    one, two = path_of(archive, "wheat climbed"), path_of(archive, "title:harbour")
    one.rename(one.with_suffix(".x"))
    two.rename(one)
    one.with_suffix(".x").rename(two)
    archive.sync()
    assert path_of(archive, "wheat climbed") == two
    assert path_of(archive, "title:harbour") == one
    assert len(archive) == len(ARTICLES)
    assert archive.sync() == SyncReport(unchanged=len(ARTICLES))


def test_a_touched_file_is_unchanged_and_remembered(archive: Archive) -> None:
    path = path_of(archive, "wheat climbed")
    changes = archive.statistics().changes
    os.utime(path, (1, 1))
    assert archive.sync() == SyncReport(unchanged=len(ARTICLES))
    assert archive.statistics().changes == changes


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"---\ntitle: [\n---\n\nx\n", "not valid YAML"),
        (b"---\ndate: never\n---\n\nx\n", "date: 'never' is not a date"),
        (b"caf\xe9", "is not UTF-8"),
        (b"---\nid: a/b\n---\n\nx\n", "id: an id has up to 64"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(archive: Archive, text: bytes, reason: str) -> None:
    path = path_of(archive, "wheat climbed")
    path.write_bytes(text)
    (archive.path / "articles" / "new.md").write_text("Something new.\n", "utf-8")
    report = archive.sync()
    assert report.added == ["articles/new.md"]
    assert [refused.where for refused in report.refused] == [relative(archive, path)]
    assert reason in report.refused[0].reason
    assert (report.modified, report.removed) == ([], [])
    assert path.read_bytes() == text
    assert archive.sync().refused == report.refused, "it is named until it is mended"


def test_a_copy_with_the_same_id_is_refused(archive: Archive) -> None:
    path = path_of(archive, "wheat climbed")
    copy = path.with_name("copy.md")
    copy.write_bytes(path.read_bytes())
    report = archive.sync()
    assert [refused.where for refused in report.refused] == [relative(archive, copy)]
    assert "has the same id" in report.refused[0].reason
    assert path_of(archive, "wheat climbed") == path
    copy.write_text(copy.read_text("utf-8").replace("id: ", "id: x"), "utf-8")
    assert archive.sync().added == [relative(archive, copy)]


def paths(archive: Archive) -> dict[str, str]:
    return {row.id: row.path for row in archive.list()}


@pytest.mark.parametrize(
    "name", ["000-copy.md", "{stem} copy.md", "Copy of {stem}.md", "../03-old/{stem}.md", "../../keep/{stem}.md"]
)
def test_the_file_named_by_the_archive_is_the_article_and_not_its_copy(archive: Archive, name: str) -> None:
    path = path_of(archive, "wheat climbed")
    before = paths(archive)
    copy = path.parent / name.format(stem=path.stem)
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes(path.read_bytes())
    found = [archive.sync().refused, archive.rebuild().refused, archive.sync().refused]
    assert found[0] == found[1] == found[2]
    where = relative(archive, copy.parent.resolve() / copy.name)
    assert [(each.where, each.reason) for each in found[0]] == [
        (where, f"id: {relative(archive, path)} has the same id; change or remove the id of this file")
    ]
    assert paths(archive) == before


def test_an_article_goes_back_to_its_own_file(archive: Archive) -> None:
    path = path_of(archive, "wheat climbed")
    before = paths(archive)
    copy = archive.path / "articles" / "copy.md"
    path.rename(copy)
    assert archive.sync() == SyncReport(moved=["articles/copy.md"], unchanged=len(ARTICLES) - 1)
    path.write_bytes(copy.read_bytes())
    report = archive.sync()
    assert (report.moved, report.unchanged) == ([relative(archive, path)], len(ARTICLES) - 1)
    assert [refused.where for refused in report.refused] == ["articles/copy.md"]
    assert paths(archive) == before
    copy.unlink()
    assert archive.sync() == SyncReport(unchanged=len(ARTICLES))
    path.rename(copy)
    path.write_text(copy.read_text("utf-8").replace("Wheat climbed", "Spelt climbed"), "utf-8")
    report = archive.sync()
    assert (report.moved, report.modified, report.unchanged) == ([], [relative(archive, path)], len(ARTICLES) - 1)
    assert archive.count("spelt") == 1


def test_many_copies_in_a_new_catalog(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    before = paths(archive)
    for path in list((archive.path / "articles").rglob("*.md")):
        for number in range(3):
            path.with_name(f"{number}.{path.name[-9:]}").write_bytes(path.read_bytes())
    for batch in (1, 2, 1_000):
        monkeypatch.setattr(syncer, "_BATCH", batch)
        report = archive.rebuild()
        assert (report.articles, len(report.refused)) == (len(ARTICLES), 3 * len(ARTICLES))
        assert paths(archive) == before
        assert archive.sync().unchanged == len(ARTICLES)


NAMES = ["a.md", "a copy.md", "b.md", "2024/03/n.one.md", "2024/03/Copy of n.one.md", "2024/n.two.md", "old/n.one.md"]
OPERATIONS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(["one", "two", "", "url"])),
    st.tuples(st.just("delete"), st.sampled_from(NAMES), st.just("")),
    st.tuples(st.just("copy"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("move"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("sync"), st.just(""), st.just("")),
)


def do(folder: Path, operation: str, name: str, other: str, text: str) -> None:
    path = folder / name
    if operation == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        head = {"": "", "url": "url: https://example.org/x\n"}.get(other, f"id: {other}\n")
        path.write_text(f"---\n{head}title: T\n---\n\n{text}\n", "utf-8")
    elif path.exists() and operation == "delete":
        path.unlink()
    elif path.exists() and name != other:
        (folder / other).parent.mkdir(parents=True, exist_ok=True)
        if operation == "move":
            path.replace(folder / other)
        else:
            (folder / other).write_bytes(path.read_bytes())


@pytest.mark.thorough
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=st.lists(OPERATIONS, max_size=16), few=st.sampled_from([0, 2, 10_000]), fetch=st.integers(1, 3))
def test_however_files_came_a_sync_ends_where_a_rebuild_does(
    tmp_path_factory: pytest.TempPathFactory, operations: list[tuple[str, str, str]], few: int, fetch: int
) -> None:
    with (
        patch.object(syncer, "_FEW", few),
        patch.object(stored, "_FETCH", fetch),
        Archive.create(tmp_path_factory.mktemp("any") / "archive") as archive,
    ):
        for number, (operation, name, other) in enumerate(operations):
            if operation == "sync":
                archive.sync()
            else:
                do(archive.path / "articles", operation, name, other, "x" * (number + 1))
        report = archive.sync()
        files = len(list((archive.path / "articles").rglob("*.md")))
        changed = len(report.added) + len(report.modified) + len(report.moved)
        assert changed + len(report.refused) + report.unchanged == files
        synced = [row[:4] for row in archive.list(sort="title")]
        assert archive.rebuild().refused == report.refused
        assert [row[:4] for row in archive.list(sort="title")] == synced
        assert archive.sync() == SyncReport(unchanged=files - len(report.refused), refused=report.refused)


def test_everything_deleted(archive: Archive) -> None:
    for path in list((archive.path / "articles").rglob("*.md")):
        path.unlink()
    assert len(archive.sync().removed) == len(ARTICLES)
    assert len(archive) == 0
    assert archive.search("*").total == 0


def test_reading_an_article_whose_file_is_gone(archive: Archive) -> None:
    (hit,) = archive.search("wheat climbed").hits
    (archive.path / hit.path).unlink()
    with pytest.raises(NotFoundError, match="docarchive sync"):
        archive.get(hit.id)
    assert archive.search("wheat climbed").hits[0].snippet.text == ""


def test_toml_and_json_front_matter_by_hand(archive: Archive) -> None:
    folder = archive.path / "articles"
    (folder / "t.md").write_text('+++\ntitle = "In TOML"\ndate = 2024-06-01\n[extra]\nk = "v"\n+++\n\nText.\n', "utf-8")
    (folder / "j.md").write_text('{\n  "title": "In JSON",\n  "tags": ["oats"]\n}\n\nText.\n', "utf-8")
    before = snapshot(archive.path)
    assert archive.sync().added == ["articles/j.md", "articles/t.md"]
    assert snapshot(archive.path) == before
    assert [hit.title for hit in archive.search("tag:oats")] == ["In JSON"]
    assert [hit.title for hit in archive.search("extra.k:v date:2024-06-01")] == ["In TOML"]
