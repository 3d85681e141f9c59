"""The library that watches system calls, and what it shares with the programs that use it: see shim.c.

A program calls ``run_with_shim`` to run itself again with the library loaded; its folder is ``FOLDER`` then.
"""

import ctypes
import mmap
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

#: What happens to the watched calls; see shim.c.
FAIL, KILL, RECORD, REFUSE = range(4)
#: When a process is killed: before a call, after it, or when half of its bytes are written.
BEFORE, AFTER, HALFWAY = range(3)
_EVENT: Final = struct.Struct("16s7q")


class State(ctypes.Structure):
    """What shim.c shares with this program; there, each field is described."""

    _fields_ = (
        *((name, ctypes.c_long) for name in ("armed", "mode", "moment", "calls", "target")),
        *((name, ctypes.c_long) for name in ("error", "sticky", "hit", "sites")),
        ("call", ctypes.c_char * 64),
        ("path", ctypes.c_char * 4096),
    )

    @classmethod
    def shared(cls) -> "State":
        """Returns the state that this process shares with the library."""
        with open(os.environ["SHIM_STATE"], "r+b") as file:
            return cls.from_buffer(mmap.mmap(file.fileno(), ctypes.sizeof(cls)))

    def reset(self, mode: int, target: int = 0, moment: int = BEFORE) -> None:
        """Sets what the next run is to do; it begins when ``armed`` is set to 1."""
        self.armed = self.calls = self.hit = self.error = self.sticky = self.sites = 0
        self.mode, self.target, self.moment = mode, target, moment
        self.call = self.path = b""


class Event(NamedTuple):
    """A recorded call that changed something."""

    kind: str  # write, truncate, extend, create, mkdir, unlink (or rmdir), rename, link, sync, "sync all", status, map
    inode: int  # of the file or folder
    modified: int  # its time, in nanoseconds since 1970
    offset: int  # of a write
    size: int  # how many bytes were written, or the new size of a file
    path: str
    other: str  # the new path of a rename and a link
    data: bytes


def folder() -> Path:
    """Returns the folder whose files are watched."""
    return Path(os.environ["SHIM_ROOT"])


def recording() -> Path:
    """Returns the file of the record."""
    return Path(os.environ["SHIM_LOG"])


def clear_record() -> None:
    """Empties the record."""
    os.truncate(recording(), 0)


def recorded() -> Iterator[Event]:
    """Yields what was recorded, in the order in which it took effect."""
    record = recording().read_bytes()
    position = 0

    def take(size: int) -> bytes:
        nonlocal position
        position += size
        if position > len(record):
            raise EOFError("the record is shorter than it says")
        return record[position - size : position]

    while position < len(record):
        kind, _, inode, modified, offset, path, other, size = _EVENT.unpack(take(_EVENT.size))
        name = kind.rstrip(b"\0").decode()
        paths = take(path).decode(errors="surrogateescape"), take(other).decode(errors="surrogateescape")
        yield Event(name, inode, modified, offset, size, *paths, take(size) if name == "write" else b"")


def is_loaded() -> bool:
    """Returns whether this process runs with the library."""
    return "SHIM_STATE" in os.environ


def run_with_shim(module: str) -> int:
    """Runs a module with the arguments of this program, and with the library; returns its exit code.

    The watched folder is in memory where there is such a file system.
    """
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="shim-", dir=memory) as temporary:
        root = Path(os.path.realpath(temporary))
        (root / "work").mkdir()
        (root / "state").write_bytes(bytes(ctypes.sizeof(State)))
        source = Path(__file__).with_suffix(".c")
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-w", "-o", root / "shim.so", source, "-ldl"], check=True)
        variables = {
            "LD_PRELOAD": root / "shim.so",
            "SHIM_STATE": root / "state",
            "SHIM_ROOT": root / "work",
            "SHIM_LOG": root / "record",
        }
        command = [sys.executable, "-m", module, *sys.argv[1:]]
        environment = {**os.environ, **{name: str(value) for name, value in variables.items()}}
        return subprocess.run(command, env=environment, check=False).returncode
