"""What a killed process left is deleted by the next one that writes there, and nothing else is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import ARTICLES

from docarchive import Archive


def old(path: Path, *, folder: bool = False) -> Path:
    if folder:
        path.mkdir(parents=True)
        (path / "part.html").write_text("half", "utf-8")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("half", "utf-8")
    os.utime(path, (1, 1))
    return path


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_leftovers_in_the_archive(archive: Archive, articles_file: Path) -> None:
    root = archive.path
    left = [
        old(root / ".heads.jsonl.12.new"),
        old(root / ".docarchive.toml.12.new"),
        old(root / "quarantine" / ".ab-x.html.json.12.new"),
        old(root / ".docarchive" / ".catalog.json.12.new"),
        old(root / ".docarchive" / "kept" / ".docarchive.toml.12.new"),
        old(root / ".docarchive" / "index" / ".whoosh.12.new"),
        old(root / ".docarchive" / "index" / "whoosh" / ".tmpa1B2c3"),
        old(root / ".docarchive" / "index" / "tantivy", folder=True),
        old(root / ".docarchive" / "tmp" / "copy-12"),
    ]
    kept = [old(root / ".notes.12.new"), old(root / "quarantine" / ".hidden"), old(root / "x.12.new")]
    archive.count("pier")
    assert all(path.exists() for path in left), "a search is no writer"
    named = {fault.path for fault in archive.verify().faults if fault.kind == "leftover"}
    assert named == {path.relative_to(root).as_posix() for path in left}
    archive.import_(articles_file)
    assert not any(path.exists() for path in left)
    assert all(path.exists() for path in kept)


@pytest.mark.skipif(os.name == "nt", reason="there, only files that are open are known to be in use")
def test_leftovers_of_exports(archive: Archive, tmp_path: Path, dead: int) -> None:
    out = tmp_path / "out"
    left = [old(out / f".all.jsonl.{dead}.new"), old(out / f".pages.{dead}.new", folder=True)]
    kept = [
        old(out / f".all.jsonl.{os.getppid()}.new"),  # it still runs
        old(out / f".other.jsonl.{dead}.new"),
        old(out / f"all.jsonl.{dead}.new"),
        old(out / ".all.jsonl.new"),
    ]
    fresh = out / f".all.jsonl.{dead}1.new"
    fresh.write_text("another machine's", "utf-8")
    assert archive.export(to=out / "all.jsonl").articles == len(ARTICLES)
    assert [path.exists() for path in left] == [False, True]
    assert archive.export(to=out / "pages", format="html").articles == len(ARTICLES)
    assert not any(path.exists() for path in left)
    assert all(path.exists() for path in [*kept, fresh])
