"""A kill between any two writes leaves an archive that opens, with each article old or new, never half.

The program runs in a process of its own that ends at once, without any clean-up, at the Nth call that
makes a change to the disk.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import interpreter
import pytest
from support import snapshot

from docarchive import Archive
from docarchive.frontmatter import read_article

KILLED = 9

# Counts calls that change the disk, and dies at the one whose number is given.
RUN = """
import os, sqlite3, sys
from pathlib import Path
limit, archive, source, how = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
count = 0

def counted(function):
    def call(*arguments, **options):
        global count
        count += 1
        if count == limit:
            if how == "full":
                raise OSError(28, "No space left on device")
            os._exit(9)
        return function(*arguments, **options)
    return call

os.replace = counted(os.replace)
os.fsync = counted(os.fsync)
os.write = counted(os.write)
Path.write_bytes = counted(Path.write_bytes)

def connect(*arguments, factory=sqlite3.Connection, connect=sqlite3.connect, **options):
    methods = {name: counted(getattr(factory, name)) for name in ("execute", "executemany")}
    return connect(*arguments, factory=type("Connection", (factory,), methods), **options)

sqlite3.connect = connect

from docarchive import Archive, DocarchiveError
from docarchive.archive.importing import importer
importer._BATCH = 3
try:
    with Archive.open(archive) as opened:
        opened.import_(source)
except (DocarchiveError, OSError) as error:
    print(error)
    sys.exit(4)
print("done", count)
"""


def records(version: int) -> list[dict[str, object]]:
    """Seven articles with addresses; every other one says something else in another version."""
    return [
        {
            "url": f"https://example.org/{n}",
            "title": f"Number {n}",
            "body": f"Text {n}, version {version if n % 2 else 1}.",
        }
        for n in range(7)
    ]


def write(path: Path, version: int) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records(version)), "utf-8")
    return path


def run(limit: int, root: Path, source: Path, how: str) -> subprocess.CompletedProcess[str]:
    return interpreter.run(["-c", RUN, limit, root, source, how])


def state(archive: Archive) -> list[tuple[str, str, str, str]]:
    found = []
    for row in archive.list(sort="title"):
        article = archive.get(row.id)
        found.append((row.id, row.path, article.title, article.body))
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("how", ["kill", "full"])
def test_interrupted_anywhere(tmp_path: Path, how: str) -> None:
    first, second = write(tmp_path / "1.jsonl", 1), write(tmp_path / "2.jsonl", 2)
    with Archive.create(tmp_path / "before") as before:
        before.import_(first)
        old = state(before)
    shutil.copytree(tmp_path / "before", tmp_path / "whole")
    with Archive.open(tmp_path / "whole") as whole:
        whole.import_(second)
        new = state(whole)
    halfway = {text for _, _, _, text in old} | {text for _, _, _, text in new}
    ended = False
    for limit in range(1, 500, 3):
        root = tmp_path / f"at-{limit}"
        shutil.copytree(tmp_path / "before", root)
        result = run(limit, root, second, how)
        ended = result.returncode == 0
        assert result.returncode in (0, 4, KILLED), result.stderr
        for name, data in snapshot(root).items():
            if name.startswith(("articles/", "versions/")) and name.endswith(".md") and "/." not in name:
                assert read_article(data.decode()).body in halfway, name
        with Archive.open(root) as archive:
            assert [row[0] for row in state(archive)] == [row[0] for row in old]
            sync = archive.sync()
            assert (sync.added, sync.modified, sync.removed, sync.refused) == ([], [], [], [])
            report = archive.import_(second)
            assert report.refused == []
            assert state(archive) == new
            for _, _, _, text in new:
                assert archive.count(f'"{text}"') == 1
            assert archive.count('"version 2"') == 3
            assert len(list((root / "versions").rglob("*.md"))) == 3
        if ended:
            break
    assert ended, "the loop went past the last write"


@pytest.mark.thorough
def test_killed_while_it_runs(tmp_path: Path) -> None:
    source = tmp_path / "many.jsonl"
    source.write_text(
        "".join(json.dumps({"id": n, "title": f"Number {n}", "body": f"Text {n}. " * 20}) + "\n" for n in range(3000)),
        "utf-8",
    )
    root = tmp_path / "archive"
    with Archive.create(root):
        pass
    command = [sys.executable, "-m", "docarchive", "--archive", str(root), "import", str(source)]
    for seconds in (0.3, 0.6, 0.9, 1.5):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(seconds)
            process.kill()
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=True)
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["new"] + report["unchanged"] == 3000
    assert report["refused"] == []
    with Archive.open(root) as archive:
        assert len(archive) == 3000
        assert archive.count("text") == 3000
        assert archive.sync().unchanged == 3000
    assert [*root.glob(".docarchive/tmp/*")] == []


def test_the_copy_of_a_large_input_does_not_outlive_a_kill(tmp_path: Path) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        left = tmp_path / "archive/.docarchive/tmp/original-1-2"
        left.parent.mkdir(parents=True)
        left.write_bytes(b"an input that was being read")
        archive.import_(write(tmp_path / "1.jsonl", 1))
        assert not left.exists()
