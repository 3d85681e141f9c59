"""Processes of this program beside this one: started as programs of their own, and spoken to over pipes.

Python runs one thread at a time, so that only processes keep several processors busy. They are not started by
multiprocessing, which would run a caller's script again. What goes to and fro is pickled by ourselves alone.
How many processors there are for them, and for threads, is told here too.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess

_START: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.stdin.buffer.readline()); "
    "from docarchive.processes import serve; serve(sys.argv[1])"
)
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of prctl(2)


def processors() -> int:
    """Returns how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def start(function: str) -> subprocess.Popen[bytes]:
    """Starts a process that serves this one until its standard input ends.

    Args:
        function: What it runs, as ``package.module:name``: a function that takes a stream of tasks and one for
            answers, both of bytes.

    Returns:
        The process, with pipes to its ``stdin`` and from its ``stdout``.
    """
    import subprocess

    process = subprocess.Popen([sys.executable, "-c", _START, function], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # it died: whoever reads its answers finds out
        process.stdin.write(json.dumps(sys.path).encode() + b"\n")
        process.stdin.flush()
    return process


def serve(function: str) -> None:
    """Runs in the process that ``start`` starts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that leads
    answers = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)  # what libraries print must not stand among the answers
    if not os.environ.get("DOCARCHIVE_DEBUG"):
        os.dup2(quiet, 2)
    module, _, name = function.partition(":")
    getattr(import_module(module), name)(sys.stdin.buffer, answers)


def die_with_parent() -> None:
    """Asks the system to end this process at once when the thread that started it ends, where it can be asked."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def describe(error: BaseException) -> str:
    """Returns an error on one line, to be told to another process."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
