"""The command line: parses, calls ``Archive``, renders. It holds no logic of its own.

``main`` is the program. Typer is imported only when there is something for it to parse: not for the
version, nor for a shell that completes a value.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from docarchive import __version__


def main() -> NoReturn:
    """Runs the command line of this process and ends it with the command's exit code."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"docarchive {__version__}\n")
        sys.exit(0)
    if "_DOCARCHIVE_COMPLETE" in os.environ:
        from docarchive.cli.completing import answer

        if (told := answer(os.environ)) is not None:
            sys.stdout.write(told + "\n")
            sys.exit(0)
    from docarchive.cli.running import run

    sys.exit(run(sys.argv[1:]))
