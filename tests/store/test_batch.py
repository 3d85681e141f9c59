"""Batches: all files whole, or none under its name."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.store import Batch


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("count", [1, 3, 100])
def test_writes_every_file_in_new_folders(tmp_path: Path, count: int) -> None:
    batch = Batch(Folder(tmp_path), "tmp")
    wanted = {f"a/{number % 7}/{number}.md": b"x" * number for number in range(count)}
    for path, data in wanted.items():
        batch.add(path, data)
    assert all(path in batch for path in wanted)
    batch.commit()
    assert files(tmp_path) == wanted
    assert not any(path in batch for path in wanted)
    batch.commit()
    assert files(tmp_path) == wanted


def test_replaces_a_file_and_moves_a_finished_one(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"old")
    (tmp_path / "ready").write_bytes(b"moved")
    batch = Batch(Folder(tmp_path), "tmp")
    batch.add("a.md", b"new")
    batch.add("originals/m", "ready")
    batch.commit()
    assert files(tmp_path) == {"a.md": b"new", "originals/m": b"moved"}


def test_a_failure_before_the_renames_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = Batch(Folder(tmp_path), "tmp")
    for number in range(10):
        batch.add(f"{number}.md", b"text")
    written = iter(range(5))
    write_ = os.write

    def full(descriptor: int, data: bytes) -> int:
        if next(written, None) is None:
            raise OSError(28, "No space left on device")
        return write_(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="No space"):
        batch.commit()
    assert files(tmp_path) == {}


def test_write_keeps_the_old_file_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(tmp_path)
    folder.put("settings", b"old")

    def broken(old: object, new: object, **folders: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="Input/output"):
        folder.put("settings", b"new")
    assert files(tmp_path) == {"settings": b"old"}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("../out/a.md", "no path inside of it"),
        ("versions/../../out/a.md", "no path inside of it"),
        ("/etc/a.md", "no path inside of it"),
        ("deep//a.md", "no path inside of it"),
        ("nul\0/a.md", "names 'nul\\x00'"),
        ("linked/a.md", "linked is a link"),
        ("linked/deeper/a.md", "linked is a link"),
        ("deep/linked/a.md", "deep/linked is a link"),
        ("deep/dangling/a.md", "deep/dangling is a link"),
        ("file/a.md", "file is not a folder"),
    ],
)
def test_nothing_is_written_outside_or_through_a_link(tmp_path: Path, path: str, reason: str) -> None:
    root = tmp_path / "archive"
    (root / "deep").mkdir(parents=True)
    (root / "other").mkdir()
    (tmp_path / "out").mkdir()
    (root / "file").touch()
    (root / "linked").symlink_to(tmp_path / "out")
    (root / "deep" / "linked").symlink_to(root / "other")
    (root / "deep" / "dangling").symlink_to(tmp_path / "nowhere")
    batch = Batch(Folder(root), "tmp")
    batch.add("good.md", b"text")
    batch.add(path, b"text")
    with pytest.raises(ArchiveDamaged, match=re.escape(reason)):
        batch.commit()
    assert files(tmp_path) == {"archive/file": b""}


def test_the_archive_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "archive").symlink_to(tmp_path / "home")
    batch = Batch(Folder(tmp_path / "archive"), "tmp")
    batch.add("top.md", b"text")
    batch.add("articles/a.md", b"text")
    batch.commit()
    assert files(tmp_path / "home") == {"top.md": b"text", "articles/a.md": b"text"}


@pytest.mark.skipif(os.name == "nt", reason="folders are not flushed there")
def test_what_an_article_needs_is_flushed_before_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    replace, fsync = os.replace, os.fsync

    def replaced(path: str, new_path: str, **folders: int) -> None:
        replace(path, new_path, **folders)
        done.append(new_path)

    def flushed(descriptor: int) -> None:
        fsync(descriptor)
        done.append(os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}")) if os.path.isdir("/proc") else "")

    monkeypatch.setattr(os, "replace", replaced)
    monkeypatch.setattr(os, "fsync", flushed)
    batch = Batch(Folder(tmp_path), "tmp")
    for path in ("articles/1/a.md", "originals/ab/a.txt", "versions/1/0001.md"):
        batch.add(path, path.encode())
    batch.commit()
    assert done.index("a.md") > max(done.index(name) for name in ("a.txt", "0001.md"))
    if os.path.isdir("/proc"):
        assert done.index("a.md") > max(done.index(name) for name in ("ab", "1"))
        assert done[-1] == "1"


def keep(root: Path) -> Batch:
    """Returns a batch that replaces a file, and keeps what it was."""
    path = root / "articles" / "a.md"
    path.parent.mkdir()
    path.write_bytes(b"old")
    status = path.stat()
    batch = Batch(Folder(root), "tmp")
    batch.add("articles/a.md", b"new")
    batch.keep("versions/a/0001.md", b"old", ("articles/a.md", status.st_size, status.st_mtime_ns))
    return batch


def no_links(*arguments: object, **options: object) -> None:
    raise PermissionError("no links here")


@pytest.mark.parametrize("linked", [True, False])
def test_what_is_replaced_is_kept_with_and_without_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    batch = keep(tmp_path)
    number = (tmp_path / "articles" / "a.md").stat().st_ino
    if not linked:
        monkeypatch.setattr(os, "link", no_links)
    batch.commit()
    assert files(tmp_path) == {"articles/a.md": b"new", "versions/a/0001.md": b"old"}
    version = (tmp_path / "versions" / "a" / "0001.md").stat()
    assert (version.st_nlink, version.st_ino == number) == (1, linked)


def test_what_was_edited_meanwhile_is_not_taken_for_what_it_was(tmp_path: Path) -> None:
    batch = keep(tmp_path)
    (tmp_path / "articles" / "a.md").write_bytes(b"edited")
    batch.commit()
    assert files(tmp_path) == {"articles/a.md": b"new", "versions/a/0001.md": b"old"}


def test_a_file_with_another_name_elsewhere_is_copied(tmp_path: Path) -> None:
    """A program that writes to the other name must not change the version."""
    batch = keep(tmp_path)
    os.link(tmp_path / "articles" / "a.md", tmp_path / "other.md")
    batch.commit()
    (tmp_path / "other.md").write_bytes(b"written")
    assert (tmp_path / "versions" / "a" / "0001.md").read_bytes() == b"old"


def test_a_version_of_what_is_not_replaced_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> int:
        raise OSError(28, "no space")

    batch = keep(tmp_path)
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(OSError, match="no space"):
        batch.commit()
    monkeypatch.undo()
    assert files(tmp_path) == {"articles/a.md": b"old"}
    assert (tmp_path / "articles" / "a.md").stat().st_nlink == 1
