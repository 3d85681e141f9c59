"""The benchmark that kills and cuts the power, for a few of the calls of each operation; and its model of a disk."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from running import run

from benchmarks import power
from benchmarks.shim import Event
from docarchive import ENGINES

needs_shim = pytest.mark.skipif(
    not sys.platform.startswith("linux") or shutil.which("cc") is None, reason="it needs Linux and a C compiler"
)


@needs_shim
@pytest.mark.parametrize("options", [("--step", 60), ("--power", "--step", 60)])
@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_lost_or_left(engine: str, options: tuple[str | int, ...]) -> None:
    printed = run("benchmarks.crashes", "--engine", engine, "--operation", "update", *options)
    assert len(re.findall(rf"^{engine}, \w+, \w+: ([1-9]\d*) tried, \1 survived", printed, re.MULTILINE)) == 1
    assert re.search(r"^([1-9]\d*) tried, \1 survived, 0 faults", printed, re.MULTILINE)


def states(disk: power.Disk, event: Event) -> dict[str, dict[str, bytes | None]]:
    """Returns what may be there after an event, by variant."""
    return {name: {path: entry.data for path, entry in tree.items()} for name, tree in disk.states(event)}


def test_only_what_was_flushed_lasts(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"old text")
    disk = power.Disk(tmp_path)
    top = tmp_path.stat().st_ino

    def do(kind: str, inode: int = 0, path: str = "", other: str = "", offset: int = 0, data: bytes = b"") -> Event:
        event = Event(kind, inode, 1, offset, len(data), f"{tmp_path}/{path}", f"{tmp_path}/{other}", data)
        disk.apply(event)
        return event

    do("create", 1, "new")
    do("write", 1, data=b"new ")
    found = states(disk, do("write", 1, offset=4, data=b"text"))
    assert found["flushed"] == {"old": b"old text"}
    assert found["empty"] == {"old": b"old text", "new": b""}
    assert found["torn"] == {"old": b"old text", "new": b"new te"}
    found = states(disk, do("rename", path="new", other="old"))
    assert (found["flushed"], found["empty"]) == ({"old": b"old text"}, {"old": b""})
    do("sync", 1)
    found = states(disk, do("sync", 1))
    assert (found["flushed"], found["empty"]) == ({"old": b"old text"}, {"old": b"new text"})
    found = states(disk, do("sync", top))
    assert found["flushed"] == found["empty"] == found["torn"] == {"old": b"new text"}
    do("mkdir", 2, "in")
    do("unlink", path="old")
    found = states(disk, do("rename", path="in", other="there"))
    assert found["flushed"] == {"old": b"new text"}
    assert found["reordered"] == {"old": b"new text", "there": None}
    assert (
        states(disk, do("sync all", top))["flushed"]
        == {"there": None}
        == {path: entry.data for path, entry in disk.tree().items()}
    )


def test_a_file_system_is_written_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "one/in").mkdir(parents=True)
    (tmp_path / "one/in/file").write_bytes(b"text")
    os.utime(tmp_path / "one/in/file", ns=(0, 1_000_000_000))
    (tmp_path / "other").mkdir()
    power.write(power.Disk(tmp_path / "one").tree(), tmp_path / "other")
    assert power.read(tmp_path / "other")["in/file"] == (b"text", 1_000_000_000)
