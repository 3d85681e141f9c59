"""Running a command: every error becomes one message on stderr and an exit code."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from typing import Any, Final

from docarchive.cli.plain import call, command_named
from docarchive.cli.render import err, message
from docarchive.cli.standard_streams import decoded, silence
from docarchive.errors import DocarchiveError, NoRoom, QueryError, UsageError

#: The exit code of an internal error.
INTERNAL = 70
_COMPLETE: Final = "_DOCARCHIVE_COMPLETE"


def run(arguments: list[str]) -> int:
    """Runs one command.

    Args:
        arguments: The words after the program's name.

    Returns:
        The exit code: 0 success, 1 nothing matched, 2 usage error, 3 some inputs were refused, 4 the archive cannot be
        used, 70 internal error, 130 interrupted.
    """
    arguments = [decoded(word) for word in arguments]
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, _interrupt)
    try:
        arguments = _helped(arguments)
        plain_call = call(arguments, os.environ)
        code = plain_call.run() if plain_call else _by_typer(arguments)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        silence(sys.stdout)
        return 0
    except KeyboardInterrupt as interrupt:
        hint = "finished work is kept; run the same command again to continue"
        message(f"interrupted; {str(interrupt) or hint}")
        return 130
    except Exception as error:
        if os.environ.get("DOCARCHIVE_DEBUG"):
            raise
        return report(error, arguments)


def _helped(arguments: list[str]) -> list[str]:
    """Returns the command line that ``help`` and ``help COMMAND`` stand for, and others as they are."""
    if "help" not in arguments or command_named(arguments) != "help":
        return arguments
    at = next(at for at in range(len(arguments)) if command_named(arguments[: at + 1]) is not None)
    return [*(name for name in arguments[at + 1 : at + 2] if name != "help"), "--help"]


def _by_typer(arguments: list[str]) -> Any:
    """Lets Typer read a command line; returns what the command returns."""
    import typer

    from docarchive.cli.app import application
    from docarchive.cli.commands import COMMANDS

    name = None if _COMPLETE in os.environ else command_named(arguments)
    if name is not None and name not in COMMANDS:
        from docarchive.cli.mistakes import unknown_command

        raise UsageError(unknown_command(name))
    command = typer.main.get_command(application([name] if name else COMMANDS))
    try:
        if _COMPLETE in os.environ:
            command.main(arguments, prog_name="docarchive")
        # Not main(): that would exit with 1 when a pipe is closed.
        with command.make_context("docarchive", list(arguments)) as context:
            return command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None


def report(error: Exception, arguments: list[str]) -> int:
    """Prints an error, and returns its exit code."""
    if isinstance(error, DocarchiveError):
        message(str(error))
        if isinstance(error, QueryError):
            err(error.caret())
        return error.exit_code
    if hasattr(error, "format_message"):  # click's errors, and those of the copy of click inside Typer
        if not arguments:
            err(error.format_message())
            return 2
        from docarchive.cli.mistakes import described

        message(described(error, arguments))
        return 2
    if isinstance(error, sqlite3.DatabaseError):
        message(f"the catalog cannot be used ({error}); run 'docarchive rebuild'")
        return 4
    if isinstance(error, OSError):
        from docarchive import failures

        full = failures.described(error, "standard output")
        message(str(full if isinstance(full, NoRoom) else failures.described(error, "standard input or output")))
        return 4
    message(
        f"internal error: {type(error).__name__}: {error}; "
        "please report it with the traceback that DOCARCHIVE_DEBUG=1 prints"
    )
    return INTERNAL


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt
