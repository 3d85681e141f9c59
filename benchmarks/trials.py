"""Runs what may be killed or hang in processes of its own, on copies of what was prepared."""

import ctypes
import os
import pickle
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.forking import imported_since, limit, load

_BECOME_SUBREAPER: Final = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
_SECONDS: Final = 60  # for one run, see ``limit``
_ORPHANS: Final = 60  # seconds until processes count as left


class Outcome(NamedTuple):
    """How a run in a process of its own has ended."""

    answer: object  # what the function returned, or the exception that it raised
    where: str  # where the exception was raised
    is_killed: bool  # whether the process was killed, or died; then there is no answer
    left: int  # how many of its processes had to be ended


def adopt_orphans() -> None:
    """Makes processes whose parents were killed children of this one, so that ``run`` sees them."""
    ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)


def fresh(folder: Path, template: Path) -> None:
    """Makes the content of a folder that of a template again."""
    clear(folder)
    shutil.copytree(template, folder, dirs_exist_ok=True)


def clear(folder: Path) -> None:
    """Empties a folder."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def run(function: Callable[[], object]) -> Outcome:
    """Runs a function in a forked process, and waits until that and all processes that it started have ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        answer: object = None
        where, before = "", {*sys.modules}
        try:
            limit(_SECONDS)
            answer = function()
        except BaseException as raised:
            answer, where = raised, traceback.format_exc(limit=-4)
        try:
            data = pickle.dumps((answer, where, imported_since(before)))
        except Exception:
            data = pickle.dumps((RuntimeError(f"{type(answer).__name__}: {answer}"), where, []))
        os.set_inheritable(writing, False)
        while data:
            data = data[os.write(writing, data) :]
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as file:
        data = file.read()
    os.waitpid(child, 0)
    left = _end_orphans()
    if not data:
        return Outcome(None, "", True, left)
    answer, where, modules = pickle.loads(data)
    load(modules)
    return Outcome(answer, where, False, left)


def _end_orphans() -> int:
    """Waits for the processes that a run has started, and ends those that do not end by themselves."""
    until = time.monotonic() + _ORPHANS
    left: set[int] = set()
    while True:
        try:
            process, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return len(left)
        if process == 0:
            if time.monotonic() > until:
                for number in _children():
                    left.add(number)
                    os.kill(number, signal.SIGKILL)
            time.sleep(0.002)


def _children() -> list[int]:
    return [int(number) for number in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
