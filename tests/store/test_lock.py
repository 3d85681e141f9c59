"""One writer at a time, across objects and processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from docarchive.errors import ArchiveLocked
from docarchive.folder import Folder
from docarchive.store import WriteLock

HOLD = """
import sys, time
from docarchive.folder import Folder
from docarchive.store import WriteLock
with WriteLock(Folder(sys.argv[1]), "lock"):
    print("held", flush=True)
    time.sleep(60)
"""

WAIT_FOR = """
import signal, sys
from docarchive.folder import Folder
from docarchive.store import WriteLock
def end(*_):
    raise KeyboardInterrupt
signal.signal(signal.SIGTERM, end)
try:
    print("waiting", flush=True)
    with WriteLock(Folder(sys.argv[1]), "lock", wait=600):
        print("held", flush=True)
except KeyboardInterrupt:
    print("ended", flush=True)
"""


def test_only_one_holds_it(tmp_path: Path) -> None:
    folder, path = Folder(tmp_path), ".docarchive/lock"
    first, second = WriteLock(folder, path), WriteLock(folder, path, wait=0.05)
    with first, first:
        assert first.held
        with pytest.raises(ArchiveLocked, match="another process is writing"), second:
            pass
        with pytest.raises(ArchiveLocked), second.at_once():
            pass
        with first.at_once():
            pass
        assert first.held
    assert not first.held
    with second.at_once():
        assert second.held
    with first:
        pass


def test_the_message_says_who_holds_it_and_how_to_wait(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(ArchiveLocked) as raised, WriteLock(folder, "lock", wait=0.1):
            pass
        message = str(raised.value)
        assert f": -c {folder}"[:20] in message
        assert f"(process {holder.pid}); waited 0.1 seconds;" in message
        assert "--wait SECONDS" in message
        (tmp_path / "writer").write_bytes(b"\xff" * 1000)  # somebody else's file
        with pytest.raises(ArchiveLocked, match=r"archive at \S+; waited"), WriteLock(folder, "lock", wait=0.1):
            pass
        holder.kill()
        holder.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="needs links")
@pytest.mark.parametrize("kind", ["link", "hard link", "pipe", "folder"])
def test_the_note_of_a_stranger_is_neither_followed_nor_waited_for(kind: str, tmp_path: Path) -> None:
    outside, note = tmp_path / "outside", tmp_path / "archive" / "writer"
    outside.write_text("1 mine", "utf-8")
    note.parent.mkdir()
    makers = {"link": note.symlink_to, "hard link": note.hardlink_to}
    with WriteLock(Folder(note.parent), "lock"):
        note.unlink()
        if kind in makers:
            makers[kind](outside)
        elif kind == "pipe":
            os.mkfifo(note)
        else:
            note.mkdir()
        with pytest.raises(ArchiveLocked) as raised, WriteLock(Folder(note.parent), "lock", wait=0):
            pass
        assert ("mine" in str(raised.value)) == (kind == "hard link")
    if note.parent.joinpath("writer").is_dir():
        note.rmdir()
    if kind in makers:
        makers[kind](outside)
    with WriteLock(Folder(note.parent), "lock"):
        assert note.read_text("utf-8").startswith(str(os.getpid()))
    assert outside.read_text("utf-8") == "1 mine"


def test_a_writer_waits_as_long_as_it_is_asked_to(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    first = WriteLock(folder, "lock")
    first.__enter__()
    with pytest.raises(ArchiveLocked), WriteLock(folder, "lock", wait=0):
        pass
    with subprocess.Popen([sys.executable, "-c", WAIT_FOR, str(folder)], stdout=subprocess.PIPE) as waiting:
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == b"waiting\n"
        first.__exit__(None, None, None)
        assert waiting.stdout.readline() == b"held\n"


def test_waiting_can_be_interrupted(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with (
        WriteLock(folder, "lock"),
        subprocess.Popen([sys.executable, "-c", WAIT_FOR, str(folder)], stdout=subprocess.PIPE) as waiting,
    ):
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == b"waiting\n"
        waiting.terminate()
        assert waiting.stdout.readline() == b"ended\n"


def test_it_is_gone_with_the_process_that_held_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(ArchiveLocked), WriteLock(folder, "lock").at_once():
            pass
        holder.kill()
        holder.wait()
    with WriteLock(folder, "lock", wait=5):
        pass
