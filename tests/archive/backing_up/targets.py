"""Targets of each kind, and archives to back up, for several tests."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

from support import snapshot

from docarchive import Archive

#: How a target is named, given a new folder.
KINDS = {
    "folder": "{}/target",
    "zip": "{}/target.zip",
    "file://": "file://{}/target",
    "memory://": "memory://{}/target",
    "memory zip": "memory://{}/target.zip",
}


def article(number: int, text: str = "first", **more: object) -> str:
    """Returns an article whose number is its identity."""
    keys = "".join(f"{key}: {value}\n" for key, value in more.items())
    return f"---\ntitle: Number {number}\nurl: https://example.org/{number}\n{keys}---\n\nText {number}, {text}.\n"


def import_(archive: Archive, folder: Path, numbers: Iterator[int] | range, text: str = "first") -> None:
    """Imports articles from files in a folder."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number}.md" for number in numbers]
    for path in paths:
        path.write_text(article(int(path.stem), text))
    archive.import_(*paths)


def files(root: Path) -> list[Path]:
    """Returns the files of an archive's articles."""
    return sorted((root / "articles").rglob("*.md"))


def restored(target: object, folder: Path, at: str | None = None) -> dict[str, bytes]:
    """Returns the files of a backup that is restored without fault."""
    report = Archive.restore(str(target), folder, at=at)
    found = snapshot(folder)
    assert report.refused == []
    assert (report.files, report.bytes) == (len(found), sum(map(len, found.values())))
    return found


def by_hand(target: Path, folder: Path, time: str) -> dict[str, bytes]:
    """Restores a backup as README.txt says, and returns its files."""
    text = (target / "README.txt").read_text()
    script = "\n".join(line[4:] for line in text[text.index("    list=") :].split("\n\n")[0].splitlines())
    name = time.replace(":", "-")
    script = script.replace("TIME", name).replace("FOLDER", f"'{folder}'")
    ran = subprocess.run(["sh", "-euc", script], cwd=target, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    return snapshot(folder)


def stored(target: Path) -> dict[str, bytes]:
    """Returns all files of a target in a folder or in a ZIP file."""
    if target.is_dir():
        return snapshot(target)
    with ZipFile(target) as file:
        assert file.testzip() is None
        assert len({*file.namelist()}) == len(file.namelist())
        return {name: file.read(name) for name in file.namelist()}


def check_target(target: Path) -> None:
    """Checks that a target has nothing but what belongs there: the last backup in archive/, what others need, lists."""
    have = stored(target)
    lists = {path: data.decode() for path, data in have.items() if path.startswith("backups/")}
    lines = {path: re.findall(r"^([0-9a-f]{64})  (.*)$", text, re.MULTILINE) for path, text in lists.items()}
    assert lists
    last = max(lists, key=lambda path: path.replace("Z.", ".000Z.").rpartition("/")[2][:23])
    mirror = {path.partition("/")[2] for path in have if path.startswith("archive/")}
    assert mirror == {path for _, path in lines[last]}
    needed = {digest for named in lines.values() for digest, _ in named}
    assert {path[11:] for path in have if path.startswith("earlier/")} <= needed
    assert {path.partition("/")[0] for path in have} <= {"README.txt", "archive", "earlier", "backups"}
    if target.is_dir():
        assert {*os.listdir(target)} == {"README.txt", "archive", "earlier", "backups"}
        assert not [
            path
            for path in target.rglob("*")
            if path.is_dir() and not [*path.iterdir()] and path.parent != target and path != target / "archive/articles"
        ]
    else:
        assert not [path for path in target.parent.iterdir() if path.name.startswith(f".{target.name}")]


@contextmanager
def opened(root: Path) -> Iterator[Archive]:
    """Opens an archive."""
    with Archive.open(root) as archive:
        yield archive
