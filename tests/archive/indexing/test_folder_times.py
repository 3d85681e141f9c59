"""Whether files have changed since the last sync, as a quick look says."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support import on_a_terminal

from docarchive import Archive

ARTICLE = "---\nid: {id}\ntitle: {id}\n---\nA pier.\n"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    with Archive.create(tmp_path / "archive") as archive:
        for name, date in (("one", "2024-03-16"), ("two", "2024-05-01")):
            (tmp_path / f"{name}.md").write_text(f"---\ntitle: {name}\ndate: {date}\n---\nText of {name}.\n")
        archive.import_(tmp_path)
    return archive


def _add(archive: Path, first: Path) -> None:
    (first.parent / "new.md").write_text(ARTICLE.format(id="new"))


def _add_folder(archive: Path, first: Path) -> None:
    (archive / "articles" / "mine" / "deep").mkdir(parents=True)
    (archive / "articles" / "mine" / "deep" / "new.md").write_text(ARTICLE.format(id="new"))


def _delete(archive: Path, first: Path) -> None:
    first.unlink()


def _rename(archive: Path, first: Path) -> None:
    first.rename(first.with_name("other.md"))


def _replace(archive: Path, first: Path) -> None:
    (first.parent / ".new").write_text(first.read_text() + "More.\n")
    (first.parent / ".new").replace(first)


def _edit(archive: Path, first: Path) -> None:
    with first.open("a") as file:
        file.write("More.\n")


@pytest.mark.parametrize("change", [_add, _add_folder, _delete, _rename, _replace, _edit])
def test_changes_are_noticed_until_a_sync(archive: Archive, change: Callable[[Path, Path], None]) -> None:
    with Archive.open(archive.path) as archive:
        rows = [*archive.list(sort="date")]
        ids = [row.id for row in rows]
        assert not archive.has_changed_files(ids)
        change(archive.path, archive.path / rows[0].path)
        assert archive.has_changed_files(ids)
        assert archive.has_changed_files() == (change is not _edit)
        archive.sync()
        assert not archive.has_changed_files([row.id for row in archive.list()])
        assert not archive.has_changed_files(ids)


def test_an_import_hides_no_earlier_change(archive: Archive, tmp_path: Path) -> None:
    with Archive.open(archive.path) as archive:
        first = archive.path / next(archive.list(sort="date")).path
        _add(archive.path, first)
        (tmp_path / "three.md").write_text("---\ntitle: three\ndate: 2024-03-20\n---\nText of three.\n")
        archive.import_(tmp_path / "three.md")
        assert archive.has_changed_files()
        archive.sync()
        assert not archive.has_changed_files()
        (tmp_path / "four.md").write_text("---\ntitle: four\ndate: 2025-01-01\n---\nText of four.\n")
        archive.import_(tmp_path / "four.md")
        assert not archive.has_changed_files()


def test_a_rebuild_is_a_sync(archive: Archive) -> None:
    with Archive.open(archive.path) as archive:
        _add_folder(archive.path, archive.path)
        assert archive.has_changed_files()
        archive.rebuild()
        assert not archive.has_changed_files()


def test_commands_say_so_on_a_terminal(archive: Archive) -> None:
    advice = "files have changed since the last sync; run 'docarchive sync'"
    commands = (["search", "text"], ["list"], ["stats"])
    for command in commands:
        assert advice not in on_a_terminal("--archive", archive.path, *command)[1]
    _add_folder(archive.path, archive.path)
    for command in commands:
        printed = on_a_terminal("--archive", archive.path, *command)[1]
        assert advice in " ".join(printed.split())
        assert advice not in on_a_terminal("--archive", archive.path, *command, "--json")[1]
