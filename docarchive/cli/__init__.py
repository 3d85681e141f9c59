"""The command line: parses, calls ``Archive``, renders. It has no other logic.

``main`` is the program. Typer takes longer to import than most commands take to run, so it is imported only if it is
needed: not for plain command lines (``plain``), the version, or the completion of a value.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import Final, NoReturn

from docarchive import __version__
from docarchive.cli.standard_streams import ensure_utf8, flush, set_up, silence

#: Objects allocated before the garbage collector first runs: a short command ends before that.
_COLLECT_AFTER: Final = 200_000


def main() -> NoReturn:
    """Runs the command line of this process and ends it with the command's exit code."""
    ensure_utf8()
    set_up()
    if sys.argv[1:] == ["--version"]:
        _print(f"docarchive {__version__}")
    if "_DOCARCHIVE_COMPLETE" in os.environ:
        from docarchive.cli.shell_protocol import answer

        if (completions := answer(os.environ)) is not None:
            _print(completions)
    gc.set_threshold(_COLLECT_AFTER)
    try:
        from docarchive.cli.running import run
    except KeyboardInterrupt:  # nothing has been done yet
        sys.exit(130)
    _end(run(sys.argv[1:]))


def _print(text: str) -> NoReturn:
    """Prints a text and ends the process."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        silence(sys.stdout)
    except OSError as error:
        from docarchive.cli.running import report

        _end(report(error, []))
    sys.exit(0)


def _end(code: int) -> NoReturn:
    """Ends the process without freeing its objects: the system does that in a tenth of the time.

    The archive is closed by now. If anything else waits for the end (a thread, a function of ``atexit``, a profiler),
    Python exits as usual.
    """
    flush()
    threads = "threading" in sys.modules and sys.modules["threading"].active_count() > 1
    if threads or atexit._ncallbacks() or sys.getprofile() or sys.gettrace():
        sys.exit(code)
    os._exit(code)
