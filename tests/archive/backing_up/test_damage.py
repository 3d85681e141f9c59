"""A damaged file of the archive never replaces a good copy, and damage in a target is found and repaired."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from archive.backing_up.targets import KINDS, check_target, files, import_, restored
from support import snapshot

from docarchive import Archive


def damage(file: Path, *, hidden: bool = True) -> None:
    """Flips a bit of a file; size and time stay as they are if the damage is hidden."""
    status = file.stat()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    if hidden:
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def originals(root: Path) -> list[Path]:
    return sorted(path for path in (root / "originals").rglob("*") if path.is_file())


@pytest.fixture
def news(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(5))
        import_(archive, tmp_path / "inbox", range(1), "second")
    return tmp_path / "news"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("what", ["article", "original", "version"])
def test_damage_is_named_and_the_good_copy_stays(news: Path, kind: str, what: str) -> None:
    target = KINDS[kind].format(news.parent)
    was = snapshot(news)
    with Archive.open(news) as archive:
        archive.backup(target)
        file = {
            "article": files(news)[0],
            "original": originals(news)[0],
            "version": next((news / "versions").rglob("*.md")),
        }[what]
        damage(file)
        path = file.relative_to(news).as_posix()
        assert archive.backup(target).refused == []  # nobody has read it
        report = archive.backup(target, verify=True)
        assert [refusal.where for refusal in report.refused] == [path]
        assert report.refused[0].reason.startswith("is damaged: its bytes ")
        assert (report.copied, report.removed, report.files) == (0, 0, len(was))
    assert restored(target, news.parent / "copy") == was


def test_an_original_of_another_size_is_damaged(news: Path) -> None:
    was = snapshot(news)
    with Archive.open(news) as archive:
        archive.backup(news.parent / "target")
        originals(news)[0].write_bytes(b"cut")
        originals(news)[1].write_bytes(b"")
        report = archive.backup(news.parent / "target")
    assert [refusal.reason for refusal in report.refused] == [
        "is damaged: its bytes are not those that its name says"
    ] * 2
    assert restored(news.parent / "target", news.parent / "copy") == was


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"---\ntitle: Numb"])
def test_an_article_that_a_crash_has_damaged_is_no_edit(news: Path, data: bytes) -> None:
    was = snapshot(news)
    with Archive.open(news) as archive:
        archive.backup(news.parent / "target")
        files(news)[0].write_bytes(data)
        report = archive.backup(news.parent / "target")
    assert [refusal.where for refusal in report.refused] == [files(news)[0].relative_to(news).as_posix()]
    assert restored(news.parent / "target", news.parent / "copy") == was


def test_a_damaged_file_without_a_good_copy_is_backed_up_as_it_is_and_named_each_time(news: Path) -> None:
    damage(files(news)[0])
    damaged = snapshot(news)
    with Archive.open(news) as archive:
        for _ in range(2):
            assert len(archive.backup(news.parent / "target").refused) == 1
        assert restored(news.parent / "target", news.parent / "damaged") == damaged
        damage(files(news)[0])  # flips the bit back
        assert archive.backup(news.parent / "target").refused == []
    assert restored(news.parent / "target", news.parent / "copy") == snapshot(news)
    check_target(news.parent / "target")


@pytest.mark.skipif(os.name == "nt", reason="a link in the place of a folder needs rights on Windows")
def test_files_behind_a_link_or_in_a_cloud_are_not_deleted(news: Path) -> None:
    was = snapshot(news)
    with Archive.open(news) as archive:
        archive.backup(news.parent / "target")
        first, second = files(news)[:2]
        first.rename(first.with_name(f".{first.name}.icloud"))
        second.rename(news.parent / "elsewhere.md")
        second.symlink_to(news.parent / "elsewhere.md")
        report = archive.backup(news.parent / "target")
    assert {refusal.where for refusal in report.refused} == {
        file.relative_to(news).as_posix() for file in (first, second)
    }
    copy = restored(news.parent / "target", news.parent / "copy")
    assert {path: data for path, data in copy.items() if not path.endswith(".icloud")} == was


@pytest.mark.parametrize("kind", ["folder", "file://", "zip"])
def test_damage_in_a_target_is_repaired_or_named(news: Path, kind: str) -> None:
    target, place = KINDS[kind].format(news.parent), news.parent / ("target.zip" if kind == "zip" else "target")
    with Archive.open(news) as archive:
        archive.backup(target)
        were = [snapshot(news)]
        import_(archive, news.parent / "inbox", range(1, 3), "third")
        archive.backup(target)
        were.append(snapshot(news))
        times = [backup.time for backup in archive.backups(target)]
        if kind == "zip":
            data = bytearray(place.read_bytes())
            data[data.index(b"archive/originals/") + 120] ^= 1
            place.write_bytes(data)
        else:
            mirrored = place / "archive"
            damage(files(mirrored)[3])
            files(mirrored)[4].unlink()
            originals(mirrored)[0].write_bytes(b"")
            assert archive.backup(target).repaired == 2  # what is missing or of another size shows at once
        report = archive.backup(target, verify=True)
        assert (report.repaired, report.refused) == (1, [])
        assert archive.backup(target, verify=True).repaired == 0
    assert restored(target, news.parent / "first", times[0]) == were[0]
    assert restored(target, news.parent / "last") == were[1]


def test_damage_of_earlier_backups_is_named(news: Path) -> None:
    target = news.parent / "target"
    with Archive.open(news) as archive:
        report = archive.backup(target)
        first, archive_files = report.time, report.files
        import_(archive, news.parent / "inbox", range(1, 3), "third")
        archive.backup(target)
        earlier = sorted(path for path in (target / "earlier").rglob("*") if path.is_file())
        damage(earlier[0])
        earlier[1].unlink()
        assert archive.backup(target).refused == []
        report = archive.backup(target, verify=True)
    assert len(report.refused) == 2
    assert report.refused[0].where == earlier[0].relative_to(target).as_posix()
    assert report.refused[1].where.endswith(f" of {first}")
    restoring = Archive.restore(target, news.parent / "copy", at=first)
    assert len(restoring.refused) == 2
    assert restoring.files == archive_files - 2
    assert all(refusal.reason == f"is missing or damaged in {target}" for refusal in restoring.refused)
    assert not [path for path in (news.parent / "copy").iterdir() if path.name.startswith(".docarchive")]
