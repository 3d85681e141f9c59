"""Calls functions in forked processes, so that no state of one call is left for the next."""

import gc
import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from typing import TypeVar

T = TypeVar("T")


class Died(Exception):
    """The process ended without an answer."""


def forked(function: Callable[[], T], seconds: int = 0) -> T:
    """Calls a function in another process, and returns what it returns.

    Args:
        function: What it returns must be possible to pickle.
        seconds: The time after which the process is ended; 0 for none.

    Raises:
        Died: The process raised an error, or ended otherwise.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.alarm(seconds)
        try:
            answer = pickle.dumps(function())
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
    return pickle.loads(written)  # type: ignore[no-any-return]


def load(modules: Iterable[str]) -> None:
    """Imports modules now, and not in each process that is forked later."""
    for module in modules:
        if module not in sys.modules and module != "__main__":
            with suppress(ImportError):
                import_module(module)
    gc.collect()
    gc.freeze()
