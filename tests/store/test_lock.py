"""One writer at a time, across objects and processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from docarchive.errors import ArchiveLocked
from docarchive.store import WriteLock

HOLD = """
import sys, time
from pathlib import Path
from docarchive.store import WriteLock
with WriteLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_only_one_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "archive" / ".docarchive" / "lock"
    first, second = WriteLock(path), WriteLock(path, wait=0.05)
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
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(ArchiveLocked), WriteLock(path).at_once():
            pass
        holder.kill()
        holder.wait()
    with WriteLock(path, wait=5):
        pass
