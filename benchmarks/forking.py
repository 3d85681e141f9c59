"""Calls functions in forked processes, so that no state of one call is left for the next, apart from loaded modules."""

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterable, Set
from importlib import import_module
from typing import TypeVar

T = TypeVar("T")

_unloadable: set[str] = set()  # modules that have a name in ``sys.modules`` alone


class Died(Exception):
    """The process ended without an answer."""


def forked(function: Callable[[], T], seconds: int = 0) -> T:
    """Calls a function in another process, and returns what it returns.

    Args:
        function: What it returns must be possible to pickle.
        seconds: When the process is ended; see ``limit``.

    Raises:
        Died: The process raised an error, or ended otherwise.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        limit(seconds)
        before = {*sys.modules}
        try:
            answer = pickle.dumps((function(), imported_since(before)))
            with open(writing, "wb") as out:
                out.write(answer)
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
        finally:
            os._exit(1)
    os.close(writing)
    with open(reading, "rb") as file:
        written = file.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise Died(f"the process ended with the status {status}")
    value: T
    value, modules = pickle.loads(written)
    load(modules)
    return value


def limit(seconds: int) -> None:
    """Ends this process after some seconds of processor time, or ten times as many by the clock; 0 for never.

    A busy machine is no fault.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(10 * seconds)


def imported_since(before: Set[str]) -> list[str]:
    """Returns the names of the modules that were imported since ``sys.modules`` had only these names."""
    return [name for name in sys.modules if name not in before]


def load(modules: Iterable[str]) -> None:
    """Imports modules now, and not again in each process that is forked later: that would take most of its time."""
    new = [name for name in modules if name not in sys.modules and name not in _unloadable]
    for name in new:
        try:
            import_module(name)
        except ImportError:
            _unloadable.add(name)
    if new:
        gc.collect()
        gc.freeze()
