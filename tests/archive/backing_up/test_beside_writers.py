"""A backup that is made while others write is the archive at one moment, and hinders nobody."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
from archive.backing_up.targets import article, files, import_, restored
from interpreter import PATIENCE
from support import snapshot

from docarchive import Archive, BackupReport
from docarchive.archive.backing_up import backup as module

# Imports edition after edition of many articles, of each edition another part.
WRITE = """
import json, sys
from pathlib import Path
from docarchive import Archive
from docarchive.archive.importing import importer
importer._BATCH = 20
root, stop, edition = Path(sys.argv[1]), Path(sys.argv[2]), 0
with Archive.open(root) as archive:
    while not stop.exists():
        edition += 1
        source = root.parent / "batch.jsonl"
        with source.open("w") as file:
            for n in range(edition % 3, 60 + edition, 2):
                body = f"Edition {edition} of {n}."
                file.write(json.dumps({"url": f"https://example.org/{n}", "title": f"T {n}", "body": body}) + "\\n")
        assert archive.import_(source).refused == []
        print(edition, flush=True)
"""


def editions_of(number: int) -> Iterator[int]:
    """Yields the editions that have an article."""
    return (e for e in count(1) if e % 3 <= number < 60 + e and (number - e % 3) % 2 == 0)


def journal(root: Path, position: int) -> dict[str, int]:
    """Returns how often each article had changed at a journal position, by its id."""
    with closing(sqlite3.connect(root / ".docarchive/catalog.sqlite")) as db:
        return dict(db.execute("SELECT id, count(*) FROM journal WHERE position <= ? GROUP BY id", (position,)))


def test_a_backup_beside_an_import_is_the_archive_at_one_position(tmp_path: Path) -> None:
    root, stop = tmp_path / "news", tmp_path / "stop"
    with Archive.create(root):
        pass
    argv = [sys.executable, "-c", WRITE, str(root), str(stop)]
    reports: list[BackupReport] = []
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as writer:
        try:
            assert writer.stdout is not None
            writer.stdout.readline()
            with Archive.open(root) as archive:
                while len({report.position for report in reports}) < 4 and len(reports) < 200:
                    reports.append(archive.backup(tmp_path / "target"))
                reports.append(archive.backup(tmp_path / "target.zip"))
        finally:
            stop.touch()
            writer.communicate(timeout=PATIENCE)
    assert writer.returncode == 0
    assert len({report.position for report in reports}) >= 4, "nothing was written at the same time"
    for number, report in enumerate(reports):
        assert report.refused == []
        copy = tmp_path / f"copy {number}"
        restored(tmp_path / ("target.zip" if report is reports[-1] else "target"), copy, report.time)
        changes = journal(root, int(report.position.partition("-")[0]))
        with Archive.open(copy) as archive:
            assert {row.id for row in archive.list()} == changes.keys()
            for article in archive:
                edition, n = map(int, re.findall(r"\d+", article.body))
                assert edition == next(islice(editions_of(n), changes[article.id] - 1, None))
                assert archive.original(article.id).is_file()


def interrupting(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Does something after the files are listed and before they are copied."""
    plan = module._Backup._plan

    def planned(self: Any, last: Any) -> Any:
        found = plan(self, last)
        act()
        return found

    monkeypatch.setattr(module._Backup, "_plan", planned)


@pytest.mark.parametrize("is_edited", [False, True])
def test_what_an_import_changes_after_the_list_is_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_edited: bool
) -> None:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(4))
        if is_edited:
            files(archive.path)[0].write_text(files(archive.path)[0].read_text() + "\nBy hand.\n")
        was = snapshot(archive.path)

        def act() -> None:
            time.sleep(0.1)  # more than the clock of the file system may be behind
            with Archive.open(archive.path) as other:
                import_(other, tmp_path / "inbox", range(7), "second")
                import_(other, tmp_path / "inbox", range(7), "third")

        with monkeypatch.context() as patch:
            interrupting(patch, act)
            archive.backup(tmp_path / "target")
        assert restored(tmp_path / "target", tmp_path / "copy") == was
        now = snapshot(archive.path)
        assert len(now) > len(was)
        archive.backup(tmp_path / "target")
        assert restored(tmp_path / "target", tmp_path / "now") == now


def test_what_is_changed_by_hand_after_the_list_is_as_it_is_when_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(4))

        def act() -> None:
            first, second, *_ = files(archive.path)
            first.write_text(first.read_text() + "\nBy hand.\n")
            second.unlink()

        interrupting(monkeypatch, act)
        archive.backup(tmp_path / "target")
        assert restored(tmp_path / "target", tmp_path / "copy") == snapshot(archive.path)


HALF = """
import sys
from pathlib import Path
from docarchive.catalog import Catalog
from docarchive.store import Store
root, new, old, text = Path(sys.argv[1]), *sys.argv[2:]
store = Store(root)
with store.lock:
    catalog = Catalog.open(store.folder / ".docarchive")
    catalog.add_pending([new, old])
    (root / new).write_text(text)
    path = root / old
    version = root / "versions" / path.name.split(".")[-2] / "0001.md"
    version.parent.mkdir(parents=True)
    version.write_bytes(path.read_bytes())
    path.write_text(path.read_text() + "half")
    print("written", flush=True)
    sys.stdin.read(1)
"""


def test_a_half_written_batch_is_left_out(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(4))
        was = snapshot(archive.path)
        # As an import leaves it between its files and its transaction, while it holds the lock.
        new, old = "articles/undated/new.9zzzzzzzzzzz.md", files(archive.path)[0]
        arguments = [str(archive.path), new, old.relative_to(archive.path).as_posix(), article(9)]
        with subprocess.Popen(
            [sys.executable, "-c", HALF, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"written\n"
            archive.backup(tmp_path / "target")
            writer.communicate(b"x", timeout=PATIENCE)
        copy = restored(tmp_path / "target", tmp_path / "copy")
        assert {path: data for path, data in copy.items() if not path.startswith("versions/")} == was


def test_a_backup_waits_for_no_writer(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "news") as archive:
        import_(archive, tmp_path / "inbox", range(2))
        with archive._sessions.call() as session, session.store.lock, Archive.open(tmp_path / "news", wait=0) as other:
            assert other.backup(tmp_path / "target").files == 7
