"""Hand edits: what a file was before it was edited, emptied or deleted by hand is kept, and can be taken back."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import snapshot

from docarchive import ENGINES, Archive, ArchiveDamaged, InputError, NotFoundError, UsageError

FERRY = b"---\nid: ferry\ntitle: Ferry\ntags:\n- sea\nmood:   calm # mine\n---\n\nThe ferry sails at noon.\n"
_UPDATE = json.dumps(
    {"url": "https://example.org/ferry", "title": "Ferry", "tags": ["sea", "sky"], "body": "The ferry sails at noon."}
).encode()
#: What reads what was edited by hand in an article, before it does something else.
_COMMANDS: dict[str, Callable[[Archive], object]] = {
    "sync": lambda archive: archive.sync(),
    "tag": lambda archive: archive.tag(ids=["ferry"], add=["harbour"]),
    "set": lambda archive: archive.set(ids=["ferry"], values={"section": "Ports"}),
    "note": lambda archive: archive.note("ferry", "Ask the captain."),
    "highlight": lambda archive: archive.highlight("ferry", "The ferry"),
    "edit": lambda archive: archive.edit("ferry", archive.text("ferry") + "\nMore.\n"),
    "remove": lambda archive: archive.remove(ids=["ferry"]),
    "merge": lambda archive: archive.merge("ferry", "pier"),
    "rename tag": lambda archive: archive.rename_tag("sea", "coast"),
    "rebuild": lambda archive: archive.rebuild(),
    "import": lambda archive: archive.import_(BytesIO(_UPDATE), format="jsonl"),
}
#: What reads the files, and changes some.
_SEEN: dict[str, Callable[[Archive], object]] = {
    "sync": _COMMANDS["sync"],
    "rebuild": _COMMANDS["rebuild"],
    "tag": lambda archive: archive.tag("", add=["harbour"]),
    "undo": lambda archive: archive.undo(),
}


@pytest.fixture(params=ENGINES)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    with Archive.create(tmp_path / "news", engine=request.param) as opened:
        write(opened, "ferry", FERRY)
        write(opened, "pier", b"---\nid: pier\ntitle: Pier\n---\n\nThe pier is closed.\n")
        opened.sync()
        yield opened


def write(archive: Archive, name: str, data: bytes) -> Path:
    path = archive.path / "articles" / f"{name}.md"
    path.write_bytes(data)
    return path


def edited(archive: Archive, before: str = "noon", after: str = "one") -> bytes:
    """Edits the ferry by hand; returns the bytes of its file."""
    path = archive.path / "articles" / "ferry.md"
    path.write_bytes(path.read_bytes().replace(before.encode(), after.encode()))
    return path.read_bytes()


def texts(archive: Archive) -> list[bytes]:
    return [archive.text("ferry", version=version.number).encode() for version in archive.versions("ferry")]


def test_an_edit_is_a_version_and_a_change_that_is_taken_back_and_made_again(archive: Archive) -> None:
    data = edited(archive)
    report = archive.sync()
    assert (report.modified, report.change) == (["articles/ferry.md"], 1)
    assert texts(archive) == [FERRY, data]
    assert archive.diff("ferry").unified().count("\n+The ferry sails at one.") == 1
    (entry,) = archive.log("ferry")
    assert (entry.command, entry.words, entry.articles, entry.interrupted) == ("sync", "edits by hand", 1, False)
    assert [change.kind for change in archive.changed(1)] == ["changed"]
    assert archive.undo().changed == 1
    assert archive.text("ferry").encode() == FERRY
    assert texts(archive) == [FERRY, data, FERRY]
    assert (archive.count("noon"), archive.count("one")) == (1, 0)
    archive.redo()
    assert archive.text("ferry").encode() == data
    assert archive.verify().ok


@pytest.mark.parametrize("command", [*_COMMANDS])
def test_every_command_that_reads_an_edit_keeps_what_was_there(tmp_path: Path, command: str) -> None:
    with Archive.create(tmp_path / "news") as archive:
        if command == "import":
            archive.import_(BytesIO(_UPDATE.replace(b', "sky"', b"")), format="jsonl")
            path = archive.path / next(archive.list()).path
            path.write_bytes(path.read_bytes().replace(b"\n---\n", b"\nid_note: mine\n---\n", 1))
        else:
            path = write(archive, "ferry", FERRY)
            write(archive, "pier", b"---\nid: pier\ntitle: Pier\n---\n\nThe pier is closed.\n")
        archive.sync()
        before = path.read_bytes()
        path.write_bytes(before.replace(b"noon", b"one"))
        by_hand = path.read_bytes()
        _COMMANDS[command](archive)
        files = {*snapshot(archive.path).values()}
        assert {before, by_hand} <= files
        assert archive.verify().ok
        if command != "import":
            (sync,) = (entry for entry in archive.log() if entry.command == "sync")
            for _ in range(sync.change, next(archive.log()).change + 1):
                archive.undo()
            assert path.read_bytes() == before


def test_an_edit_in_a_later_batch_of_an_import_is_kept_too(archive: Archive) -> None:
    """An import notices it when its own change is in the log already: the edit is no change of its own there."""
    first = [b'{"url": "https://example.org/%d", "title": "A%d", "body": "Wave %d."}' % (n, n, n) for n in range(1_002)]
    archive.import_(BytesIO(b"\n".join(first)), format="jsonl")
    path = archive.path / next(archive.list('"wave 1001"')).path
    before = path.read_bytes()
    path.write_bytes(before.replace(b"title: A1001", b"title: Mine"))
    archive.import_(BytesIO(b"\n".join(line.replace(b"Wave", b"Foam") for line in first)), format="jsonl")
    row = next(archive.list("title:mine"))
    versions = [archive.text(row.id, version=version.number) for version in archive.versions(row.id)]
    assert versions[0].encode() == before
    assert [text.splitlines()[2] for text in versions] == ["title: A1001", "title: Mine", "title: Mine"]
    assert archive.text(row.id).endswith("Foam 1001.\n")
    assert archive.undo().changed == 1_002
    assert "title: Mine" in archive.text(row.id)


def test_a_deleted_file_is_in_the_trash(archive: Archive) -> None:
    (archive.path / "articles" / "ferry.md").unlink()
    assert archive.sync().removed == ["articles/ferry.md"]
    (entry,) = archive.trash()
    assert (entry.id, entry.change) == ("ferry", 1)
    assert archive.count("in:trash noon") == 1
    assert archive.restore_articles(ids=["ferry"]).changed == 1
    assert (archive.path / "articles" / "ferry.md").read_bytes() == FERRY
    archive.undo()
    archive.undo(1)
    assert (archive.path / "articles" / "ferry.md").read_bytes() == FERRY
    assert archive.verify().ok


def test_what_is_no_edit_is_no_change(archive: Archive) -> None:
    path = archive.path / "articles" / "ferry.md"
    path.write_bytes(FERRY)
    os.utime(path, (1, 1))
    archive.sync()
    path = path.rename(path.with_name("moved.md"))
    assert archive.sync().moved == ["articles/moved.md"]
    write(archive, "new", b"A new article.\n")
    assert archive.sync().added == ["articles/new.md"]
    archive.rebuild()
    assert (archive.sync().change, [*archive.log()], archive.versions("ferry")[:-1]) == (None, [], [])


def test_an_edit_of_what_is_no_content_is_a_version_too(archive: Archive) -> None:
    """Comments and spaces of front matter are bytes that someone wrote."""
    data = edited(archive, "calm # mine", "calm # yours")
    assert archive.sync().modified == []
    assert texts(archive) == [FERRY, data]


def test_a_file_that_became_another_article_is_kept(archive: Archive) -> None:
    path = archive.path / "articles" / "ferry.md"
    path.write_bytes(FERRY.replace(b"id: ferry", b"id: boat"))
    archive.sync()
    assert [entry.id for entry in archive.trash()] == ["ferry"]
    with pytest.raises(UsageError, match=r"ferry.md is taken by another file"):
        archive.undo()
    path.unlink()
    archive.sync()
    archive.undo(1)
    assert path.read_bytes() == FERRY


@pytest.mark.parametrize("damage", [b"", bytes(100), FERRY[:20], b"\xff\xfe" + FERRY, b"<html>Sign in</html>"])
def test_a_damaged_file_is_given_back(archive: Archive, damage: bytes) -> None:
    path = archive.path / "articles" / "ferry.md"
    path.write_bytes(damage)
    (refused,) = archive.sync().refused
    assert "put its last text back with 'docarchive restore ferry --version 1'" in refused.reason
    with pytest.raises(NotFoundError, match="has no earlier versions"):
        archive.restore_version("ferry", 2)
    assert archive.restore_version("ferry", 1, dry_run=True).changed == 1
    assert path.read_bytes() == damage
    assert archive.restore_version("ferry", 1).changed == 1
    assert path.read_bytes() == FERRY
    assert archive.sync().refused == []
    kept = [data for name, data in snapshot(archive.path).items() if name.startswith("versions/")]
    assert kept == ([damage] if damage.strip(b"\0") else [])
    assert archive.restore_version("ferry", len(kept) + 1).unchanged == 1


def test_an_earlier_version_replaces_a_damaged_file(archive: Archive) -> None:
    data = edited(archive)
    archive.sync()
    path = archive.path / "articles" / "ferry.md"
    path.write_bytes(b"")
    archive.restore_version("ferry", 1)
    assert path.read_bytes() == FERRY
    assert texts(archive) == [FERRY, data, FERRY]
    archive.undo()
    assert path.read_bytes() == data
    assert archive.verify().ok


def test_after_a_rebuild_a_damaged_file_is_given_back_too(archive: Archive) -> None:
    path = archive.path / "articles" / "ferry.md"
    path.write_bytes(b"")
    archive.rebuild()
    archive.restore_version("ferry", 1)
    assert path.read_bytes() == FERRY


def without_copies(root: Path) -> None:
    """Makes the catalog one that an older version has made."""
    with closing(sqlite3.connect(root / ".docarchive" / "catalog.sqlite")) as catalog:
        catalog.execute("DROP TABLE copies")
        catalog.execute("DELETE FROM facts WHERE name = 'copies'")
        catalog.commit()


def test_a_catalog_of_an_older_version_gets_copies_with_its_first_sync(archive: Archive) -> None:
    root = archive.path
    without_copies(root)
    path = root / "articles" / "ferry.md"
    path.write_bytes(b"")
    (refused,) = archive.sync().refused
    assert "put a whole file there" in refused.reason
    assert "--version" not in refused.reason
    with pytest.raises(ArchiveDamaged):
        archive.restore_version("ferry", 1)
    path.write_bytes(FERRY)
    archive.sync()
    without_copies(root)
    edited(archive)
    assert (archive.sync().change, len(archive.versions("ferry"))) == (None, 1), "nothing says what it was"
    data = edited(archive, "one", "two")
    archive.sync()
    assert texts(archive)[-1] == data
    assert len(texts(archive)) == 2
    assert archive.verify().ok


def test_a_copy_that_was_changed_is_no_copy(archive: Archive) -> None:
    root = archive.path
    archive.close()
    with closing(sqlite3.connect(root / ".docarchive" / "catalog.sqlite")) as catalog:
        catalog.execute("UPDATE copies SET copy = (SELECT copy FROM copies WHERE n = 2) WHERE n = 1")
        catalog.commit()
    with Archive.open(root) as again:
        (fault,) = again.verify().faults
        assert (fault.kind, fault.repaired) == ("catalog", True), "it was built again"
        edited(again)
        again.sync()
        assert texts(again)[0] == FERRY


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(["edit", "empty", "delete", "move", *_SEEN]), max_size=12))
def test_no_text_that_was_seen_is_lost(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    with Archive.create(tmp_path_factory.mktemp("archives") / "news") as archive:
        write(archive, "ferry", FERRY)
        archive.sync()
        seen = {FERRY}
        for number, step in enumerate(steps):
            path = next((archive.path / "articles").rglob("*.md"), None)
            if step in _SEEN:
                with suppress(NotFoundError, UsageError):
                    _SEEN[step](archive)
                known = {
                    archive.path / row.path for row in archive.list()
                }  # a change does not see a file that was moved
                seen |= {path.read_bytes() for path in known if path.exists()} - {b""}
            elif path is None:
                continue
            elif step == "edit" and path.read_bytes():
                path.write_bytes(path.read_bytes() + b"\nWave %d.\n" % number)
            elif step == "empty":
                path.write_bytes(b"")
            elif step == "delete":
                path.unlink()
            elif step == "move":
                path.rename(path.with_name(f"{number}.md"))
        archive.verify(repair=True)
        archive.sync()
        assert seen <= {*snapshot(archive.path).values()}
        for change in [*archive.log()]:
            if change.undoes is None and change.undone is None:
                archive.undo(change.change)
        assert (archive.path / archive.file("ferry")).read_bytes() == FERRY


def test_nothing_is_taken_back_if_an_edit_cannot_be_read(archive: Archive) -> None:
    archive.tag("", add=["harbour"])
    ferry, pier = (archive.path / "articles" / f"{name}.md" for name in ("ferry", "pier"))
    pier.write_bytes(pier.read_bytes().replace(b"title: Pier", b"title: [Pier"))
    before = ferry.read_bytes(), pier.read_bytes()
    with pytest.raises(InputError, match=r"articles/pier\.md .*front matter"):
        archive.undo()
    assert (ferry.read_bytes(), pier.read_bytes()) == before
    assert [entry.command for entry in archive.log()] == ["tag"]
