"""What cannot be a target, or a folder to restore to, is refused in one sentence; a stranger's target does no harm."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from archive.backing_up.targets import KINDS, check_target, import_, restored
from support import UNPRIVILEGED, snapshot

from docarchive import Archive, ArchiveError, ArchiveLocked, DocarchiveError, NotFoundError, UsageError


@pytest.fixture
def news(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(3))
    return tmp_path / "news"


def foreign(base: Path) -> str:
    (base / "foreign").mkdir()
    (base / "foreign/photo.jpg").write_bytes(b"x")
    return str(base / "foreign")


def foreign_zip(base: Path) -> str:
    with ZipFile(base / "foreign.zip", "w") as file:
        file.writestr("photo.jpg", b"x")
    return str(base / "foreign.zip")


def no_zip(base: Path) -> str:
    (base / "no.zip").write_bytes(b"no ZIP file")
    return str(base / "no.zip")


def plain_file(base: Path) -> str:
    (base / "file").write_text("x")
    return str(base / "file")


def other_archive(base: Path) -> str:
    Archive.create(base / "other").close()
    return str(base / "other")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (lambda base: base / "news", "is inside of the archive; name a folder outside of it"),
        (lambda base: base / "news/backups", "is inside of the archive"),
        (lambda base: base / "news/b.zip", "is inside of the archive"),
        (lambda base: f"file://{base}/news/backups", "is inside of the archive"),
        (lambda base: base, "the archive is inside of"),
        (lambda base: f"file://{base}", "the archive is inside of"),
        (foreign, "has other files, such as photo.jpg, and no backups; name an empty or a new folder"),
        (lambda base: f"file://{foreign(base)}", "has other files, such as photo.jpg"),
        (foreign_zip, "has other files, such as photo.jpg"),
        (no_zip, "is no ZIP file that can be read"),
        (plain_file, "is a file; name a folder, or a file that ends in .zip"),
        (other_archive, "has other files, such as articles"),
        (lambda base: "nosuch://x", "is no address of a backup: Protocol not known: nosuch"),
    ],
)
def test_what_cannot_be_a_target_is_refused(news: Path, target: Callable[[Path], object], reason: str) -> None:
    address = str(target(news.parent))
    made = snapshot(news.parent)
    with Archive.open(news) as archive:
        for dry_run in (True, False):
            with pytest.raises(UsageError) as error:
                archive.backup(address, dry_run=dry_run)
            assert reason in str(error.value)
            assert "\n" not in str(error.value)
    assert snapshot(news.parent) == made


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_target_that_leads_into_the_archive_through_a_link_is_refused(news: Path) -> None:
    (news.parent / "link").symlink_to(news / "articles")
    with Archive.open(news) as archive, pytest.raises(UsageError, match="is inside of the archive"):
        archive.backup(news.parent / "link/backups")


def test_an_empty_disk_has_what_systems_put_there(news: Path) -> None:
    for name in ("lost+found", ".Trash-1000"):
        (news.parent / "disk" / name).mkdir(parents=True)
    with Archive.open(news) as archive:
        archive.backup(news.parent / "disk")
        archive.backup(news.parent / "disk")
    assert restored(news.parent / "disk", news.parent / "copy") == snapshot(news)


@pytest.mark.parametrize("kind", KINDS)
def test_two_backups_at_once(news: Path, kind: str) -> None:
    target = KINDS[kind].format(news.parent)
    errors: list[Exception] = []

    def second(phase: str, done: int, total: int | None) -> None:
        if phase == "backup" and not errors:
            with Archive.open(news) as other:
                try:
                    other.backup(target)
                except DocarchiveError as error:
                    errors.append(error)

    with Archive.open(news, progress=second) as archive:
        archive.backup(target)
    assert len(errors) == 1
    assert isinstance(errors[0], ArchiveLocked)
    assert str(errors[0]).startswith(f"another backup is being written to {target}")
    if "://" not in target:
        check_target(Path(target))


@pytest.mark.parametrize("kind", ["folder", "zip"])
@pytest.mark.skipif(os.name == "nt" or not shutil.which(UNPRIVILEGED[0]), reason="root may write everywhere")
def test_a_target_that_may_not_be_written(news: Path, kind: str) -> None:
    disk = news.parent / "disk"
    target = KINDS[kind].format(disk)
    disk.mkdir()
    with Archive.open(news) as archive:
        archive.backup(target)
    was = snapshot(disk)
    folders = [disk, *(path for path in disk.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    try:
        argv = [sys.executable, "-m", "docarchive", "--archive", str(news), "backup", target]
        ran = subprocess.run([*UNPRIVILEGED, *argv], capture_output=True, text=True, check=False)
    finally:
        for path in folders:
            path.chmod(0o755)
    assert (ran.returncode, ran.stdout) == (4, "")
    assert ran.stderr == (
        f"docarchive: {target} is read-only for this user; change its permissions, or name another one\n"
    )
    assert snapshot(disk) == was


def test_restoring_needs_a_new_or_an_empty_folder(news: Path, tmp_path: Path) -> None:
    with Archive.open(news) as archive:
        archive.backup(tmp_path / "target")
    for folder, reason in (
        ("news", "is not empty: it has .docarchive; name a new or an empty folder"),
        ("inbox", "is not empty: it has 0.md"),
        ("inbox/0.md", "is a file; name a new folder"),
        ("target/new", "is inside of"),
        ("target/archive", "is inside of"),
    ):
        was = snapshot(tmp_path)
        with pytest.raises(UsageError) as error:
            Archive.restore(tmp_path / "target", tmp_path / folder)
        assert reason in str(error.value)
        assert snapshot(tmp_path) == was
    (tmp_path / "empty").mkdir()
    assert restored(tmp_path / "target", tmp_path / "empty") == snapshot(news)


def test_restoring_needs_backups(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for target in (tmp_path / "missing", tmp_path / "empty", tmp_path / "missing.zip", "memory://missing"):
        with pytest.raises(NotFoundError, match="there are no backups in"):
            Archive.restore(target, tmp_path / "new")
        with pytest.raises(NotFoundError, match="there are no backups in"):
            Archive.backups(target)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_a_restore_that_was_interrupted_is_done_again(news: Path, tmp_path: Path) -> None:
    with Archive.open(news) as archive:
        archive.backup(tmp_path / "target")

    def interrupt(phase: str, done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Archive.restore(tmp_path / "target", tmp_path / "copy", progress=interrupt)
    assert [path.name for path in (tmp_path / "copy").iterdir()] == [".docarchive-restore"]
    (tmp_path / "copy/.docarchive-restore/articles").rename(tmp_path / "copy/articles")  # as if killed a little later
    assert restored(tmp_path / "target", tmp_path / "copy") == snapshot(news)


# A stranger's target


def rewritten(target: Path, change: Callable[[bytes], bytes]) -> None:
    for path in (target / "backups").iterdir():
        path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize(
    "path", ["../outside", "/tmp/outside", "articles/../../outside", ".docarchive/x", ".git/config", "articles//x"]
)
def test_no_path_of_a_list_leads_out_of_the_folder(news: Path, tmp_path: Path, path: str) -> None:
    with Archive.open(news) as archive:
        archive.backup(tmp_path / "target")
    rewritten(tmp_path / "target", lambda data: data.replace(b".gitignore", path.encode()))
    was = snapshot(tmp_path)
    with pytest.raises(ArchiveError, match="is damaged: line 6 names a path that is not one inside of an archive"):
        Archive.restore(tmp_path / "target", tmp_path / "new/copy")
    shutil.rmtree(tmp_path / "new")
    assert snapshot(tmp_path) == was
    assert not Path("/tmp/outside").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_no_link_in_a_target_is_followed(news: Path, tmp_path: Path) -> None:
    with Archive.open(news) as archive:
        archive.backup(tmp_path / "target")
        secret = tmp_path / "secret"
        mirror = tmp_path / "target/archive"
        (mirror / ".gitignore").rename(secret)
        (mirror / ".gitignore").symlink_to(secret)
        (mirror / "originals").rename(tmp_path / "originals")
        (mirror / "originals").symlink_to(tmp_path / "originals")
        report = Archive.restore(tmp_path / "target", tmp_path / "copy")
        assert {refusal.where.split("/")[0] for refusal in report.refused} == {".gitignore", "originals"}
        assert len(report.refused) == 4
        outside = snapshot(tmp_path / "originals") | {"secret": secret.read_bytes()}
        for verify in (False, True):
            with pytest.raises(ArchiveError, match="originals is a link"):
                archive.backup(tmp_path / "target", verify=verify)
        (mirror / "originals").unlink()
        archive.backup(tmp_path / "target")
        assert snapshot(tmp_path / "originals") | {"secret": secret.read_bytes()} == outside
    assert restored(tmp_path / "target", tmp_path / "again") == snapshot(news)


@pytest.mark.parametrize("name", ["2024-03-16T08-00-00Z.sha256", "x.sha256", "9999-99-99T99-99-99Z.sha256"])
def test_a_list_of_a_stranger_is_refused_or_no_list(news: Path, tmp_path: Path, name: str) -> None:
    with Archive.open(news) as archive:
        archive.backup(tmp_path / "target")
    (tmp_path / "target/backups" / name).write_bytes(b"\xff" * 100_000)
    if name.startswith("2024"):
        with pytest.raises(ArchiveError, match="is damaged: it does not begin as a list of docarchive does"):
            Archive.backups(tmp_path / "target")
    else:
        assert len(Archive.backups(tmp_path / "target")) == 1
    assert restored(tmp_path / "target", tmp_path / "copy") == snapshot(news)


def test_a_zip_file_cut_anywhere_is_refused_or_its_files_are_named(news: Path, tmp_path: Path) -> None:
    with Archive.open(news) as archive:
        archive.backup(tmp_path / "target.zip")
    data = (tmp_path / "target.zip").read_bytes()
    for number, end in enumerate(range(0, len(data), len(data) // 7)):
        (tmp_path / "cut.zip").write_bytes(data[:end])
        with pytest.raises(DocarchiveError):
            Archive.restore(tmp_path / "cut.zip", tmp_path / f"cut {number}")
    for number, at in enumerate(range(0, len(data), len(data) // 40)):
        (tmp_path / "bad.zip").write_bytes(data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :])
        try:
            report = Archive.restore(tmp_path / "bad.zip", tmp_path / f"bad {number}")
        except DocarchiveError:
            continue
        found, whole = snapshot(tmp_path / f"bad {number}"), snapshot(news)
        assert found.items() <= whole.items()
        assert whole.keys() - found.keys() == {refusal.where for refusal in report.refused}
