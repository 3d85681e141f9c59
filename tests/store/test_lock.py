"""One writer at a time, across objects and processes."""

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
