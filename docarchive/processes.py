"""Worker processes: further processes of this program, with pipes to and from them. See docs/decisions/0028.

Python runs one thread at a time, so only processes keep several processors busy. They are not started by
multiprocessing, which would run a caller's script again. Only our own processes write to the pipes, so that what they
send may be unpickled. The number of processors is here too.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import subprocess

_START: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.stdin.buffer.readline()); "
    "from docarchive.processes import serve; serve(sys.argv[1])"
)
#: Objects allocated before the garbage collector runs: few of the many small ones are in a cycle.
_COLLECT_AFTER: Final = 200_000
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of prctl(2)


def processors() -> int:
    """Returns the number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def start(function: str) -> subprocess.Popen[bytes]:
    """Starts a process that runs a function until its standard input ends.

    Args:
        function: The function, as ``package.module:name``. It is called with a binary stream of tasks and a binary
            stream for answers.

    Returns:
        The process, with pipes to its ``stdin`` and from its ``stdout``.
    """
    import subprocess

    mode = ["-X", "utf8"] if sys.flags.utf8_mode else []  # file names must have the same encoding
    # -P: otherwise Python would import json from the current folder, which may be a stranger's archive.
    command = [sys.executable, *mode, "-P", "-c", _START, function]
    with _interrupts_blocked():  # Ctrl-C is for the process that starts this one
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    with suppress(BrokenPipeError):  # it has died, which is noticed when its answers are read
        process.stdin.write(json.dumps(sys.path).encode() + b"\n")
        process.stdin.flush()
    return process


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Blocks SIGINT in this thread, and in processes that are started meanwhile, from their first instruction on."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def serve(function: str) -> None:
    """Runs a function in the process that ``start`` started, and ends the process; see there.

    The function has closed by then what must be closed. The process does not free its objects: after an import of web
    pages that would take 0.1 seconds, for which the process that started it waits.
    """
    gc.set_threshold(_COLLECT_AFTER)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where it cannot be blocked
    answers = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)  # what libraries print must not get among the answers
    if not os.environ.get("DOCARCHIVE_DEBUG"):
        os.dup2(quiet, 2)
    module, _, name = function.partition(":")
    getattr(import_module(module), name)(sys.stdin.buffer, answers)
    with suppress(ValueError, BrokenPipeError):  # it has closed them, or nobody reads them
        answers.flush()
    os._exit(0)


def die_with_parent() -> None:
    """Makes the system kill this process when the thread that started it ends; on Linux only."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def describe(error: BaseException) -> str:
    """Returns an error as one line of at most 200 characters, to send to another process."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
