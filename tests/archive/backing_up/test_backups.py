"""Whatever happens to an archive between backups, each of them is restored as the archive was, byte for byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from archive.backing_up.targets import KINDS, article, by_hand, check_target, files, import_, restored
from hypothesis import given, settings
from hypothesis import strategies as st
from support import UNPRIVILEGED, snapshot

from docarchive import Archive, UsageError

CHANGES = [
    "import",
    "update",
    "edit",
    "add",
    "attach",
    "move",
    "delete",
    "refuse",
    "discard",
    "save",
    "sync",
    "nothing",
]
STEPS = st.lists(st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 9)), max_size=4), min_size=1, max_size=4)


def change(archive: Archive, folder: Path, kind: str, number: int) -> None:
    """Changes an archive in some way."""
    if kind in ("import", "update"):
        import_(archive, folder, range(number, number + 3), f"edition {number}" if kind == "update" else "first")
    elif kind == "refuse":
        (folder / f"{number}.pdf").write_bytes(b"%PDF-1.4\nno page" + bytes([number]))
        archive.import_(folder / f"{number}.pdf")
    elif kind == "discard" and archive.quarantine():
        archive.discard(all=True)
    elif kind == "save":
        archive.save_search(f"s{number}", f"tag:t{number}")
    elif kind == "sync":
        archive.sync()
    else:
        change_by_hand(archive.path, kind, number)


def change_by_hand(root: Path, kind: str, number: int) -> None:
    """Changes the files of an archive in some way."""
    have = files(root)
    if kind == "add":
        (root / "articles" / f"own {number}.md").write_text(article(100 + number))
    elif kind == "attach":
        (root / "articles" / f"ünï {number}.bin").write_bytes(bytes(range(256)) * number)
    if not have:
        return
    file = have[number % len(have)]
    if kind == "edit":
        file.write_text(f"{file.read_text()}\nBy hand {number}.\n")
    elif kind == "move":
        (root / "articles/elsewhere").mkdir(exist_ok=True)
        file.rename(root / f"articles/elsewhere/{number}-{file.name}")
    elif kind == "delete":
        file.unlink()


@pytest.mark.thorough
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=5)
@given(steps=STEPS, data=st.data())
def test_each_backup_is_restored_as_the_archive_was(kind: str, steps: list[list[tuple[str, int]]], data: Any) -> None:
    with TemporaryDirectory() as folder:
        base = Path(folder)
        target = KINDS[kind].format(base)
        were: dict[str, dict[str, bytes]] = {}
        (base / "inbox").mkdir()
        with Archive.create(base / "archive") as archive:
            import_(archive, base / "inbox", range(4))
            for step in steps:
                for what, number in step:
                    change(archive, base / "inbox", what, number)
                was = snapshot(base / "archive")
                if not any(path.startswith("articles/") for path in was):
                    (base / "archive/articles").mkdir(exist_ok=True)
                verify = data.draw(st.booleans())
                planned = archive.backup(target, dry_run=True, verify=verify)
                report = archive.backup(target, verify=verify)
                assert report.refused == planned.refused == []
                assert report.to_dict() | {"time": ""} == planned.to_dict()
                assert (report.files, report.bytes) == (len(was), sum(map(len, was.values())))
                assert report.copied + report.unchanged == report.files
                were[report.time] = was
                if "://" not in target:
                    check_target(Path(target))
            again = archive.backup(target)
            were[again.time] = was
            assert (again.copied, again.removed, again.unchanged) == (0, 0, len(was))
            listed = archive.backups(target)
        assert [backup.time for backup in listed] == [*were]
        assert [backup.files for backup in listed] == [len(was) for was in were.values()]
        for number, (time, was) in enumerate(were.items()):
            assert restored(target, base / f"restored {number}", time) == was
            if kind == "folder":
                assert by_hand(Path(target), base / f"by hand {number}", time) == was
        with Archive.open(base / f"restored {number}") as archive:
            assert len(archive) == len(files(archive.path))


def test_what_is_restored_is_the_archive(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news", name="City desk", engine="whoosh", language="de") as archive:
        import_(archive, tmp_path / "inbox", range(5))
        import_(archive, tmp_path / "inbox", range(2), "second")
        archive.save_search("two", "title:2")
        files(archive.path)[4].unlink()
        archive.sync()
        archive.backup(tmp_path / "target")
        Archive.restore(tmp_path / "target", tmp_path / "copy")
        with Archive.open(tmp_path / "copy") as copy:
            assert copy.settings == archive.settings
            assert [*copy] == [*archive]
            assert copy.count("second") == archive.count("second") == 2
            for row in archive.list():
                assert copy.provenance(row.id) == archive.provenance(row.id)
            assert copy.import_(tmp_path / "inbox").unchanged == archive.import_(tmp_path / "inbox").unchanged == 4
            report = copy.backup(tmp_path / "target")
            assert (report.copied, report.removed) == (0, 0)


def test_times_of_files_are_kept(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(3))
        archive.backup(tmp_path / "target")
        archive.backup(tmp_path / "target.zip")
    for target, exact in (("target", 1), ("target.zip", 2_000_000_000)):
        Archive.restore(tmp_path / target, tmp_path / f"from {target}")
        for file in files(tmp_path / "news"):
            copy = tmp_path / f"from {target}" / file.relative_to(tmp_path / "news")
            assert copy.stat().st_mtime_ns // exact == file.stat().st_mtime_ns // exact


def test_only_what_changed_is_read_and_copied(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(20))
        archive.backup(tmp_path / "target")
        mirror = tmp_path / "target/archive"
        inodes = {path: path.stat().st_ino for path in mirror.rglob("*") if path.is_file()}
        import_(archive, tmp_path / "inbox", range(3), "second")
        report = archive.backup(tmp_path / "target")
        assert report.copied == 10  # articles, versions, originals, and the log
        kept = [path for path, inode in inodes.items() if path.stat().st_ino == inode]
        assert len(kept) == report.unchanged == len(inodes) - 4
        # Other bytes of the same size and time are not noticed, which is what ``verify`` is for.
        file = files(mirror)[7]
        status = file.stat()
        file.write_bytes(file.read_bytes()[::-1])
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert archive.backup(tmp_path / "target").copied == 0
        assert archive.backup(tmp_path / "target", verify=True).repaired == 1
        assert file.read_bytes() == files(tmp_path / "news")[7].read_bytes()


def test_what_is_not_the_archives_is_left_out_and_named(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(1))
        root = archive.path
        (root / "notes.txt").write_text("mine")
        (root / ".git").mkdir()
        (root / "articles/link.md").symlink_to(tmp_path / "inbox/0.md")
        (root / "articles/.0.md.4711.new").write_text("half")
        report = archive.backup(tmp_path / "target")
    assert report.left_out == ["notes.txt", "articles/link.md"]
    assert {path.name for path in (tmp_path / "target/archive").iterdir()} == {
        *(".gitignore", "articles", "docarchive.toml", "log.jsonl", "originals")
    }
    assert [path.name for path in files(tmp_path / "target/archive")] == [files(tmp_path / "news")[1].name]


def test_the_mirror_may_be_opened(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(3))
        archive.backup(tmp_path / "target")
        with Archive.open(tmp_path / "target/archive") as mirror:
            assert mirror.count("text") == 3
        assert archive.backup(tmp_path / "target").copied == 0
        assert (tmp_path / "target/archive/.docarchive").is_dir()


@pytest.mark.skipif(os.name == "nt" or not shutil.which(UNPRIVILEGED[0]), reason="root may write everywhere")
@pytest.mark.parametrize("has_catalog", [True, False])
def test_a_backup_of_an_archive_that_may_only_be_read(tmp_path: Path, has_catalog: bool) -> None:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(3))
    if not has_catalog:
        shutil.rmtree(tmp_path / "news/.docarchive")
    was = snapshot(tmp_path / "news")
    folders = [path for path in (tmp_path / "news", *(tmp_path / "news").rglob("*")) if path.is_dir()]
    for path in folders:
        path.chmod(0o555)
    try:
        argv = [
            sys.executable,
            "-m",
            "docarchive",
            "--archive",
            str(tmp_path / "news"),
            "backup",
            str(tmp_path / "target"),
        ]
        ran = subprocess.run([*UNPRIVILEGED, *argv], capture_output=True, text=True, check=False)
    finally:
        for path in folders:
            path.chmod(0o755)
    assert ran.returncode == 0, ran.stderr
    assert "backed up 9 files" in ran.stdout
    assert restored(tmp_path / "target", tmp_path / "copy") == was


def test_an_empty_archive(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news") as archive:
        archive.backup(tmp_path / "target")
        archive.backup(tmp_path / "target.zip")
    for target in ("target", "target.zip"):
        Archive.restore(tmp_path / target, tmp_path / f"from {target}")
        with Archive.open(tmp_path / f"from {target}") as copy:
            assert len(copy) == 0
            import_(copy, tmp_path / "inbox", range(1))


def test_an_articles_folder_that_is_gone_is_no_deletion(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(3))
        archive.backup(tmp_path / "target")
        (tmp_path / "news/articles").rename(tmp_path / "elsewhere")
        with pytest.raises(Exception, match="articles is missing; put it back"):
            archive.backup(tmp_path / "target")
        (tmp_path / "elsewhere").rename(tmp_path / "news/articles")
        assert archive.backup(tmp_path / "target").copied == 0
        check_target(tmp_path / "target")


def test_backups_of_two_archives_are_not_mixed(tmp_path: Path) -> None:
    for name, first in (("news", 0), ("papers", 50)):
        with Archive.create(tmp_path / name) as archive:
            import_(archive, tmp_path / f"for {name}", range(first, first + 3))
    with Archive.open(tmp_path / "news") as archive:
        archive.backup(tmp_path / "target")
    with Archive.open(tmp_path / "papers") as archive, pytest.raises(UsageError, match="another archive, 'news'"):
        archive.backup(tmp_path / "target")
