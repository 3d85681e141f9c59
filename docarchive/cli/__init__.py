"""The command line: parses, calls ``Archive``, renders. It holds no logic of its own.

``main`` is the program. Typer is imported only when there is something for it to say: not where a command
line is plain (``plain``), nor for the version, nor for a shell that completes a value.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress
from typing import Final, NoReturn

from docarchive import __version__

#: So many objects are made before the collector looks through them: a short command ends before that.
_COLLECT_AFTER: Final = 50_000


def main() -> NoReturn:
    """Runs the command line of this process and ends it with the command's exit code."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"docarchive {__version__}\n")
        sys.exit(0)
    if "_DOCARCHIVE_COMPLETE" in os.environ:
        from docarchive.cli.completing import answer

        if (completions := answer(os.environ)) is not None:
            sys.stdout.write(completions + "\n")
            sys.exit(0)
    gc.set_threshold(_COLLECT_AFTER)
    try:
        from docarchive.cli.running import run
    except KeyboardInterrupt:  # before anything was done
        sys.exit(130)
    _end(run(sys.argv[1:]))


def _end(code: int) -> NoReturn:
    """Ends the process without taking down what it holds: the system does that in a tenth of the time.

    The archive is closed by now. Where anything else waits for the end (a thread, a function of
    ``atexit``, a profiler), Python ends as ever.
    """
    with suppress(OSError, ValueError):  # what could not be written has been said
        sys.stdout.flush()
        sys.stderr.flush()
    threads = "threading" in sys.modules and sys.modules["threading"].active_count() > 1
    if threads or atexit._ncallbacks() or sys.getprofile() or sys.gettrace():
        sys.exit(code)
    os._exit(code)
