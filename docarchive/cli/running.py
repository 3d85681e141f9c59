"""Running a command: every error becomes one clear message on stderr and an exit code."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from typing import Any, Final

from docarchive.cli.plain import call, command_named
from docarchive.cli.render import message, setup_streams, silence
from docarchive.errors import DocarchiveError, QueryError

#: Exit code for a mistake of docarchive itself.
INTERNAL = 70
_COMPLETE: Final = "_DOCARCHIVE_COMPLETE"


def run(arguments: list[str]) -> int:
    """Runs one command.

    Args:
        arguments: What stands behind the program's name.

    Returns:
        0 done, 1 nothing matched, 2 wrong usage, 3 some inputs were refused, 4 the archive cannot be
        used, 70 a mistake of docarchive itself, 130 interrupted.
    """
    setup_streams()
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, _interrupt)
    try:
        plain_call = call(arguments, os.environ)
        code = plain_call.run() if plain_call else _by_typer(arguments)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        silence()
        return 0
    except KeyboardInterrupt as interrupt:
        hint = "what was finished is kept, and nothing is half done: run the same command again"
        message(f"interrupted; {str(interrupt) or hint}")
        return 130
    except Exception as error:
        if os.environ.get("DOCARCHIVE_DEBUG"):
            raise
        return _report(error, arguments)


def _by_typer(arguments: list[str]) -> Any:
    """Has Typer read a command line; returns what the command does."""
    import typer

    from docarchive.cli.app import application
    from docarchive.cli.commands import COMMANDS

    name = None if _COMPLETE in os.environ else command_named(arguments)
    command = typer.main.get_command(application([name] if name else COMMANDS))
    try:
        if _COMPLETE in os.environ:
            command.main(arguments, prog_name="docarchive")
        # Not main(): that would end the process with 1 where a pipe was closed.
        with command.make_context("docarchive", list(arguments)) as context:
            return command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None


def _report(error: Exception, arguments: list[str]) -> int:
    """Says what went wrong, and returns the exit code for it."""
    if isinstance(error, DocarchiveError):
        message(str(error))
        if isinstance(error, QueryError):
            sys.stderr.write(error.caret() + "\n")
        return error.exit_code
    if hasattr(error, "format_message"):  # click's errors, and those of the copy of click within Typer
        if not arguments:
            sys.stderr.write(error.format_message() + "\n")
            return 2
        context = getattr(error, "ctx", None)
        help_ = f"; see '{context.command_path} --help'" if context else ""
        message(f"{error.format_message().rstrip('.')}{help_}")
        return 2
    if isinstance(error, sqlite3.DatabaseError):
        message(f"the catalog cannot be used ({error}); run 'docarchive rebuild'")
        return 4
    if isinstance(error, OSError):
        subject = f"{error.filename}: " if error.filename else ""
        message(f"{subject}{error.strerror or error}")
        return 4
    message(
        f"a mistake of docarchive itself: {type(error).__name__}: {error}; "
        "please report it with what DOCARCHIVE_DEBUG=1 shows"
    )
    return INTERNAL


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt
