"""The command line: parses, calls ``Archive``, renders. It has no other logic.

``main`` is the program. Typer takes longer to import than most commands take to run, so it is imported only if it is
needed: not for plain command lines (``plain``), the version, or the completion of a value.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress
from typing import Final, NoReturn

from docarchive import __version__

#: Objects allocated before the garbage collector first runs: a short command ends before that.
_COLLECT_AFTER: Final = 50_000


def main() -> NoReturn:
    """Runs the command line of this process and ends it with the command's exit code."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"docarchive {__version__}\n")
        sys.exit(0)
    if "_DOCARCHIVE_COMPLETE" in os.environ:
        from docarchive.cli.shell_protocol import answer

        if (completions := answer(os.environ)) is not None:
            sys.stdout.write(completions + "\n")
            sys.exit(0)
    gc.set_threshold(_COLLECT_AFTER)
    try:
        from docarchive.cli.running import run
    except KeyboardInterrupt:  # nothing has been done yet
        sys.exit(130)
    _end(run(sys.argv[1:]))


def _end(code: int) -> NoReturn:
    """Ends the process without freeing its objects: the system does that in a tenth of the time.

    The archive is closed by now. If anything else waits for the end (a thread, a function of ``atexit``, a profiler),
    Python exits as usual.
    """
    with suppress(OSError, ValueError):  # a failed write has been reported
        sys.stdout.flush()
        sys.stderr.flush()
    threads = "threading" in sys.modules and sys.modules["threading"].active_count() > 1
    if threads or atexit._ncallbacks() or sys.getprofile() or sys.gettrace():
        sys.exit(code)
    os._exit(code)
